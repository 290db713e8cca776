"""What changed in the open pipeline: every deal for one reason, in any currency, adding up to the last coin."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.types.money import Money
from kizuna.domains.sales.models import Span
from kizuna.domains.sales.queries.forecast import Asked
from kizuna.domains.sales.queries.movement import Movement, deals_moved, movement
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
    assert [(step.reason, step.count) for step in found.steps] == [("amount", 1)]
    (moved,) = deals_moved(haruto, Asked(quarter, Scope(person=haruto), "JPY"), yesterday, "amount").shown
    assert (moved.name, moved.before, moved.now) == ("Known", None, Money(300, "JPY"))
    assert_it_adds_up(found)


def test_all_are_counted_in_as_many_queries_however_many_there_are(
    enter: Make, haruto: Any, quarter: Period, yesterday: dt.date
) -> None:
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
    assert (new.count, int(new.difference.amount)) == (4, 61)
    assert len(many) == len(few)
    assert_it_adds_up(found)


def test_the_deals_of_a_reason_are_told_to_the_last_the_largest_first(
    enter: Make, haruto: Any, quarter: Period, yesterday: dt.date
) -> None:
    asked = Asked(quarter, Scope(person=haruto), "JPY")
    stays = enter("Stays", "1000 JPY", haruto)
    note_states(day=yesterday)
    change(stays, forecast_category="omitted")
    for name, amount in {"A": "20", "B": None, "C": "20", "D": "20.5", "E": None, "F": "3"}.items():
        enter(name, amount and f"{amount} EUR", haruto)
    names, place = [], None
    while True:
        found = deals_moved(haruto, asked, yesterday, "new", after=place, size=2)
        names += [deal.name for deal in found.shown]
        if (place := found.next_place) is None:
            break
    assert names == ["D", "A", "C", "F", "B", "E"]


def test_a_step_opens_its_deals_page_by_page(
    client: Client, enter: Make, haruto: Any, carol: Any, yesterday: dt.date
) -> None:
    slips, won = enter("Slips", "1000 JPY", haruto), enter("Is won", "70 JPY", haruto)
    note_states(day=yesterday)
    change(slips, closes_on=(timezone.localdate() + dt.timedelta(days=400)).isoformat())
    for number in range(60):
        enter(f"New roof {number:02}", f"{900 - number} JPY", haruto)
    enter("Carol's roof", "5000 JPY", carol)
    client.force_login(haruto)
    page = client.get("/forecast/changes", {"as_of": yesterday.isoformat(), "scope": f"person-{haruto.pk}"})
    shown = html.unescape(page.content.decode())
    assert "New roof" not in shown
    new, out = (f'href="(/forecast/changes/{one}[^"]*)"' for one in ("new", "out"))
    (url,) = re.findall(new, shown)
    names: list[str] = []
    while url:
        part = html.unescape(client.get(url, headers={"HX-Request-Type": "partial"}).content.decode())
        assert "<html" not in part
        names += re.findall(r"New roof \d\d", part)
        url = next(iter(re.findall(new, part)), "")
    assert names == [f"New roof {number:02}" for number in range(60)]
    (url,) = re.findall(out, shown)
    whole = client.get(url).content.decode()
    assert "<html" in whole
    assert f'href="/opportunities/{slips.pk}"' in whole
    assert f"/opportunities/{won.pk}" not in whole


def test_an_odd_address_of_a_step_is_the_first_page_or_none(client: Client, haruto: Any, yesterday: dt.date) -> None:
    client.force_login(haruto)
    day = {"as_of": yesterday.isoformat()}
    for after in ("1e999999,4", "NaN,4", "5", ",²", "x"):
        assert client.get("/forecast/changes/new", day | {"after": after}).status_code == 200
    assert client.get("/forecast/changes/nothing", day).status_code == 404
    assert client.get("/forecast/changes/new").status_code == 404
