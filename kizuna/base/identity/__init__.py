"""Who works here: users, teams, roles, tokens, and the door they come in by.

from kizuna.base.identity import SYSTEM
"""

from kizuna.base.identity.system import SYSTEM

__all__ = ["SYSTEM"]
