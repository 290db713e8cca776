"""What identity tells the world. Ids only: names, addresses and secrets stay out of the log."""

from dataclasses import dataclass

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class UserCreated(Event):
    """Somebody can work with Kizuna now."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    """A user's own fields changed; `fields` names them."""

    user_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RolesChanged(Event):
    """A user got or lost roles."""

    user_id: int
    added: tuple[int, ...]
    removed: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class AdminChanged(Event):
    """A user may do everything from now on, or no longer."""

    user_id: int
    is_admin: bool


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(Event):
    """A user can no longer sign in; their sessions ended and these tokens stopped working."""

    user_id: int
    token_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class UserReactivated(Event):
    """A user can sign in again."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """A user has a new password; their other sessions ended."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    user_id: int


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    user_id: int


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """Somebody gave a wrong password for `user_id`, or an address nobody has (None; people type passwords there)."""

    user_id: int | None


@dataclass(frozen=True, kw_only=True)
class TokenIssued(Event):
    token_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    token_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class TeamCreated(Event):
    team_id: int
    parent_id: int | None


@dataclass(frozen=True, kw_only=True)
class TeamRenamed(Event):
    team_id: int


@dataclass(frozen=True, kw_only=True)
class TeamMoved(Event):
    """A team with everything under it hangs somewhere else now; who sees what changes with it."""

    team_id: int
    old_parent_id: int | None
    new_parent_id: int | None


@dataclass(frozen=True, kw_only=True)
class TeamDeleted(Event):
    """A team that nobody was in is no more."""

    team_id: int


@dataclass(frozen=True, kw_only=True)
class RoleCreated(Event):
    """There is a further role, without rights so far."""

    role_id: int


@dataclass(frozen=True, kw_only=True)
class RoleRenamed(Event):
    """A role has another name or another purpose."""

    role_id: int


@dataclass(frozen=True, kw_only=True)
class RoleDeleted(Event):
    """A role that nobody had is no more, and its rights with it."""

    role_id: int
