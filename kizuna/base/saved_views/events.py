"""What happens to views. What a view asks for is not told here: it may name people and amounts."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class ViewSaved(Event):
    """Somebody kept the state of a list under a name."""

    view_id: int
    resource: str


@dataclass(frozen=True, kw_only=True)
class ViewChanged(Event):
    """A view shows something else, or has another name; `fields` says what changed."""

    view_id: int
    resource: str
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ViewShared(Event):
    """Other people see a view from now on, or no longer: "private", "team" (with `team_id`) or "everyone"."""

    view_id: int
    resource: str
    audience: str
    team_id: int | None


@dataclass(frozen=True, kw_only=True)
class ViewDeleted(Event):
    view_id: int
    resource: str


@dataclass(frozen=True, kw_only=True)
class ViewRestored(Event):
    view_id: int
    resource: str


@dataclass(frozen=True, kw_only=True)
class DefaultViewSet(Event):
    """A list opens with another view for a role (None: for everybody); `view_id` None takes the default away."""

    resource: str
    role_id: int | None
    view_id: int | None
