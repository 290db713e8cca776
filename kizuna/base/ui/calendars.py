"""A list as a calendar: its rows on the days that a date or a moment of theirs falls on, in the reader's zone."""

from __future__ import annotations

import calendar
import datetime as dt
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils.translation import gettext_lazy as _

from kizuna.base import conditions
from kizuna.base.resources.fields import Day, Field, Moment
from kizuna.base.resources.fields.clocks import TimeOfDay
from kizuna.base.resources.fields.kept import KeptMoment
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Row, Sort, Table
from kizuna.base.types import locales
from kizuna.base.types.custom_values import AsMoment
from kizuna.base.ui.cards import Cards
from kizuna.base.ui.listing import CALENDAR, Listing

MONTH, WEEK, AGENDA = "month", "week", "agenda"
SPANS = {MONTH: _("Month"), WEEK: _("Week"), AGENDA: _("Agenda")}
MOST_PER_DAY = {MONTH: 4, WEEK: 20, AGENDA: 20}
AGENDA_DAYS = 30
FIRST_YEAR, LAST_YEAR = 1900, 2200
BY_ID = Sort(Field("id", "", path="pk"), is_descending=False)
DAY = dt.timedelta(days=1)


def fields_for(resource: Resource, actor: Any) -> list[Field]:
    """The fields whose days a person can look at; those that can be changed first, the preferred one before them."""
    if not resource.has_trash:
        return []
    found = [field for field in resource.readable_fields(actor).values() if _has_days(field)]
    return sorted(found, key=lambda field: (field.name != resource.calendar_by, not field.editable))


def _has_days(field: Field) -> bool:
    return field.sort_path is not None and isinstance(field, Day | Moment)


