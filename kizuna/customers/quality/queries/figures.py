"""The figures of the cockpit, as far as their reader may see the records that they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.bulk.models import Sheet as Bulk
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.customers.quality.models import ALL, EVERYBODY, PART, QUEUE, Figure, Progress, Round, checks
from kizuna.customers.quality.models.checks import Check

FIELD = "findings"
"""The field of a record by which lists are asked for what was found."""
FEW = 100_000
"""Up to so many records of a kind, counting what complete ones have takes no longer than a blink."""
RECENT = 5


@dataclass(frozen=True)
class Part:
    """How many records have something that a complete one has; `condition` holds for those that lack it."""

    field: str
    label: Any
    count: int
    condition: dict[str, Any]


@dataclass(frozen=True)
class Line:
    """How many records a check was found of; `condition` holds for them."""

    check: Check
    count: int
    condition: dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """The figures of one kind of record. `completeness` is the mean of all, of a hundred; None where there is none."""

    resource: Resource
    count: int
    waiting: int
    completeness: float | None
    parts: Sequence[Part]
    lines: Sequence[Line]


def looked_after(actor: Any) -> list[Resource]:
    """The kinds of records of which this person may see the figures: they read everything that these tell of."""
    found = [registry.get(key) for key in checks.KINDS]
    return [one for one in found if FIELD in one.readable_fields(actor) and _owners(actor, one) is not None]


def _owners(actor: Any, resource: Resource) -> Q | None:
    """Which figures add up to what the person sees; None where something else than the owner decides."""
    if not policy.permissions_of(actor).can(resource.key, "read"):
        return None
    if policy.sees_all(actor, resource.model):
        return Q(owner_id=EVERYBODY)
    seen = policy.owners_seen(actor, resource.model)
    return None if seen is None else Q(owner_id__in=seen)


def sheet(actor: Any, resource: Resource) -> Sheet:
    """The figures of one kind of record: one query over what was counted."""
    owners = _owners(actor, resource)
    rows = Figure.objects.filter(owners or Q(pk__in=()), resource=resource.key)
    counts: dict[str, int] = dict(rows.values_list("code").annotate(total=Sum("count")))
    total = counts.get(ALL, 0)
    readable = resource.readable_fields(actor)
    parts = [
        Part(name, readable[name].label, counts.get(f"{PART}{name}", 0), {"field": name, "op": "is_empty"})
        for name in checks.PARTS[resource.key]
    ]
    filled = sum(part.count for part in parts)
    return Sheet(
        resource=resource,
        count=total,
        waiting=counts.get(QUEUE, 0),
        completeness=100 * filled / (total * len(parts)) if total else None,
        parts=parts,
        lines=[
            Line(check, counts.get(check.code, 0), found_condition(check.code))
            for check in checks.of_kind(resource.key)
        ],
    )


def found_condition(code: str) -> dict[str, Any]:
    """The condition that lists, saved views, exports and bulk edits understand."""
    return {"field": FIELD, "op": "has_any", "value": [code]}


def written(condition: dict[str, Any]) -> str:
    return conditions.dump(condition)


def are_few(key: str) -> bool:
    """Whether there are so few records of a kind that what complete ones have is counted again with what was found."""
    rows = Figure.objects.filter(resource=key, code=ALL, owner_id=EVERYBODY).values_list("count", flat=True)
    return sum(rows) <= FEW


def is_awaited(actor: Any, last: Round) -> bool:
    """Whether this person changed many records after what the figures tell of."""
    sheets = Bulk.objects.filter(created_by_id=actor.pk).order_by("-pk")
    mine = sheets.values_list("resource", "finished_at", "done_count")[:RECENT]
    return any(
        key in checks.KINDS and done and finished is not None and finished > (last.seen_until or finished)
        for key, finished, done in mine
    )


def last_round() -> Round | None:
    """The one that is on its way, or the last that there was."""
    return Round.objects.order_by("-pk").first()


def last_done() -> Round | None:
    return Round.objects.filter(state=Progress.DONE).order_by("-pk").first()
