"""Notes and tasks for contacts made by `contacts.demo.volume`: a task to four people, a note to three."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.customers.contacts.demo import bulk
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.models import Contact
from kizuna.customers.timeline.demo.stories import LANGUAGES, Teller
from kizuna.customers.timeline.models import Note, Task

PATTERNS = 2000
TASKS = {0: 0.84, 1: 0.11, 2: 0.03, 3: 0.01, 4: 0.01}
NOTES = {0: 0.8, 1: 0.12, 2: 0.05, 3: 0.02, 8: 0.01}
"""How many of each a contact has."""


@dataclass(frozen=True)
class Volume:
    """What was made."""

    notes: int
    tasks: int
    seconds: float


def load_volume(
    *,
    above: int = 0,
    seed: str = "volume",
    today: dt.date | None = None,
    tell: Callable[[str], None] = lambda words: None,
) -> Volume:
    """Make notes and tasks about every contact whose id is greater than `above`."""
    started = timezone.now()
    maker = Maker(seed, today or timezone.localdate(), above)
    with bulk.without_indexes(Note, Task):
        tell("Notes …")
        notes = bulk.store(SYSTEM, maker.notes())
        tell("Tasks …")
        tasks = bulk.store(SYSTEM, maker.tasks())
        tell("Indexes …")
    for model in (Note, Task):
        bulk.renumber(model)
    return Volume(notes=notes, tasks=tasks, seconds=(timezone.now() - started).total_seconds())


class Maker:
    """Fills texts in once, and gives them to contacts as they come."""

    def __init__(self, seed: str, today: dt.date, above: int) -> None:
        self.draw, self.today, self.above = Draw(seed), today, above
        self.midnight = dt.datetime.combine(today, dt.time(), dt.UTC)

    def notes(self) -> Iterator[Note]:
        patterns = [self._settled(Note(body=self._told())) for _number in range(PATTERNS)]
        return self._about(patterns, NOTES, bulk.next_id(Note))

    def tasks(self) -> Iterator[Task]:
        patterns = []
        for _number in range(PATTERNS):
            due_on = self.today + dt.timedelta(days=self.draw.randint(-120, 30))
            is_done = due_on < self.today and self.draw.maybe(0.9)
            done_at = dt.datetime.combine(due_on, dt.time(6), dt.UTC) if is_done else None
            priority = self.draw.one_of({1: 0.2, 2: 0.65, 3: 0.15})
            title = self._teller("business").errand()
            patterns.append(self._settled(Task(title=title, due_on=due_on, done_at=done_at, priority=priority)))
        return self._about(patterns, TASKS, bulk.next_id(Task))

    def _about(self, patterns: list[Any], shares: dict[int, float], first_id: int) -> Iterator[Any]:
        pk = first_id
        counts, weights = tuple(shares), tuple(shares.values())
        rows = Contact.objects.filter(pk__gt=self.above).order_by("pk")
        for contact_id, owner_id, company_id in _paged(rows):
            for _number in range(self.draw.choices(counts, weights)[0]):
                made_at = self.midnight - dt.timedelta(seconds=self.draw.randrange(400 * 86_400))
                yield bulk.copy_of(
                    self.draw.choice(patterns),
                    id=pk,
                    contact_id=contact_id,
                    company_id=company_id,
                    owner_id=owner_id,
                    created_by_id=owner_id,
                    updated_by_id=owner_id,
                    created_at=made_at,
                    updated_at=made_at,
                )
                pk += 1

    def _told(self) -> str:
        day = self.today - dt.timedelta(days=100)
        return self._teller(self.draw.choice(("consumer", "business"))).story(day, self.today, 1)[0].text

    def _teller(self, kind: str) -> Teller:
        return Teller(self.draw, self.draw.choice(LANGUAGES), kind)

    def _settled(self, record: Any) -> Any:
        record.normalise()
        return record


def _paged(rows: Any) -> Iterator[tuple[int, int, int | None]]:
    """(id, owner, company) of each contact, a page at a time: other rows are written in between."""
    last = 0
    while page := list(rows.filter(pk__gt=last).values_list("pk", "owner_id", "company_id")[: bulk.BATCH * 5]):
        yield from page
        last = page[-1][0]
