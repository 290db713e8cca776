"""The verbs of identity. Each checks who acts, writes in one transaction and publishes."""

from kizuna.base.identity.services.passwords import change_password
from kizuna.base.identity.services.rights import deactivate_user, reactivate_user, set_admin, set_roles
from kizuna.base.identity.services.roles import create_role, delete_role, rename_role
from kizuna.base.identity.services.teams import create_team, delete_team, move_team, rename_team
from kizuna.base.identity.services.tokens import issue_token, revoke_token
from kizuna.base.identity.services.users import create_user, set_preference, update_profile

__all__ = [
    "change_password",
    "create_role",
    "create_team",
    "create_user",
    "deactivate_user",
    "delete_role",
    "delete_team",
    "issue_token",
    "move_team",
    "reactivate_user",
    "rename_role",
    "rename_team",
    "revoke_token",
    "set_admin",
    "set_preference",
    "set_roles",
    "update_profile",
]
