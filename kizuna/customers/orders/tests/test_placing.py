"""What an order begins with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.types.check_digits import check_digit
from kizuna.base.types.errors import Invalid, Refused
from kizuna.base.types.refs import RecordRef
from kizuna.customers.catalog.reckoning import Discount
from kizuna.customers.orders import services
from kizuna.customers.orders.models import OrderLine
from kizuna.customers.orders.services import Draft, Sold
from kizuna.customers.orders.tests.conftest import line_of, made, now, yen


def test_an_order_takes_price_and_tax_of_the_day_and_keeps_them(order, chair, tea) -> None:
    found = order((chair, 2), (tea, 1))
    assert check_digit(found.number) == "0"  # as of every number with its check digit
    assert (str(found.total), str(found.tax)) == ("27485 JPY", "2480 JPY")
    records.update(actor=SYSTEM, record=chair, changes={"price": "1 JPY", "name": "Chair LINA II"})
    line = line_of(found)
    assert (line.words, str(line.unit_price), line.tax_percent) == ("Chair LINA", "12000 JPY", Decimal(10))
    assert line_of(found, 1).is_reduced


def test_words_are_taxed_like_most_things_unless_somebody_says_otherwise(order, chair, tea) -> None:
    """A service that is no product has the usual rate. A percentage is called like the rate that it is, so that what is
    taxed alike is rounded together."""
    found = order((chair, 1), (tea, 1))
    wrapping = made("orderline", order=found.pk, words="Gift wrapping", unit_price="300 JPY")
    assert (wrapping.tax_percent, wrapping.is_reduced) == (Decimal(10), False)
    assert now(found)[1] == "14615 JPY", "12300 at 10 per cent, 1005 at 8 rounded down"
    cake = records.update(actor=SYSTEM, record=wrapping, changes={"words": "Cake", "tax_percent": "8"})
    assert (cake.tax_title, cake.is_reduced) == (line_of(found, 1).tax_title, True)
    assert now(found)[1] == "14609 JPY", "1305 at 8 per cent, rounded down once"
    records.update(actor=SYSTEM, record=cake, changes={"tax_percent": "0"})
    assert not line_of(found, 2).is_reduced
    assert now(found)[1] == "14585 JPY"


def test_no_two_orders_have_one_number(order, chair) -> None:
    assert len({order((chair, 1)).number for _ in range(3)}) == 3


def test_an_order_from_a_quote_says_so_and_has_its_discount(web, chair, yoko) -> None:
    draft = Draft(
        channel=web, contact_id=yoko.pk, lines=[Sold(quantity=Decimal(1), product=chair, unit_price=yen(10_000))],
        discount=Discount(percent=Decimal(10)), origin=RecordRef("quote", 7),
    )  # fmt: skip
    found = services.place_order(actor=SYSTEM, draft=draft)
    assert (found.origin, str(found.total)) == (RecordRef("quote", 7), "9900 JPY")


def test_a_line_without_a_price_asks_for_one(order, chair, web) -> None:
    found = order((chair, 1))
    thing = made("product", name="Unpriced")
    with pytest.raises(Invalid, match="give one"):
        made("orderline", order=found.pk, product=thing.pk, quantity=1)
    with pytest.raises(Invalid, match="say what it is"):
        made("orderline", order=found.pk, quantity=1, unit_price="1 JPY")


def test_a_new_order_is_reckoned_like_its_channel(chair, yoko) -> None:
    store = made("saleschannel", name="Store", code="store", currency="EUR", country="DE", includes_tax=True)
    found = made("order", channel=store.pk, contact=yoko.pk)
    assert (found.currency, found.country, found.includes_tax) == ("EUR", "DE", True)
    assert check_digit(found.number) == "0"  # as of every number with its check digit


def test_a_line_and_its_currency_stay_with_their_order(order, chair) -> None:
    first, second = order((chair, 1)), order((chair, 2))
    with pytest.raises(Invalid, match="stays where it is"):
        records.update(actor=SYSTEM, record=line_of(first), changes={"order": second.pk})
    rows = OrderLine.objects.filter(order=first)
    with pytest.raises(Invalid, match="stays where it is"):
        records.update_many(actor=SYSTEM, queryset=rows, changes={"order": second.pk})
    with pytest.raises(Refused, match="one currency"), transaction.atomic():
        records.update(actor=SYSTEM, record=first, changes={"currency": "EUR"})
    assert now(first)[1] == "13200 JPY"


def test_a_price_that_is_there_is_not_taken_away(order, chair) -> None:
    with pytest.raises(Invalid) as problem:
        records.update(actor=SYSTEM, record=line_of(order((chair, 1))), changes={"unit_price": None})
    assert list(problem.value.errors) == ["unit_price"]


def test_what_is_sold_now_needs_no_moment(web, yoko, order, chair) -> None:
    """The form of a new order, or payment, sends an empty field where nobody said when: it is now. What has a moment
    keeps one."""
    values = {"channel": web.pk, "contact": yoko.pk, "ordered_at": ""}
    found = made("order", **values)
    assert timezone.now() - found.ordered_at < dt.timedelta(minutes=10)
    paid = made("payment", order=order((chair, 1)).pk, kind="payment", amount="1 JPY", method="card", paid_at=None)
    assert paid.paid_at
    with pytest.raises(Invalid, match="needed"):
        records.update(actor=SYSTEM, record=found, changes={"ordered_at": ""})


def test_a_tax_that_is_none_is_named_where_it_was_given(order, chair) -> None:
    with pytest.raises(Refused) as refused:
        made("orderline", order=order((chair, 1)).pk, words="Cake", unit_price="100 JPY", tax_percent="101")
    assert set(refused.value.errors) == {"tax_percent"}
