"""What some people did, newest first, as far as somebody may see it: read from the event log by who acted.

The log is walked by the index over actor and id. Whether a record may be seen is asked of the one predicate, for all
that a page touches at once; what may not be seen leaves no trace, not even a number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, models, router
from django.db.models import Q
from django.db.models.expressions import RawSQL

from kizuna.base.events.models import EventRow, Subject
from kizuna.base.records.history import Entry, entry_of
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.titles import titles_of
from kizuna.base.types.errors import Missing

PAGE_SIZE = 30
BATCH = 60
"""Events looked at together."""
ROUNDS = 5
"""How often a page looks on where nearly nothing may be seen; after that the reader is asked to go on."""
PER_EVENT = 12
"""Records of one event that are shown: one piece of work may touch a hundred thousand."""
MOST_WALKS = 200
"""People whose events are walked one after the other; of more of them somebody has always just done something."""
NOBODY = -(2**40) - 11
"""Stands for an actor in a statement that is written for each of several."""
QUIET = ("identity.", "access.", "layouts.")
"""Rooms whose events are about settings and sign-in, not about work with records."""


@dataclass(frozen=True)
class Deed:
    """Something that somebody did to a record; `title` is the record's, as the reader sees it."""

    entry: Entry
    resource: Resource
    record_id: int
    title: str


def deeds(
    *, actor: Any, people: Sequence[int], before: int | None = None, size: int = PAGE_SIZE
) -> tuple[list[Deed], int | None]:
    """What these people did, the newest first, or before an event; and where to go on (None at the end).

    A deed is never split over two pages. The number of queries depends on the kinds of records, not on their number.
    """
    found: list[Deed] = []
    place = before
    for _round in range(ROUNDS):
        events = _events(people, place)
        for event in _seen(actor, events):
            found += event
            place = event[0].entry.event_id
            if len(found) >= size:
                return found, place
        if len(events) < BATCH:
            return found, None
        place = events[-1].pk
    return found, place


def _events(people: Sequence[int], before: int | None) -> list[EventRow]:
    loud = ~Q(name__startswith=QUIET[0])
    for prefix in QUIET[1:]:
        loud &= ~Q(name__startswith=prefix)
    rows = EventRow.objects.filter(loud).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if len(people) <= MOST_WALKS:
        ids = rows.filter(actor_id=NOBODY).values("pk")[:BATCH]
        chosen = EventRow.objects.filter(pk__in=_of_each(people, ids)) if people else EventRow.objects.none()
    else:
        chosen = rows.filter(actor_id__in=people)
    return list(chosen.order_by("-pk")[:BATCH])


def _of_each(people: Sequence[int], ids: models.QuerySet) -> RawSQL:
    """The ids that `ids`, a slice for NOBODY, has for each of these people: each is one walk in an index."""
    sql, values = ids.query.sql_with_params()
    parts = [f"SELECT pk FROM ({sql}) AS of_{number}" for number in range(len(people))]  # noqa: S608 - SQL of Django's
    each = [person if value == NOBODY else value for person in people for value in values]
    return RawSQL(" UNION ALL ".join(parts), each)  # noqa: S611 - SQL of Django's, values beside it


def _seen(actor: Any, events: Sequence[EventRow]) -> Iterator[list[Deed]]:
    """The events that touched something visible, each with what of it may be seen."""
    by_event: dict[int, list[Subject]] = defaultdict(list)
    for subject in _subjects([event.pk for event in events]):
        by_event[subject.event_id].append(subject)
    titles = _titles(actor, [subject for each in by_event.values() for subject in each])
    kinds = {resource.key: resource for resource, _title in titles.values()}
    readable = {key: resource.readable_fields(actor) for key, resource in kinds.items()}
    for event in events:
        shown = []
        for subject in by_event[event.pk]:
            known = titles.get((subject.resource, subject.record_id))
            if known is not None:
                resource, title = known
                subject.event = event
                entry = entry_of(subject, readable[resource.key])
                if entry.changes or not subject.changes:  # else nothing of it may be seen
                    shown.append(Deed(entry, resource, subject.record_id, title))
        if shown:
            yield shown


def _subjects(events: Sequence[int]) -> list[Subject]:
    """The first few subjects of each event, in one query."""
    if not events:
        return []
    using = router.db_for_read(Subject)
    table = connections[using].ops.quote_name(Subject._meta.db_table)
    one = f"SELECT * FROM (SELECT * FROM {table} WHERE event_id = %s ORDER BY id LIMIT {PER_EVENT}) AS"  # noqa: S608
    statement = " UNION ALL ".join(f"{one} of_{number}" for number in range(len(events)))
    return list(Subject.objects.using(using).raw(statement, list(events)))


def _titles(actor: Any, subjects: Iterable[Subject]) -> dict[tuple[str, int], tuple[Resource, str]]:
    """Of these records those that the actor may see, in the trash or not, with their titles: one query per kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for subject in subjects:
        wanted[subject.resource].add(subject.record_id)
    found: dict[tuple[str, int], tuple[Resource, str]] = {}
    for key, ids in wanted.items():
        try:
            resource = registry.get(key)
        except Missing:  # a kind that is no more, or no kind of record
            continue
        if not resource.has_trash:
            continue
        rows = resource.model._default_manager.permitted(actor, "read").filter(pk__in=ids)
        found |= {(key, pk): (resource, title) for pk, title in titles_of(resource, actor, rows).items()}
    return found
