"""Documents add up, to the last coin."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.types.errors import Malformed, Refused
from kizuna.base.types.money import Money
from kizuna.customers.catalog.reckoning import Discount, Line, Rounding, Rules, Tax, quantity, reckon

STANDARD, REDUCED = Tax(Decimal(10), "消費税"), Tax(Decimal(8), "消費税", is_reduced=True)


def yen(amount: int) -> Money:
    return Money(amount, "JPY")


def line(price: Any, count: Any = 1, **more: Any) -> Line:
    return Line(Decimal(count), price if isinstance(price, Money) else yen(price), **more)


def percent(share: Any) -> Discount:
    return Discount(percent=Decimal(share))


def test_tax_is_rounded_once_for_each_rate_of_a_document() -> None:
    """As Japan's qualified invoices ask: three lines of ¥105 at 8 % owe ¥25 (25.2), not three times ¥8."""
    lines = [line(105, tax=REDUCED) for _ in range(3)] + [line(1005, tax=STANDARD)]
    down = reckon(lines, rules=Rules("JPY", rounding=Rounding.DOWN))
    assert [(one.rate, str(one.net), str(one.tax)) for one in down.taxes] == [
        (STANDARD, "1005 JPY", "100 JPY"),
        (REDUCED, "315 JPY", "25 JPY"),
    ]
    assert str(down.total) == "1445 JPY"
    assert [int(one.tax.amount) for one in down.lines] == [9, 8, 8, 100]
    each = reckon(lines, rules=Rules("JPY", rounding=Rounding.DOWN, is_per_line=True))
    assert str(each.tax) == "124 JPY"


def test_lines_of_one_rate_are_taxed_together_whatever_they_call_it() -> None:
    """A shop says 10 %, the catalogue 消費税 10 %: one tax, by the name that there is."""
    nameless = Tax(Decimal(10))
    found = reckon([line(105, tax=nameless), line(104, tax=STANDARD)], rules=Rules("JPY", rounding=Rounding.DOWN))
    assert [(one.rate.title if one.rate else "", str(one.tax)) for one in found.taxes] == [("消費税", "20 JPY")]
    assert [one.rate for one in reckon([line(105, tax=nameless)], rules=Rules("JPY")).taxes] == [nameless]


def test_prices_with_tax_contain_it() -> None:
    found = reckon([line(1100, tax=STANDARD), line(108, 10, tax=REDUCED)], rules=Rules("JPY", includes_tax=True))
    assert (str(found.amount), str(found.net), str(found.tax), str(found.total)) == (
        "2180 JPY", "2000 JPY", "180 JPY", "2180 JPY",
    )  # fmt: skip


def test_discounts_of_lines_and_of_the_document_come_off_before_tax() -> None:
    lines = [line(1000, 3, discount=percent(10), tax=STANDARD), line(500, discount=Discount(amount=yen(100)))]
    found = reckon(lines, rules=Rules("JPY"), discount=Discount(amount=yen(100)))
    assert [str(one.amount) for one in found.lines] == ["2700 JPY", "400 JPY"]
    assert [str(one.share) for one in found.lines] == ["87 JPY", "13 JPY"]
    assert (str(found.net), str(found.tax), str(found.total)) == ("3000 JPY", "261 JPY", "3261 JPY")


def test_what_is_optional_is_told_and_not_counted() -> None:
    found = reckon(
        [line(1000, tax=STANDARD), line(700, tax=STANDARD, is_optional=True)], rules=Rules("JPY"), discount=percent(10)
    )
    assert str(found.total) == "990 JPY"
    assert str(found.lines[1].total) == "770 JPY"
    assert not found.lines[1].share


def test_nothing_costs_nothing() -> None:
    assert str(reckon([], rules=Rules("EUR")).total) == "0.00 EUR"
    free = reckon([line(1000, discount=percent(100), tax=STANDARD)], rules=Rules("JPY"), discount=percent(50))
    assert str(free.total) == "0 JPY"


@pytest.mark.parametrize("given", ["0", "-1", "-0.001", "1000000000", "1e30", "0.0001"])
def test_a_quantity_that_cannot_be_sold_is_refused(given: str) -> None:
    with pytest.raises(Refused):
        line(100, given)


