"""Where a period is likely to end: by numbers, whatever the numbers are."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.types.money import Money
from kizuna.base.ui import charts
from kizuna.domains.sales.models import Opportunity, OpportunityState, Span, StageOutcome
from kizuna.domains.sales.queries.analysis import quantile
from kizuna.domains.sales.queries.forecast import Asked
from kizuna.domains.sales.queries.periods import Period
from kizuna.domains.sales.queries.projection import ENOUGH_DEALS, ENOUGH_PERIODS, Replayed, projected, projection
from kizuna.domains.sales.queries.scopes import Scope
from kizuna.domains.sales.services.standing import add_up_all_states

AMOUNTS = st.integers(1, 10**4).map(Decimal)
PERIOD = Period(Span.QUARTER, dt.date(2026, 1, 1))
REPLAYS = st.lists(st.builds(Replayed, st.just(PERIOD), AMOUNTS, AMOUNTS), min_size=ENOUGH_PERIODS, max_size=8)


@given(AMOUNTS, AMOUNTS, REPLAYS)
def test_the_likely_figure_lies_in_the_range_and_never_below_what_is_closed(
    closed: Decimal, hoped: Decimal, replayed: list[Replayed]
) -> None:
    found = projected(closed, closed + hoped, replayed, ENOUGH_DEALS, "JPY")
    assert found.low
    assert found.likely
    assert found.high
    assert Money(closed, "JPY") <= found.low <= found.likely <= found.high


@given(AMOUNTS, AMOUNTS, REPLAYS)
def test_a_method_that_was_always_right_is_taken_at_its_word(
    closed: Decimal, hoped: Decimal, replayed: list[Replayed]
) -> None:
    right = [Replayed(PERIOD, one.expected, one.expected) for one in replayed]
    found = projected(closed, closed + hoped, right, ENOUGH_DEALS, "JPY")
    assert found.low == found.likely == found.high == Money(closed + hoped, "JPY")
    assert found.off_by == 0


@given(AMOUNTS, AMOUNTS, REPLAYS, st.integers(2, 1000))
def test_the_range_grows_with_the_amounts(
    closed: Decimal, hoped: Decimal, replayed: list[Replayed], factor: int
) -> None:
    one = projected(closed, closed + hoped, replayed, ENOUGH_DEALS, "JPY")
    many = projected(closed * factor, (closed + hoped) * factor, replayed, ENOUGH_DEALS, "JPY")
    assert one.likely
    assert many.likely
    assert abs(many.likely.amount - one.likely.amount * factor) <= factor


@given(REPLAYS)
def test_too_little_gives_no_number(replayed: list[Replayed]) -> None:
    assert not projected(Decimal(1), Decimal(2), replayed, ENOUGH_DEALS - 1, "JPY").is_enough
    assert not projected(Decimal(1), Decimal(2), replayed[: ENOUGH_PERIODS - 1], 1000, "JPY").is_enough


@given(st.dictionaries(st.integers(0, 400), st.integers(1, 50), min_size=1))
def test_quartiles_of_counted_days_are_those_of_the_days(counts: dict[int, int]) -> None:
    days = sorted(day for day, count in counts.items() for _one in range(count))
    for quarters in (1, 2, 3):
        assert quantile(counts, quarters) == days[-(-len(days) * quarters // 4) - 1]


@given(st.lists(st.integers(0, 10**12).map(Decimal), min_size=1, max_size=12))
def test_what_is_drawn_lies_in_the_picture(values: list[Decimal]) -> None:
    ticks = charts.ticks_upto(max(values))
    assert ticks[0] == 0
    assert ticks[-1] >= max(values)
    assert len(ticks) <= 8
    assert all(0 <= charts.height(one, ticks[-1]) <= charts.SIDE for one in values)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8))
def test_words_at_the_ends_of_lines_do_not_touch(places: list[int]) -> None:
    found = charts.spread([charts.Word(str(number), y) for number, y in enumerate(places)])
    assert all(after.y - before.y >= charts.GAP for before, after in itertools.pairwise(found))


@pytest.mark.django_db
def test_earlier_periods_are_replayed_as_they_stood(deal: Callable[..., Any], stage: Any, mika: Any) -> None:
    """In each of five quarters 8 deals were won for 100; at the same share of each, 80 were expected to be."""
    today = dt.date(2026, 11, 14)
    now = Period.around(today, Span.QUARTER)
    passed = now.share_at(today)
    won, talks = stage("Won"), stage("Negotiation")
    deals, states = [], []
    for back in range(1, 6):
        period = now.moved(-back)
        day = period.at_share(*passed)
        for number in range(8):
            one = Opportunity(
                name=f"{back} {number}", stage=won, pipeline=won.pipeline, amount=Money(100, "JPY"),
                closes_on=period.last_on, sort_key="x", owner=mika,
            )  # fmt: skip
            one.follow(won)
            deals.append(one)
            states.append((one, day))
    Opportunity.objects.bulk_create(deals)
    OpportunityState.objects.bulk_create(
        OpportunityState(
            opportunity=one, from_on=day - dt.timedelta(days=3), owner=mika, pipeline=won.pipeline, stage=talks,
            status="open", amount=one.amount, probability=75, forecast_category="commit", closes_on=one.closes_on,
        )
        for one, day in states
    )  # fmt: skip
    add_up_all_states()
    StageOutcome.objects.create(stage=talks, month_on=dt.date(2026, 9, 1), won=77, lost=19)
    deal("Open", "1000 JPY", stage=talks, closes_on=now.last_on.isoformat(), owner=mika)
    found = projection(mika, Asked(now, Scope(), "JPY"), today)
    assert [(int(one.expected), int(one.actual)) for one in found.replayed] == [(640, 800)] * 5
    assert (found.likely, found.low, found.high, found.off_by) == (*[Money(1000, "JPY")] * 3, 0)