class Calendar:
    """The calendar that a listing asks for. `field` is None when it asks for one that is gone or hidden."""

    def __init__(self, listing: Listing) -> None:
        self.listing, self.reader = listing, listing.reader
        self.offered = fields_for(listing.resource, listing.actor)
        self.asked = listing.value("by")
        usual = self.offered[0] if self.offered else None
        found = next((field for field in self.offered if field.name == self.asked), None)
        self.field: Field | None = found if self.asked else usual
        span = listing.value("span")
        self.span = span if span in SPANS else MONTH

    def settings(self) -> dict[str, str]:
        """What a view of this calendar keeps; which day it shows is no part of it."""
        return {"by": self.field.name if self.field else "", "span": "" if self.span == MONTH else self.span}

    # ── which days ──

    @cached_property
    def at(self) -> dt.date:
        """The day around which it is open."""
        try:
            found = dt.date.fromisoformat(self.listing.asked.get("at", ""))
        except ValueError:
            return self.reader.today
        return found if FIRST_YEAR <= found.year <= LAST_YEAR else self.reader.today

    @cached_property
    def days(self) -> list[dt.date]:
        if self.span == AGENDA:
            return [self.at + DAY * number for number in range(AGENDA_DAYS)]
        starts_on = locales.first_weekday(self.reader.language)
        first = self.at.replace(day=1) if self.span == MONTH else self.at
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1]) if self.span == MONTH else self.at
        first -= DAY * ((first.weekday() - starts_on) % 7)
        last += DAY * ((starts_on - 1 - last.weekday()) % 7)
        return [first + DAY * number for number in range((last - first).days + 1)]

    @property
    def before(self) -> dt.date:
        if self.span == MONTH:
            return (self.at.replace(day=1) - DAY).replace(day=1)
        return self.at - DAY * (7 if self.span == WEEK else AGENDA_DAYS)

    @property
    def after(self) -> dt.date:
        if self.span == MONTH:
            return (self.at.replace(day=28) + DAY * 4).replace(day=1)
        return self.at + DAY * (7 if self.span == WEEK else AGENDA_DAYS)

    @property
    def title(self) -> str:
        if self.span == MONTH:
            return locales.month(self.at, self.reader.language)
        return f"{self.reader.day(self.days[0])} – {self.reader.day(self.days[-1])}"

    # ── what lies on them ──

    @cached_property
    def cards(self) -> Cards:
        assert self.field is not None
        told = (self.field, self.time) if self.time else (self.field,)
        return Cards(self.listing, without=tuple(field.name for field in told), further=told)

    @cached_property
    def time(self) -> TimeOfDay | None:
        """The time of day beside the usual day: that of a meeting beside the day on which it is held."""
        if self._is_moment or self.field is not self.offered[0]:
            return None
        readable = self.listing.resource.readable_fields(self.listing.actor).values()
        return next((field for field in readable if isinstance(field, TimeOfDay)), None)

    def rows(self) -> tuple[dict[dt.date, list[Row]], dict[dt.date, int]]:
        """The first rows of every day, and how many each day has: two queries whatever the number of days."""
        assert self.field is not None
        day = TruncDate(self._moment, tzinfo=self.reader.zone) if self._is_moment else F(self.field.path)
        at = F(self.time.path if self.time else self.field.path).asc(nulls_first=True)
        placed = self.listing.rows.filter(self._within).annotate(
            calendar_day=day,
            calendar_place=Window(RowNumber(), partition_by=[day], order_by=[at, F("pk").asc()]),
            calendar_count=Window(Count("*"), partition_by=[day]),
        )
        placed = placed.filter(calendar_place__lte=MOST_PER_DAY[self.span])
        lines = list(placed.order_by().values_list("pk", "calendar_day", "calendar_place", "calendar_count"))
        found = {row.id: row for row in self._read([line[0] for line in lines])}
        by_day: dict[dt.date, list[Row]] = {}
        for pk, on, _place, _count in sorted(lines, key=lambda line: line[2]):
            if pk in found:
                by_day.setdefault(on, []).append(found[pk])
        return by_day, {on: count for _pk, on, _place, count in lines}

    def _read(self, ids: list[int]) -> list[Row]:
        rows = self.listing.resource.model._default_manager.filter(pk__in=ids)
        table = Table(self.listing.resource, self.listing.actor, columns=self.cards.columns, sort=BY_ID, rows=rows)
        return table.page(size=max(1, len(ids))).rows

    @property
    def _is_moment(self) -> bool:
        return isinstance(self.field, Moment)

    @property
    def _moment(self) -> Any:
        assert self.field is not None
        return AsMoment(F(self.field.path)) if isinstance(self.field, KeptMoment) else F(self.field.path)

    @property
    def _within(self) -> Q:
        assert self.field is not None
        first: Any = self.days[0]
        end: Any = self.days[-1] + DAY
        if self._is_moment:
            first, end = (dt.datetime.combine(day, dt.time(), self.reader.zone) for day in (first, end))
        return Q(**{f"{self.field.path}__gte": first, f"{self.field.path}__lt": end})

    def list_url(self, day: dt.date) -> str:
        """The list of all that lies on one day."""
        assert self.field is not None
        on = {"field": self.field.name, "op": "on", "value": day.isoformat()}
        tree = conditions.combine(self.listing.tree, on)
        return self.listing.url(mode="list", by=None, span=None, at=None, filter=conditions.dump(tree))

    def new_url(self, day: dt.date) -> str:
        """The form for a new record on this day; nine o'clock where the field is a moment."""
        assert self.field is not None
        value = f"{day.isoformat()}T09:00" if self._is_moment else day.isoformat()
        return f"{self.listing.resource.list_url}/new?{self.field.name}={value}"

    def clock(self, values: dict[str, Any]) -> str:
        """The time of day of a card; "" where there is only a day."""
        assert self.field is not None
        if self._is_moment:
            return self.reader.clock(values[self.field.name])
        return str(self.time.cell(values[self.time.name], self.reader)["text"]) if self.time else ""

    @property
    def may_move(self) -> bool:
        listing = self.listing
        may_write = self.field is not None and self.field.name in listing.writable
        return may_write and listing.may("update") and listing.view != "trash"


def of(listing: Listing) -> Calendar | None:
    return Calendar(listing) if listing.mode == CALENDAR else None
