"""The tree kept whole whenever somebody changes it; two territories made one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Touched, publish
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import editions, registry
from kizuna.base.resources.actions import action
from kizuna.base.territories import kinds, trees
from kizuna.base.territories.events import MembersTurned, TerritoriesMerged
from kizuna.base.territories.models import Territory, TerritoryMember
from kizuna.base.territories.services import placing
from kizuna.base.types.errors import Refused

APART = frozenset({"name", "team", "leader", "owner"})
"""Fields of a territory by which no record moves."""

_is_held: ContextVar[bool] = ContextVar("kizuna_territories_held", default=False)


@contextmanager
def holding_back() -> Iterator[None]:
    """Inside the block, in a transaction, nobody else changes the tree, and what is changed is not looked at before the
    end: who makes the changes calls `tree_changed` then."""
    editions.renew()
    token = _is_held.set(True)
    try:
        yield
    finally:
        _is_held.reset(token)


@transaction.atomic
def tree_changed(*, fields: Collection[str] | None = None) -> None:
    """Refuse a tree that is none, let everybody see the new one, and move what lies elsewhere by it, in a job.

    Of two changes at once the second waits for the edition of the first, and sees its tree: they could otherwise hang
    two territories into each other. `fields` are those that changed, if only fields did.
    """
    from kizuna.base.territories.jobs import place_again  # jobs call services

    if _is_held.get():
        return
    editions.renew()
    parents = Territory.objects.live().values_list("pk", "parent_id")
    if (not fields or "parent" in fields) and trees.has_circle(dict(parents)):
        raise Refused(_("A territory cannot lie in itself or in one beneath it."), field="parent")
    if not (fields is not None and APART.issuperset(fields)):
        place_again.enqueue()


@transaction.atomic
def release(*, territory_ids: Collection[int]) -> None:
    """Territories are gone: what somebody put into them belongs where the rules say."""
    placing.let_go(territory_ids=territory_ids)


@transaction.atomic
def turn_members(*, today: dt.date) -> int:
    """Tell open pages whose rights change with the day; returns how many people begin or have ended."""
    ended = Q(valid_until=today - dt.timedelta(days=1))
    rows = TerritoryMember.objects.live().filter(Q(valid_from=today) | ended).order_by("pk")
    found = list(rows.values_list("pk", flat=True))
    if found:
        told = MembersTurned(day=today.isoformat())
        publish(told, subjects=[Touched("territorymember", pk) for pk in found], by=SYSTEM)
    return len(found)


@action(
    label=_("Merge"),
    done=_("Territory merged."),
    icon="arrow-merge",
    asks={"into": _("Into which territory?")},
    when=lambda territory: territory.is_active,
)
def merge_territory(*, actor: Any, territory: Territory, into: Territory) -> Territory:
    """Make this territory part of another: that one takes what this one took, its members and what lies beneath it;
    this one is archived. Refused for itself and for one beneath it."""
    policy.check(actor, "update", into)
    with holding_back():
        for one in (territory, into):
            one.refresh_from_db()
        if into.pk in trees.stored().beneath([territory.pk]) or not into.is_active:
            raise Refused(_("Choose a territory that counts and is neither this one nor beneath it."), field="into")
        takes = {f"takes_{key}": tree for key, tree in _united(territory, into).items()}
        records.update(actor=actor, record=into, changes=takes)
        for child in Territory.objects.live().filter(parent=territory).order_by("pk"):
            records.update(actor=actor, record=child, changes={"parent": into.pk})
        _take_members(actor, territory, into)
        territory.refresh_from_db()
        records.update(actor=actor, record=territory, changes={"is_active": False})
    placing.carry_over(actor=actor, before=territory.pk, after=into.pk)
    told = TerritoriesMerged(territory_id=territory.pk, into_id=into.pk)
    publish(told, subjects=[Touched("territory", territory.pk), Touched("territory", into.pk)], by=actor)
    tree_changed()
    return into


def _united(territory: Territory, into: Territory) -> dict[str, Any]:
    """What either of them took."""
    mine, theirs = territory.rules or {}, into.rules or {}
    return {
        key: {"any": [theirs[key], mine[key]]} if key in theirs and mine[key] != theirs[key] else mine[key]
        for key in mine
        if kinds.find(key)
    }


def _take_members(actor: Any, territory: Territory, into: Territory) -> None:
    """Who works in the one works in the other, on the same days."""
    there = set(TerritoryMember.objects.live().filter(territory=into).values_list("user_id", flat=True))
    for one in TerritoryMember.objects.live().filter(territory=territory).order_by("pk"):
        if one.user_id not in there:
            days = {"valid_from": one.valid_from, "valid_until": one.valid_until}
            values = {"territory": into.pk, "user": one.user_id} | days
            records.create(actor=actor, resource=registry.get("territorymember"), values=values)
