"""Whose layout holds, what it asks for, and what it was before. Reads nothing once the edition knows the layouts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kizuna.base.access import policy
from kizuna.base.events.models import Subject
from kizuna.base.layouts.arrangement import Arrangement, arranged, declared
from kizuna.base.layouts.models import Content, Layout
from kizuna.base.resources import editions
from kizuna.base.resources.resource import Resource

KEY = "layout"
"""What a layout is called as the subject of an event."""
HOME = "home"
"""Stands where the key of a kind of record would: the panels of Home are arranged as fields are."""
DECLARED = -1
"""Stands for no layout at all, where a role's id or None (everybody) would say which."""
MOST_SHOWN = 20

Layouts = Mapping[str, Mapping[int | None, Content]]


def of(resource: Resource, actor: Any) -> Arrangement:
    """What this person has before them: the layout of the first of their roles that has one, in the order of the roles
    in the settings; else the one for everybody; else what is declared. No query but one for the roles, once, and only
    where some role has a layout."""
    kept = _layouts().get(resource.key)
    if not kept or is_kizuna(actor):
        return _arranged(resource, DECLARED)
    if any(role is not None for role in kept):
        return _arranged(resource, chosen(kept, policy.permissions_of(actor).roles))
    return _arranged(resource, None)


def of_role(resource: Resource, role_id: int | None) -> Arrangement:
    """What somebody with only this role has (None: without a role of theirs that has a layout)."""
    kept = _layouts().get(resource.key, {})
    return _arranged(resource, chosen(kept, () if role_id is None else (role_id,)))


def chosen(kept: Mapping[int | None, Content], roles: Collection[int]) -> int | None:
    """Whose layout holds for somebody with these roles."""
    own = next((role for role in sorted(role for role in kept if role is not None) if role in roles), None)
    return own if own is not None or None in kept else DECLARED


def needed(resource: Resource, actor: Any) -> frozenset[str]:
    """The fields that this person may not leave empty by their layout. What they may not fill in is never asked for:
    a rule about fields must not lock somebody out."""
    required = of(resource, actor).required
    return required & resource.writable_fields(actor).keys() if required else required


def is_kizuna(actor: Any) -> bool:
    """Whether Kizuna itself acts: it fills in what it knows, and no form is before it."""
    return actor.pk is None and policy.permissions_of(actor).is_unlimited


def home_of(actor: Any) -> list[Any] | None:
    """The panels (key and width) with which this person's Home begins, as for `of`; None: nobody arranged any."""
    kept = _layouts().get(HOME)
    if not kept:
        return None
    has_roles = any(role is not None for role in kept)
    return _panels(kept, chosen(kept, policy.permissions_of(actor).roles if has_roles else ()))


def home_of_role(role_id: int | None) -> list[Any] | None:
    """The same for somebody with only this role (None: without a role that has one)."""
    kept = _layouts().get(HOME, {})
    return _panels(kept, chosen(kept, () if role_id is None else (role_id,)))


def _panels(kept: Mapping[int | None, Content], role: int | None) -> list[Any] | None:
    return None if role == DECLARED else list(kept[role]["sections"][0]["panels"])


def has_own(key: str) -> set[int | None]:
    """The roles that have a layout of their own of a kind of record, or of Home; None stands for everybody."""
    return set(_layouts().get(key, {}))


def _layouts() -> Layouts:
    return editions.current().keep("layouts", _read)


def _read() -> Layouts:
    found: dict[str, dict[int | None, Content]] = {}
    for layout in Layout.objects.exclude(sections=[]):
        if content := layout.content:
            found.setdefault(layout.resource, {})[layout.role_id] = content
    return found


def _arranged(resource: Resource, role: int | None) -> Arrangement:
    def make() -> Arrangement:
        if role == DECLARED:
            return declared(resource)
        return arranged(resource, _layouts()[resource.key][role])

    return editions.current().keep(("layout", resource.key, role), make)


@dataclass(frozen=True)
class Past:
    """A change of a layout. `before` and `after` are its content; None is what is declared."""

    event_id: int
    actor_id: int | None
    occurred_at: dt.datetime
    before: Content | None
    after: Content | None


def stored(key: str, role_id: int | None) -> Layout:
    """The layout as it is kept, or a new one that keeps nothing yet."""
    rows = Layout.objects.filter(resource=key)
    found = (rows.filter(role=None) if role_id is None else rows.filter(role_id=role_id)).first()
    return found or Layout(resource=key, role_id=role_id)


def past(layout: Layout) -> list[Past]:
    """Its changes, the newest first."""
    if layout._state.adding:
        return []
    rows = Subject.objects.filter(resource=KEY, record_id=layout.pk).select_related("event").order_by("-event_id")
    return [_past(row) for row in rows[:MOST_SHOWN]]


def _past(row: Subject) -> Past:
    before, after = (row.changes or {}).get(KEY, (None, None))
    return Past(row.event_id, row.event.actor_id, row.event.occurred_at, before, after)


def change(layout: Layout, event_id: int) -> Past | None:
    """One of its changes."""
    rows = Subject.objects.filter(resource=KEY, record_id=layout.pk, event_id=event_id).select_related("event")
    return next((_past(row) for row in rows), None)
