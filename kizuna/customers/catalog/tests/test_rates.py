"""What a currency was worth."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Invalid
from kizuna.base.types.money import Money
from kizuna.base.ui.controls import control
from kizuna.customers.catalog import queries
from kizuna.customers.catalog.queries import NoRate
from kizuna.customers.catalog.resources import Currency

NOVEMBER = dt.date(2026, 11, 20)


def test_the_last_rate_that_began_by_the_day_counts(worth) -> None:
    first, second = worth("EUR", "JPY", "160", "2026-11-01"), worth("EUR", "JPY", "165", "2026-11-15")
    ten = Money(10, "EUR")
    before = queries.convert(ten, "JPY", on=dt.date(2026, 11, 14))
    after = queries.convert(ten, "JPY", on=dt.date(2026, 11, 15))
    assert [(one.money, one.rate.ids) for one in (before, after)] == [
        (Money(1600, "JPY"), (first.pk,)),
        (Money(1650, "JPY"), (second.pk,)),
    ]
    with pytest.raises(NoRate, match="EUR"):
        queries.convert(ten, "JPY", on=dt.date(2026, 10, 31))


def test_a_rate_holds_both_ways_and_what_results_can_be_paid(worth) -> None:
    worth("EUR", "JPY", "160", "2026-11-01")
    assert queries.convert(Money(1000, "JPY"), "EUR", on=NOVEMBER).money == Money("6.25", "EUR")
    assert queries.convert(Money("0.01", "EUR"), "JPY", on=NOVEMBER).money == Money(2, "JPY")


def test_of_both_directions_the_younger_rate_counts(worth) -> None:
    worth("EUR", "JPY", "160", "2026-11-01")
    worth("JPY", "EUR", "0.01", "2026-11-10")
    assert queries.convert(Money(1, "EUR"), "JPY", on=NOVEMBER).money == Money(100, "JPY")


def test_two_currencies_without_a_rate_meet_in_a_third(worth) -> None:
    first, second = worth("EUR", "JPY", "160", "2026-11-01"), worth("EUR", "KRW", "1600", "2026-11-02")
    found = queries.convert(Money(500, "JPY"), "KRW", on=NOVEMBER)
    assert (found.money, found.rate.ids) == (Money(5000, "KRW"), (first.pk, second.pk))


def test_of_several_ways_the_one_with_younger_rates_counts(worth) -> None:
    worth("EUR", "JPY", "100", "2026-01-01")
    worth("EUR", "KRW", "1000", "2026-01-01")
    worth("USD", "JPY", "150", "2026-11-01")
    worth("USD", "KRW", "1350", "2026-11-01")
    assert queries.rate_of("JPY", "KRW", on=NOVEMBER).value == pytest.approx(Decimal(9))


def test_a_currency_is_worth_itself(db) -> None:
    found = queries.convert(Money("1.50", "EUR"), "EUR", on=NOVEMBER)
    assert (found.money, found.rate.value, found.rate.ids) == (Money("1.50", "EUR"), Decimal(1), ())


def test_years_of_daily_rates_are_not_read(worth, django_assert_num_queries) -> None:
    for day in range(1, 29):
        worth("EUR", "JPY", str(150 + day), f"2026-10-{day:02}")
        worth("EUR", "KRW", str(1500 + day), f"2026-10-{day:02}")
    with django_assert_num_queries(2):
        found = queries.rate_of("JPY", "KRW", on=NOVEMBER)
    assert found.value == pytest.approx(Decimal(1528) / 178)


@pytest.mark.parametrize(
    ("currency", "into", "rate"), [("EUR", "EUR", "1"), ("EUR", "JPY", "0"), ("EUR", "YEN", "1"), ("EUR", "JPY", "-2")]
)
def test_what_is_no_rate_is_refused(worth, currency: str, into: str, rate: str) -> None:
    with pytest.raises(Invalid):
        worth(currency, into, rate, "2026-11-01")


def test_there_is_one_rate_a_day(worth) -> None:
    worth("eur", "jpy", "160", "2026-11-01")
    with pytest.raises(Invalid, match="already"):
        worth("EUR", "JPY", "161", "2026-11-01")


def test_the_rates_of_many_days_are_those_of_each_day(worth, django_assert_max_num_queries) -> None:
    worth("EUR", "JPY", "160", "2026-10-01")
    worth("EUR", "JPY", "165", "2026-11-05")
    worth("EUR", "KRW", "1500", "2026-10-20")
    worth("KRW", "EUR", "0.0005", "2026-11-10")
    days = [dt.date(2026, 10, 10) + dt.timedelta(days=step) for step in range(40)]
    with django_assert_max_num_queries(2):
        rates = queries.rates_into("JPY", {"EUR", "KRW", "USD"}, since=days[0], until=days[-1])
        found = {(code, day): rates.of(code, on=day) for code in ("EUR", "KRW", "USD", "JPY") for day in days}
    for (code, day), rate in found.items():
        try:
            assert rate == queries.rate_of(code, "JPY", on=day), (code, day)
        except NoRate:
            assert rate is None, (code, day)


def test_currencies_in_use_are_offered_and_those_of_the_past_stay(mika) -> None:
    field = Currency("currency", "Currency")
    offered = dict(field.choices)
    assert {"JPY", "KRW", "EUR", "PLN"} <= offered.keys()
    assert offered.keys().isdisjoint({"ADP", "AFA", "DEM", "XTS"})
    assert field.understand("dem", Reader.of(mika)) == "DEM"
    chosen = [one["value"] for one in control(field, "DEM", mika)["choices"] if one["selected"]]
    assert chosen == ["DEM"], "saving a form loses no currency of the past"