@pytest.mark.parametrize("given", ["NaN", "Infinity", "many", None])
def test_what_is_no_quantity_is_not_understood(given: Any) -> None:
    with pytest.raises(Malformed):
        quantity(given)


def test_floats_are_no_figures() -> None:
    for wrong in (lambda: quantity(1.5), lambda: Tax(0.1), lambda: Discount(percent=0.5)):  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            wrong()


def test_one_document_has_one_currency() -> None:
    euro = line(Money("1.50", "EUR"))
    with pytest.raises(Refused, match="one currency"):
        reckon([line(100), euro], rules=Rules("JPY"))
    with pytest.raises(Refused, match="one currency"):
        reckon([line(100)], rules=Rules("JPY"), discount=Discount(amount=Money("1.50", "EUR")))
    with pytest.raises(Malformed, match="no decimals"):
        line(Money("99.5", "JPY"))


def test_a_discount_takes_no_more_than_there_is() -> None:
    with pytest.raises(Refused):
        reckon([line(100, discount=Discount(amount=yen(101)))], rules=Rules("JPY"))
    with pytest.raises(Refused):
        reckon([line(100)], rules=Rules("JPY"), discount=Discount(amount=yen(101)))
    for wrong in ({"percent": Decimal(101)}, {"percent": Decimal(-1)}, {"amount": yen(-1)}, {},
                  {"percent": Decimal(1), "amount": yen(1)}):  # fmt: skip
        with pytest.raises(Refused):
            Discount(**wrong)


def test_a_sum_that_no_column_can_hold_is_refused() -> None:
    with pytest.raises(Malformed, match="too large"):
        reckon([line(Money("9999999999999999", "JPY"), "999999999.999")], rules=Rules("JPY"))


percents = st.decimals(0, 100, places=3)
taxes = st.sampled_from([None, STANDARD, REDUCED, Tax(Decimal(0)), Tax(Decimal("25.5"))])
lines = st.builds(
    Line,
    quantity=st.decimals("0.001", 100_000, places=3),
    unit_price=st.decimals(0, 1_000_000, places=2).map(lambda amount: Money(amount, "EUR")),
    discount=st.none() | percents.map(percent),
    tax=taxes,
    is_optional=st.booleans(),
)
rules = st.builds(
    Rules,
    currency=st.just("EUR"),
    includes_tax=st.booleans(),
    is_per_line=st.booleans(),
    rounding=st.sampled_from(list(Rounding)),
)


@given(st.lists(lines, max_size=12), rules, st.none() | percents.map(percent))
def test_parts_add_up(drawn, rules, discount) -> None:
    found = reckon(drawn, rules=rules, discount=discount)
    counted = [one for one in found.lines if not one.line.is_optional]
    for name in ("amount", "net", "tax", "total"):
        assert sum(getattr(one, name).amount for one in counted) == getattr(found, name).amount
    assert sum(one.share.amount for one in counted) == found.discount.amount
    assert sum(one.tax.amount for one in found.taxes) == found.tax.amount
    assert found.total.amount == found.amount.amount - found.discount.amount + (
        Decimal(0) if rules.includes_tax else found.tax.amount
    )


@given(st.lists(lines, max_size=12), rules, st.none() | percents.map(percent))
def test_nothing_falls_below_zero(drawn, rules, discount) -> None:
    found = reckon(drawn, rules=rules, discount=discount)
    for one in found.lines:
        assert min(one.whole, one.discount, one.amount, one.share, one.tax, one.net).amount >= 0
    assert min(found.amount, found.net, found.tax, found.total).amount >= 0


@given(st.data(), st.lists(lines, max_size=8), rules, st.none() | percents.map(percent))
def test_the_order_of_lines_does_not_matter(data, drawn, rules, discount) -> None:
    shuffled = data.draw(st.permutations(drawn))
    one, other = (reckon(some, rules=rules, discount=discount) for some in (drawn, shuffled))
    assert (one.net, one.tax, one.discount, one.taxes) == (other.net, other.tax, other.discount, other.taxes)
