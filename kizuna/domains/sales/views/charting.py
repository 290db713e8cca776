"""Figures of selling as pictures: the forecast against its target, the funnel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import format_compact_decimal
from django.utils.translation import gettext as _

from kizuna.base.types import locales
from kizuna.base.types.money import Money, in_groups
from kizuna.base.ui.charts import SIDE, Chart, Word, band, height, line, spread, ticks_upto
from kizuna.domains.sales.models import Span
from kizuna.domains.sales.queries.periods import DAY, Period, months_later
from kizuna.domains.sales.queries.projection import Projection
from kizuna.domains.sales.queries.worth import CLOSED
from kizuna.domains.sales.views.asked import CONVENTIONS, Question

ZERO, ONE = Decimal(0), Decimal(1)
WonBy = Sequence[tuple[dt.date, Money]]


def short_number(value: Decimal, language: str) -> str:
    return in_groups(format_compact_decimal(value, locale=CONVENTIONS.get(language, "en"), fraction_digits=1))


def forecast_chart(question: Question, won: WonBy, quota: Money | None, found: Projection) -> Chart:
    """What was won so far, day by day; the way to the quota; and where it is likely to end."""
    period, language, today = question.asked.period, question.reader.language, question.reader.today
    until = min(max(today, period.first_on - DAY), period.last_on)
    done = _added_up(period, won, until)
    total = done[-1][1]
    ends: dict[str, Decimal] = {"target": quota.amount} if quota else {}
    if found.is_enough and until < period.last_on:
        ends |= {
            name: money.amount
            for name, money in (("high", found.high), ("likely", found.likely), ("low", found.low))
            if money
        }
    most = ticks_upto(max([total, *ends.values()]))
    top = most[-1]
    chart = Chart(label=_("Won so far, the quota, and where the period is likely to end"))
    chart.ticks = [Word(short_number(one, language), height(one, top)) for one in most]
    chart.marks = _marks(period, language)
    if ends.get("target"):
        chart.lines.append(("target", line([(ZERO, ZERO), (ONE, ends["target"])], top)))
    if "likely" in ends:
        here = done[-1]
        chart.bands.append(("range", band([here, (ONE, ends["high"])], [here, (ONE, ends["low"])], top)))
        chart.lines.append(("likely", line([here, (ONE, ends["likely"])], top)))
    chart.lines.append(("main", line(done, top)))
    chart.dots = [_dot(question, done[-1], top, total)]
    chart.ends = spread(
        Word(f"{short_number(value, language)} {_word(name)}", height(value, top), tone=name)
        for name, value in ends.items()
    )
    chart.heads, chart.rows = _table(question, period, won, until)
    return chart


def _word(name: str) -> str:
    return {"target": _("quota"), "high": _("high"), "likely": _("likely"), "low": _("low")}[name]


def _dot(question: Question, place: tuple[Decimal, Decimal], top: Decimal, total: Decimal) -> Word:
    x, value = place
    words = _("%(amount)s won") % {"amount": question.short(Money.rounded(total, question.asked.currency))}
    anchor = "end" if x > Decimal("0.5") else "start"
    return Word(
        words, height(value, top), int(x * SIDE), anchor=anchor, url=question.deals_url([CLOSED], question.whole)
    )


def _added_up(period: Period, won: WonBy, until: dt.date) -> list[tuple[Decimal, Decimal]]:
    """Places of each day on which something was won, from the beginning until a day."""
    found, total = [(ZERO, ZERO)], ZERO
    for day, money in won:
        if period.first_on <= day <= until:
            total += money.amount
            found.append((_share(period, day), total))
    last = _share(period, until)
    if found[-1][0] < last:
        found.append((last, total))
    return found


def _share(period: Period, day: dt.date) -> Decimal:
    return Decimal((day - period.first_on).days + 1) / period.days


def _marks(period: Period, language: str) -> list[Word]:
    """The months beneath; of a single month its weeks."""
    if period.span == Span.MONTH:
        days = [period.first_on + dt.timedelta(days=step) for step in range(0, period.days, 7)]
        return [
            Word(locales.day(one, language, with_year=False), x=int((_share(period, one - DAY)) * SIDE), anchor="start")
            for one in days
        ]
    count = 3 if period.span == Span.QUARTER else 12
    step = 1 if count == 3 else 2
    months = [months_later(period.first_on, number) for number in range(0, count, step)]
    return [
        Word(locales.month_name(one, language, is_short=True), x=int(_share(period, one - DAY) * SIDE), anchor="start")
        for one in months
    ]


def _table(
    question: Question, period: Period, won: WonBy, until: dt.date
) -> tuple[list[Any], list[list[dict[str, Any]]]]:
    """Month by month: won in it, and won so far."""
    heads, rows, total = [_("Month"), _("Won"), _("Won so far")], [], ZERO
    first = period.first_on
    while first <= until:
        last = months_later(first, 1) - DAY
        here = sum((money.amount for day, money in won if first <= day <= min(last, until)), ZERO)
        total += here
        inside = {"field": "closes_on", "op": "between", "value": [first.isoformat(), last.isoformat()]}
        rows.append(
            [
                {"text": locales.month(first, question.reader.language)},
                {"text": _money(question, here), "url": question.deals_url([CLOSED], question.whole, inside)},
                {"text": _money(question, total)},
            ]
        )
        first = last + DAY
    return heads, rows


def _money(question: Question, amount: Decimal) -> str:
    return question.exact(Money.rounded(amount, question.asked.currency))
