"""Pairs that wait for somebody, as far as they see both records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from kizuna.base.duplicates.comparing import LEVELS, Levels, Portrait, compare, key_levels
from kizuna.base.duplicates.models import Pair, Scan, State
from kizuna.base.duplicates.portraits import Painter
from kizuna.base.duplicates.weighing import Weights
from kizuna.base.events import EventRow, Subject
from kizuna.base.jobs import queries as jobs
from kizuna.base.merging import queries as merging
from kizuna.base.records.events import RecordsCreated
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.models import Import
from kizuna.base.types.errors import Denied

CERTAIN, PROBABLE = 0.95, 0.8
SAME, ALIKE, DIFFERENT = "same", "alike", "different"


@dataclass(frozen=True)
class Reason:
    """What one aspect of two records says: `field` is its name, `how` is SAME, ALIKE or DIFFERENT."""

    field: str
    label: Any
    how: str


@dataclass(frozen=True)
class Line:
    """A pair with its reasons, the strongest first."""

    pair: Pair
    reasons: Sequence[Reason]


def check(actor: Any, resource: Resource) -> None:
    """Raises Denied for who may not merge records of this kind: they have no use for pairs either."""
    if not merging.may_merge(actor, resource):
        raise Denied(_("You may not merge these records."))


def visible(actor: Any, resource: Resource) -> QuerySet[Pair]:
    """Pairs of which the actor sees both records: neither is in the trash, or merged. Each of the two is looked up."""
    rows = resource.visible_to(actor).order_by()
    is_seen, is_other_seen = (Exists(rows.filter(pk=OuterRef(name))) for name in ("record_id", "other_id"))
    return Pair.objects.filter(is_seen, is_other_seen, resource=resource.key)


def waiting(actor: Any, resource: Resource, *, after: tuple[float, int] | None = None, size: int = 20) -> list[Pair]:
    """Open pairs, the most certain first; those after the one with this certainty and id."""
    rows = visible(actor, resource).filter(apart_at=None)
    if after is not None:
        certainty, pk = after
        rows = rows.filter(Q(certainty__lt=certainty) | Q(certainty=certainty, pk__lt=pk), certainty__lte=certainty)
    return list(rows.order_by("-certainty", "-pk")[:size])


def count_waiting(actor: Any, resource: Resource, *, most: int) -> int:
    """How many pairs are open, `most` + 1 for more than that."""
    return visible(actor, resource).filter(apart_at=None).order_by()[: most + 1].count()


def find(actor: Any, resource: Resource, pair_id: int) -> Pair | None:
    return visible(actor, resource).filter(pk=pair_id).first()


def running(resource: Resource) -> Scan | None:
    """The search that goes on, or seems to: its job may have ended (`state_of`)."""
    return Scan.objects.filter(resource=resource.key, state__in=(State.WAITING, State.RUNNING)).first()


def state_of(scan: Scan) -> State:
    """How far it is, also when its job ended before it could say so itself."""
    return jobs.state_of(State(scan.state), scan.job_id)


def last_scan(resource: Resource) -> Scan | None:
    return Scan.objects.filter(resource=resource.key).order_by("-pk").first()


def weights_of(resource: Resource) -> Weights:
    """What the last search learned of these records; the usual weights before there was one."""
    done = Scan.objects.filter(resource=resource.key, state=State.DONE).order_by("-pk")
    learned = done.values_list("weights", flat=True).first()
    try:
        return msgspec.convert(learned, Weights) if learned else Weights()
    except msgspec.ValidationError:  # learned by another version, with other levels
        return Weights()


def reasons(actor: Any, resource: Resource, pairs: Sequence[Pair]) -> list[Line]:
    """Why each two may be one, as the records are today; only fields that the actor may read say anything."""
    painter = Painter(resource, frozenset(resource.readable_fields(actor)))
    known = painter.some(pk for pair in pairs for pk in (pair.record_id, pair.other_id))
    weights = weights_of(resource)
    there = [pair for pair in pairs if {pair.record_id, pair.other_id} <= known.keys()]
    return [Line(pair, _of_two(painter, weights, known[pair.record_id], known[pair.other_id])) for pair in there]


def _of_two(painter: Painter, weights: Weights, one: Portrait, other: Portrait) -> list[Reason]:
    return told(painter, weights, one, other, compare(one, other))


def told(painter: Painter, weights: Weights, one: Portrait, other: Portrait, levels: Levels) -> list[Reason]:
    """What levels of two portraits say, the strongest first."""
    said = zip(LEVELS, levels, weights.evidence(levels), strict=True)
    found = [(aspect, level, bits) for aspect, level, bits in said if level is not None and bits is not None]
    found.sort(key=lambda each: -each[2])
    return [
        Reason(field.name, field.label, _how(aspect, level, bits))
        for aspect, level, bits in found
        for field in _fields(painter, aspect, one, other)
    ]


def _how(aspect: str, level: int, bits: float) -> str:
    if LEVELS[aspect][level] in ("rare", "same"):
        return SAME
    return ALIKE if bits > 0 else DIFFERENT


def _fields(painter: Painter, aspect: str, one: Portrait, other: Portrait) -> list[Any]:
    if aspect == "name":
        return [painter.title] if painter.title else []
    if aspect != "key":
        return [painter.compared[aspect]]
    levels = key_levels(one, other)
    best = min(levels.values(), default=None)
    return [field for field in painter.keys if field.name in levels and levels[field.name] == best]


def brought_by(imported: Import, *, most: int) -> list[int]:
    """The records that an import made of its rows; any `most` of them where it made more."""
    begun, ended = imported.event_id, imported.up_to_event
    own = EventRow.objects.filter(pk__gt=begun, pk__lte=ended, cause_id=begun, name=RecordsCreated.event_name)
    rows = Subject.objects.filter(resource=imported.resource, event__in=own.values("pk")).order_by()
    return sorted(rows.values_list("record_id", flat=True)[:most])
