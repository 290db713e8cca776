"""The past of the sample company: records made through the services as by hand, and dated when it happened.

Everything is written now, by `base.records`, with search, keys and history. At the end `tell` gives each record and
each event its own moment, and puts the log of this load in the order of time.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Max

from kizuna.base.events import EventRow, Subject, acting
from kizuna.base.events.jobs import deliver
from kizuna.base.jobs.models import Job
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.customers.contacts.demo.draw import Draw


@dataclass
class Entry:
    """A record to be made: by whom, when, and through which door."""

    record: Record
    by: Any
    at: dt.datetime
    via: str = "web"


@dataclass
class Past:
    """Collects what was written since it was made, and when it is to have happened."""

    _first: int = field(init=False)
    _first_job: int = field(init=False)
    _moments: dict[tuple[str, int, str], dt.datetime] = field(default_factory=dict)
    _by_event: dict[int, dt.datetime] = field(default_factory=dict)
    _set_then: dict[int, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._first = _last_event()
        self._first_job = Job.objects.aggregate(last=Max("pk"))["last"] or 0

    def enter(self, key: str, entries: Iterable[Entry]) -> None:
        """Make records of one kind, those of one author in one go. Ids are on the records afterwards."""
        resource = registry.get(key)
        groups: dict[tuple[Any, str], list[Entry]] = defaultdict(list)
        for entry in entries:
            groups[entry.by, entry.via].append(entry)
        for (author, via), group in groups.items():
            with acting(author, via=via):
                made = records.create_many(actor=author, resource=resource, records=[one.record for one in group])
            for record, entry in zip(made, group, strict=True):
                self._moments[key, record.pk, "created"] = entry.at

    def change(self, record: Record, changes: dict[str, Any], *, by: Any, at: dt.datetime) -> None:
        with acting(by, via="web"):
            records.update(actor=by, record=record, changes=changes)
        self.happened(record, at)

    def happened(self, record: Record, at: dt.datetime, moments: Sequence[str] = ()) -> None:
        """The last event written so far happened to `record` then; `moments` are fields that it set to the time."""
        event_id = _last_event()
        self._by_event[event_id] = at
        self._set_then[event_id] = moments
        self._moments[registry.of(record).key, record.pk, "updated"] = at

    @contextmanager
    def at(self, moment: dt.datetime) -> Iterator[None]:
        """Whatever is written meanwhile, by whichever verb, happened then."""
        before = _last_event()
        yield
        for event_id in EventRow.objects.filter(pk__gt=before).values_list("pk", flat=True):
            self._by_event[event_id], self._set_then[event_id] = moment, ()

    def made_at(self, key: str, record_id: int, moment: dt.datetime) -> None:
        """A verb made this record then."""
        self._moments[key, record_id, "created"] = moment

    def created_at(self, key: str, record_id: int) -> dt.datetime:
        return self._moments[key, record_id, "created"]

    def tell(self) -> None:
        """Date the records and the log. Nobody is told any more of what is long past."""
        Job.objects.filter(pk__gt=self._first_job, name=deliver.module_path).delete()
        self._date_records()
        events: list[tuple[dt.datetime, EventRow, list[Subject]]] = []
        rows = list(EventRow.objects.filter(pk__gt=self._first).order_by("pk"))
        subjects: dict[int, list[Subject]] = defaultdict(list)
        for subject in Subject.objects.filter(event_id__gt=self._first).order_by("pk"):
            subjects[subject.event_id].append(subject)
        for row in rows:
            events += self._dated(row, subjects[row.pk])
        Subject.objects.filter(event_id__gt=self._first).delete()
        EventRow.objects.filter(pk__gt=self._first).delete()
        self._write(sorted(events, key=lambda event: event[0]))

    def _dated(self, row: EventRow, subjects: list[Subject]) -> list[tuple[dt.datetime, EventRow, list[Subject]]]:
        """One event at its moment; the making of many records becomes one event for each."""
        if row.pk in self._by_event:
            row.occurred_at = self._by_event[row.pk]
            for subject in subjects:
                told = subject.changes or {}
                for name in self._set_then[row.pk]:
                    told[name][1] = row.occurred_at.isoformat()
        if not row.name.endswith(".RecordsCreated"):
            return [(row.occurred_at, row, subjects)]
        found = []
        for subject in subjects:
            at = self._moments.get((subject.resource, subject.record_id, "created"), row.occurred_at)
            found.append((at, self._alone(row, subject, at), [subject]))
        return found

    def _alone(self, row: EventRow, subject: Subject, at: dt.datetime) -> EventRow:
        return EventRow(
            name=row.name,
            data={**row.data, "ids": [subject.record_id]},
            actor_id=row.actor_id,
            via=row.via,
            occurred_at=at,
        )

    def _write(self, events: Sequence[tuple[dt.datetime, EventRow, list[Subject]]]) -> None:
        for _at, row, _subjects in events:
            row.pk = None
        EventRow.objects.bulk_create([row for _at, row, _subjects in events], batch_size=1000)
        told = []
        for _at, row, subjects in events:
            for subject in subjects:
                subject.pk, subject.event_id = None, row.pk
                told.append(subject)
        Subject.objects.bulk_create(told, batch_size=1000)

    def _date_records(self) -> None:
        by_kind: dict[str, dict[int, list[dt.datetime]]] = defaultdict(dict)
        for (key, record_id, _what), at in self._moments.items():
            by_kind[key].setdefault(record_id, []).append(at)
        for key, dated in by_kind.items():
            model = registry.get(key).model
            table = connection.ops.quote_name(model._meta.db_table)
            adapt = connection.ops.adapt_datetimefield_value
            rows = [(adapt(min(moments)), adapt(max(moments)), record_id) for record_id, moments in dated.items()]
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"UPDATE {table} SET created_at = %s, updated_at = %s WHERE id = %s",  # noqa: S608 - our own table
                    rows,
                )


def _last_event() -> int:
    return EventRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def moment(draw: Draw, day: dt.date, zone: str) -> dt.datetime:
    """A moment of that day at which people in the zone work, a little more often after lunch."""
    minutes = round(draw.triangular(9 * 60, 19 * 60, 15 * 60))
    time = dt.time(minutes // 60, minutes % 60, draw.randint(0, 59))
    return dt.datetime.combine(day, time, ZoneInfo(zone)).astimezone(dt.UTC)
