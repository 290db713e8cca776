"""The periods of the forecast: months, quarters and years of a company whose year may begin in any month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kizuna.base.types import locales
from kizuna.domains.sales.models import FiscalYear, Span

MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From its first day to its last one, both included. `year_begins_in` is a month, 1 to 12."""

    span: Span
    first_on: dt.date
    year_begins_in: int = 1

    @classmethod
    def around(cls, day: dt.date, span: Span, *, year_begins_in: int = 1) -> Period:
        """The period that a day lies in."""
        since = (day.month - year_begins_in) % 12 % MONTHS[span]
        return cls(span, months_later(day.replace(day=1), -since), year_begins_in)

    @property
    def last_on(self) -> dt.date:
        return months_later(self.first_on, MONTHS[self.span]) - DAY

    @property
    def days(self) -> int:
        return (self.last_on - self.first_on).days + 1

    def moved(self, count: int) -> Period:
        """So many periods later, or before."""
        return Period(self.span, months_later(self.first_on, count * MONTHS[self.span]), self.year_begins_in)

    def share_at(self, day: dt.date) -> tuple[int, int]:
        """How much of it has passed at the end of a day, as days of days."""
        return min(max((day - self.first_on).days + 1, 0), self.days), self.days

    def at_share(self, passed: int, of: int) -> dt.date:
        """The day at whose end the same share of it had passed; the one before its first for none."""
        return self.first_on + dt.timedelta(days=self.days * passed // of - 1)

    def words(self, language: str) -> str:
        """ "November 2026", "Q3 2026" and "2026", named by the year in which the company's year began."""
        if self.span == Span.MONTH:
            return locales.month(self.first_on, language)
        begins = Period.around(self.first_on, Span.YEAR, year_begins_in=self.year_begins_in).first_on
        if self.span == Span.QUARTER:
            number = (self.first_on.month - self.year_begins_in) % 12 // 3 + 1
            return _("Q%(number)d %(year)d") % {"number": number, "year": begins.year}
        return _("Year %(year)d") % {"year": begins.year}


def months_later(day: dt.date, count: int) -> dt.date:
    """The first of a month, so many months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return dt.date(year, month + 1, 1)


def year_begins_in() -> int:
    """The month in which the company's year begins, as somebody set it; January where nobody did."""
    return FiscalYear.objects.values_list("begins_in", flat=True).first() or 1
