"""What changed in the open pipeline: every deal for one reason, in any currency, adding up to the last coin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.types.money import Money
from kizuna.domains.sales.models import Span
from kizuna.domains.sales.queries import comparing
from kizuna.domains.sales.queries.forecast import Asked
from kizuna.domains.sales.queries.movement import Movement, movement
from kizuna.domains.sales.queries.periods import Period
from kizuna.domains.sales.queries.scopes import Scope
from kizuna.domains.sales.queries.worth import LeftOut
from kizuna.domains.sales.services import note_states

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def yesterday(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=1)


@pytest.fixture
def quarter(today: dt.date) -> Period:
    return Period.around(today, Span.QUARTER)


@pytest.fixture
def enter(deal: Make, stage: Make, quarter: Period) -> Make:
    """`enter("Roof", "100 JPY", haruto)`: an open deal that closes on the last day of this quarter."""

    def make(name: str, amount: str | None, owner: Any, **values: Any) -> Any:
        given = {"closes_on": quarter.last_on.isoformat(), "stage": stage("Enquiry"), **values}
        return deal(name, amount, owner=owner, **given)

    return make


def change(deal: Any, **changes: Any) -> None:
    deal.refresh_from_db()
    records.update(actor=SYSTEM, record=deal, changes=changes)


def by_reason(found: Movement) -> dict[str, int]:
    return {step.reason: int(step.difference.amount) for step in found.steps}


def assert_it_adds_up(found: Movement) -> None:
    assert Money.total((found.before, *(step.difference for step in found.steps)), "JPY") == found.now


def test_a_deal_that_is_given_to_others_is_gone_for_the_one_and_counted_again_for_the_other(
    enter: Make, haruto: Any, sora: Any, mika: Any, quarter: Period, yesterday: dt.date
) -> None:
    roof = enter("Roof", "500 JPY", haruto)
    hidden = enter("Hidden", "70 JPY", sora, forecast_category="omitted")
    note_states(day=yesterday)
    change(roof, owner=sora.pk)
    change(hidden, forecast_category="commit")
    his, hers = (movement(mika, Asked(quarter, Scope(person=one), "JPY"), yesterday) for one in (haruto, sora))
    assert by_reason(his) == {"gone": -500}
    assert by_reason(hers) == {"back": 570}
    for found in (his, hers):
        assert_it_adds_up(found)


def test_fractions_of_a_yen_in_other_currencies_add_up_all_the_same(
    enter: Make, rate: Make, haruto: Any, quarter: Period, yesterday: dt.date, today: dt.date
) -> None:
    rate("EUR", "JPY", "161.337", today - dt.timedelta(days=400))
    stays, grows, goes, moved = (enter(f"Deal {number}", f"{number}.37 EUR", haruto) for number in range(1, 5))
    note_states(day=yesterday)
    change(grows, amount="2.38 EUR")
    change(goes, forecast_category="omitted")
    change(moved, closes_on=quarter.moved(1).first_on.isoformat())
    enter("Deal 5", "0.01 EUR", haruto)
    grows.refresh_from_db()
    found = movement(haruto, Asked(quarter, Scope(person=haruto), "JPY"), yesterday)
    assert sorted(by_reason(found)) == ["amount", "gone", "new", "out"]
    now = stays.amount.amount + grows.amount.amount + Decimal("0.01")
    assert found.now == Money.rounded(now * Decimal("161.337"), "JPY")
    assert_it_adds_up(found)


def test_what_has_no_rate_is_told_once_and_counts_as_nothing(
    enter: Make, haruto: Any, quarter: Period, yesterday: dt.date
) -> None:
    enter("Stays", "5000 KRW", haruto)
    goes = enter("Goes", "700 KRW", haruto)
    note_states(day=yesterday)
    change(goes, forecast_category="omitted")
    found = movement(haruto, Asked(quarter, Scope(person=haruto), "JPY"), yesterday)
    assert list(found.missing) == [LeftOut(Money(5700, "KRW"), 2)]
    assert (found.before, found.now, by_reason(found)) == (Money(0, "JPY"), Money(0, "JPY"), {"gone": 0})


def test_a_deal_without_an_amount_changes_when_it_gets_one(
    enter: Make, haruto: Any, quarter: Period, yesterday: dt.date
) -> None:
    enter("Unknown", None, haruto)
    known = enter("Known", None, haruto)
    note_states(day=yesterday)
    change(known, amount="300 JPY")
    found = movement(haruto, Asked(quarter, Scope(person=haruto), "JPY"), yesterday)
    assert [(step.reason, step.count, step.deals[0].name) for step in found.steps] == [("amount", 1, "Known")]
    assert (found.steps[0].deals[0].before, found.steps[0].deals[0].now) == (None, Money(300, "JPY"))
    assert_it_adds_up(found)


def test_the_largest_deals_are_shown_and_all_are_counted_in_as_many_queries(
    enter: Make, haruto: Any, quarter: Period, yesterday: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "SHOWN", 2)
    asked = Asked(quarter, Scope(person=haruto), "JPY")
    gone = enter("Gone", "9 JPY", haruto)
    note_states(day=yesterday)
    change(gone, forecast_category="omitted")
    enter("First", "1 JPY", haruto)
    movement(haruto, asked, yesterday)  # what he may do is remembered
    with CaptureQueriesContext(connection) as few:
        movement(haruto, asked, yesterday)
    for amount in (30, 20, 10):
        enter(f"New {amount}", f"{amount} JPY", haruto)
    with CaptureQueriesContext(connection) as many:
        found = movement(haruto, asked, yesterday)
    new = next(step for step in found.steps if step.reason == "new")
    assert (new.count, int(new.difference.amount), [deal.name for deal in new.deals]) == (4, 61, ["New 30", "New 20"])
    assert len(many) == len(few)
    assert_it_adds_up(found)
