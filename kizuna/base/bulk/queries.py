"""Sheets as people see them: their own, and for administrators everybody's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from kizuna.base.access import policy
from kizuna.base.bulk.models import Kind, Outcome, Row, Sheet, State
from kizuna.base.jobs import queries as jobs
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.titles import titles_of
from kizuna.base.types.errors import Missing

CHUNK = 1000
MOST_GROUPS = 30


def sheets_of(actor: Any) -> QuerySet[Sheet]:
    """What this person did, the newest first; without the selections, which may name a hundred thousand records."""
    kinds = [resource.key for resource in registry.all_resources()]
    every = Sheet.objects.select_related("created_by").defer("selection")
    rows = every.filter(resource__in=kinds).order_by("-id")
    return rows if actor.is_admin else rows.filter(created_by_id=actor.pk)


def find(actor: Any, sheet_id: int) -> Sheet:
    """Raises Missing for a sheet that is somebody else's, too."""
    found = sheets_of(actor).filter(pk=sheet_id).first()
    if found is None:
        raise Missing()
    return found


def unseen(actor: Any) -> QuerySet[Sheet]:
    """What this person started as a job and has not looked at since it came to its end, and what still goes on."""
    return sheets_of(actor).filter(created_by_id=actor.pk, seen_at__isnull=True)


def count_news(actor: Any) -> int:
    """How many came to their end that the actor has not seen."""
    return unseen(actor).filter(state__in=(State.DONE, State.CANCELLED, State.FAILED)).count()


def state_of(sheet: Sheet) -> State:
    """How far it is, also when its job ended before it could say so itself."""
    return jobs.state_of(State(sheet.state), sheet.job_id)


def outcomes(sheet: Sheet) -> list[Outcome]:
    """The groups of the result: what was refused first, the largest first, and no more than a page can show."""
    found = Outcome.objects.filter(sheet=sheet, count__gt=0).order_by("-count", "pk")
    return [*found.filter(kind=Kind.REFUSED)[:MOST_GROUPS], *found.exclude(kind=Kind.REFUSED).order_by("kind")]


def outcomes_of(found: Iterable[Line]) -> dict[int, Outcome]:
    """The groups that these lines belong to, by id."""
    return Outcome.objects.in_bulk({line.outcome_id for line in found if line.outcome_id})


def undo_of(sheet: Sheet) -> Sheet | None:
    """The latest work that puts its records back."""
    return Sheet.objects.filter(undoes=sheet).order_by("-id").first()


@dataclass(frozen=True)
class Line:
    """A record of a sheet for a reader. `title` is empty for one that the reader may not see (any more)."""

    record_id: int
    title: str
    outcome_id: int | None


def lines(
    actor: Any, sheet: Sheet, *, outcome: Outcome | None = None, kind: str | None = None, after: int = 0, size: int = 50
) -> list[Line]:
    """Rows with a record id above `after`, of one group, of a kind, or all that were dealt with: two queries."""
    rows = Row.objects.filter(sheet=sheet, outcome__isnull=False) if outcome is None else outcome.rows
    if kind is not None:
        rows = rows.filter(outcome__in=Outcome.objects.filter(sheet=sheet, kind=kind))
    found = list(rows.filter(record_id__gt=after).order_by("record_id").values_list("record_id", "outcome_id")[:size])
    titles = titles_with_trash(actor, registry.get(sheet.resource), [pk for pk, _outcome in found])
    return [Line(pk, titles.get(pk, ""), outcome_id) for pk, outcome_id in found]


def every_line(actor: Any, sheet: Sheet) -> Iterator[Line]:
    """All rows, also those that were not dealt with: for a file."""
    after = 0
    resource = registry.get(sheet.resource)
    while True:
        rows = Row.objects.filter(sheet=sheet, record_id__gt=after).order_by("record_id")
        found = list(rows.values_list("record_id", "outcome_id")[:CHUNK])
        titles = titles_with_trash(actor, resource, [pk for pk, _outcome in found])
        yield from (Line(pk, titles.get(pk, ""), outcome_id) for pk, outcome_id in found)
        if len(found) < CHUNK:
            return
        after = found[-1][0]


def titles_with_trash(actor: Any, resource: Resource, ids: Collection[int]) -> dict[int, str]:
    """Titles of the records that the actor may see, also of those in the trash that they might bring back."""
    if not ids:
        return {}
    in_reach = Q(deleted_at__isnull=True) | policy.predicate(actor, resource.model, "delete")
    rows = resource.model._default_manager.permitted(actor, "read").filter(in_reach, pk__in=ids)
    return titles_of(resource, actor, rows)
