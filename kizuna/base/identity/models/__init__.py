"""Who works here: users, their teams and roles, and the tokens their programs use."""

from kizuna.base.identity.models.roles import Role
from kizuna.base.identity.models.teams import Team
from kizuna.base.identity.models.tokens import Token
from kizuna.base.identity.models.users import User

__all__ = ["Role", "Team", "Token", "User"]
