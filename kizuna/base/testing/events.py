"""What was published since: read from the log itself, so that what a rollback undid is not there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from kizuna.base.events.event import Event
from kizuna.base.events.models import EventRow, Subject

Kind = TypeVar("Kind", bound=Event)


class Published:
    """The events in the log after a certain row, oldest first."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start anew: what was published so far no longer counts."""
        last = EventRow.objects.order_by("-id").values_list("id", flat=True).first()
        self._after: int = last or 0

    @property
    def rows(self) -> list[EventRow]:
        return list(EventRow.objects.filter(id__gt=self._after).order_by("id"))

    @property
    def names(self) -> list[str]:
        """The names in order: ["contacts.ContactMerged", …]."""
        return [row.name for row in self.rows]

    @property
    def events(self) -> list[Event]:
        """The events in order, as they were published."""
        return [_event(row) for row in self.rows]

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The events of one class."""
        return [_read(kind, row) for row in self.rows if row.name == kind.event_name]

    def one(self, kind: type[Kind]) -> Kind:
        """The only event of this class; fails the test when there is none or more than one."""
        found = self.of(kind)
        assert len(found) == 1, f"{len(found)} × {kind.event_name} among {self.names}"
        return found[0]

    def subjects(self, kind: type[Event]) -> list[Subject]:
        """The records that the events of one class touched."""
        rows = EventRow.objects.filter(id__gt=self._after, name=kind.event_name)
        return list(Subject.objects.filter(event__in=rows).order_by("id"))


def _event(row: EventRow) -> Event:
    kind = Event.named(row.name)
    assert kind is not None, f"No class is named {row.name}."
    return _read(kind, row)


def _read(kind: type[Kind], row: EventRow) -> Kind:
    return kind.from_data(row.data).stamped(event_id=row.pk, occurred_at=row.occurred_at)


@contextmanager
def publications() -> Iterator[Published]:
    """`with publications() as published:` lists what is published in the block (and after it)."""
    yield Published()


@pytest.fixture
def published(db: None) -> Published:
    """What is published during the test."""
    return Published()
