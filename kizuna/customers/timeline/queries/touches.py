"""Which interactions belong to whom, and the figures that a customer's page shows of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Q, QuerySet

from kizuna.base.resources.reader import Reader
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.models.channels import IN, OUT
from kizuna.customers.timeline.models import Interaction, Note, kinds

MONTHS = 12
NEWEST = 200
"""So many touches, the newest, say how often we meet."""
MOST_OF_MONTH = 200
"""Of each month so many touches, the newest, are counted: a page reads no more, however many there are."""
MOST_FACTS = 20


def with_contact(contact_id: int) -> Q:
    return Q(contact_id=contact_id)


def with_company(company_id: int) -> Q:
    """With the company, and with its people while they were its people."""
    return Q(company_then_id=company_id)


def with_household(household_id: int) -> Q:
    """With those who live there now."""
    return Q(contact_id__in=Contact.objects.live().filter(household_id=household_id).values("pk"))


REACH: dict[str, Callable[[int], Q]] = {
    "contact": with_contact,
    "company": with_company,
    "household": with_household,
}
"""By the kind of record whose page it is."""


def facts_about(actor: Any, key: str, record_id: int) -> QuerySet[Note]:
    """The notes that everybody must know before they call, the newest first."""
    about = {
        "contact": Q(contact_id=record_id),
        "company": Q(company_id=record_id),
        "household": Q(contact_id__in=Contact.objects.live().filter(household_id=record_id).values("pk")),
    }[key]
    pinned = Note.objects.visible_to(actor).filter(about, is_pinned=True)
    return pinned.select_related("contact").order_by("-created_at", "-pk")[:MOST_FACTS]


@dataclass(frozen=True)
class Part:
    """A part of the strength of a relation: so many points of the most that there are."""

    code: str
    points: int
    most: int


@dataclass(frozen=True)
class Figures:
    """What the touches with somebody, of the last twelve months, add up to, as far as the reader may see them.

    `months` are first days, the oldest first; `channels` say how many there were in each, by channel; `people` how
    many each colleague handled (None: nobody of us); `cadence` is the median of days between two days with a touch.
    """

    last_in: Interaction | None
    last_out: Interaction | None
    cadence: float | None
    months: Sequence[dt.date]
    channels: dict[str, list[int]]
    people: dict[int | None, int]
    parts: tuple[Part, ...]
    is_capped: bool = False
    """Whether a month had more touches than are counted."""

    @property
    def total(self) -> int:
        return sum(self.people.values())

    @property
    def strength(self) -> int:
        return sum(part.points for part in self.parts)

    @property
    def last(self) -> dt.datetime | None:
        return max((one.happened_at for one in (self.last_in, self.last_out) if one), default=None)


def figures(actor: Any, key: str, record_id: int) -> Figures:
    """The figures of one page: four queries, answered from the index alone, whatever number of touches there is."""
    reader = Reader.of(actor)
    rows = Interaction.objects.visible_to(actor).filter(REACH[key](record_id))
    last_in, last_out = _last(rows, IN), _last(rows, OUT)
    months = _months(reader.today)
    channels: dict[str, list[int]] = {}
    people: Counter[int | None] = Counter()
    directions: Counter[str] = Counter()
    weight, of_month = 0, [0] * MONTHS
    for month, channel, kind, direction, person in _newest(rows, months, reader):
        of_month[month] += 1
        if of_month[month] > MOST_OF_MONTH:
            continue
        channels.setdefault(channel, [0] * MONTHS)[month] += 1
        people[person] += 1
        directions[direction] += 1
        known = kinds.named(kind)
        weight += known.weight if known else 1
    last = max((one.happened_at for one in (last_in, last_out) if one), default=None)
    days_since = (reader.today - last.astimezone(reader.zone).date()).days if last else None
    parts = strength(days_since, weight, directions[IN], directions[OUT], len(channels))
    return Figures(
        last_in,
        last_out,
        _cadence(rows, reader),
        months,
        channels,
        dict(people.most_common()),
        parts,
        is_capped=max(of_month) > MOST_OF_MONTH,
    )


def strength(days_since: int | None, weight: int, came: int, went: int, channels: int) -> tuple[Part, ...]:
    """How strong a relation is, of 100: 40 for how fresh it is, 30 for how much there was, 20 for how far both sides
    turned to each other, 10 for in how many ways. The guide tells it in the same words."""
    fresh = 0 if days_since is None else max(0.0, 1 - max(0, days_since) / 180)
    mutual = min(came, went) / max(came, went) if came and went else 0
    return (
        Part("fresh", round(40 * fresh), 40),
        Part("much", round(30 * min(1, weight / 60)), 30),
        Part("mutual", round(20 * mutual), 20),
        Part("ways", round(10 * min(1, channels / 3)), 10),
    )


def _last(rows: QuerySet[Interaction], direction: str) -> Interaction | None:
    return rows.filter(direction=direction).order_by("-happened_at", "-pk").first()


def _months(today: dt.date) -> list[dt.date]:
    number = today.year * 12 + today.month - 1
    return [dt.date(each // 12, each % 12 + 1, 1) for each in range(number - MONTHS + 1, number + 1)]


def _newest(rows: QuerySet[Interaction], months: Sequence[dt.date], reader: Reader) -> list[tuple[Any, ...]]:
    """(place of the month, channel, kind, direction, who) of the newest touches of each month, one more than are
    counted: a dozen short reads of the index in one query, however many touches there are."""
    starts = [dt.datetime.combine(month, dt.time(), reader.zone) for month in months]
    ends: list[dt.datetime | None] = [*starts[1:], None]
    found: list[str] = []
    values: list[Any] = []
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        within = Q(happened_at__gte=start) & (Q(happened_at__lt=end) if end else Q())
        newest = rows.filter(within).order_by("-happened_at", "-pk")
        chosen = newest.values_list("channel", "kind", "direction", "handled_by_id")[: MOST_OF_MONTH + 1]
        try:
            sql, asked = chosen.query.get_compiler(chosen.db).as_sql()
        except EmptyResultSet:
            return []
        found.append(f"SELECT {place} AS place, newest.* FROM ({sql}) AS newest")  # noqa: S608 - SQL of ours
        values += asked
    with connections[rows.db].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(found), values)
        return list(cursor.fetchall())


def _cadence(rows: QuerySet[Interaction], reader: Reader) -> float | None:
    newest = rows.order_by("-happened_at", "-pk").values_list("happened_at", flat=True)[:NEWEST]
    days = sorted({at.astimezone(reader.zone).date() for at in newest})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return median(gaps) if gaps else None
