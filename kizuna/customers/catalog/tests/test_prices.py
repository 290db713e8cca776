"""What a customer pays."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.types.money import Money
from kizuna.customers.catalog import queries
from kizuna.customers.catalog.models import PriceBook
from kizuna.customers.catalog.queries import Customer
from kizuna.customers.catalog.tests.conftest import made

TODAY = dt.date(2026, 11, 20)


def price(product: Any, customer: Any = None, *, quantity: Any = 1, currency: str = "JPY", on: dt.date = TODAY) -> Any:
    found = queries.price_of(
        product, quantity=Decimal(quantity), customer=Customer.of(customer), currency=currency, on=on
    )
    return str(found.price) if found else None


def test_without_a_book_the_list_price_counts(product) -> None:
    assert price(product("LINA", "12000 JPY")) == "12000 JPY"
    assert price(product("NORD")) is None


def test_the_closest_book_counts_however_high_another_ranks(product, book, costs, aoba) -> None:
    lina = product("LINA", "12000 JPY")
    costs(book("Everybody", rank=9), lina, "11000 JPY")
    costs(book("Hotels", tags=["hotel", "inn"], rank=5), lina, "10000 JPY")
    costs(book("Aoba", company=aoba), lina, "9500 JPY")
    assert price(lina) == "11000 JPY"
    assert price(lina, aoba) == "9500 JPY"
    records.update(actor=SYSTEM, record=PriceBook.objects.get(name="Aoba"), changes={"until_on": "2026-11-19"})
    assert price(lina, aoba) == "10000 JPY"


def test_the_largest_quantity_that_is_reached_counts(product, book, costs) -> None:
    lina, everybody = product("LINA", "12000 JPY"), book("Everybody")
    costs(everybody, lina, "10000 JPY", start=10)
    costs(everybody, lina, "9000 JPY", start="100.5")
    asked = ("1", "9.999", "10", "100", "100.5", "1000")
    assert [price(lina, quantity=one) for one in asked] == [
        "12000 JPY", "12000 JPY", "10000 JPY", "10000 JPY", "9000 JPY", "9000 JPY",
    ]  # fmt: skip


def test_a_book_counts_on_its_first_and_its_last_day(product, book, costs) -> None:
    lina = product("LINA", "12000 JPY")
    costs(book("November", since_on="2026-11-01", until_on="2026-11-30"), lina, "8000 JPY")
    days = [dt.date(2026, 10, 31), dt.date(2026, 11, 1), dt.date(2026, 11, 30), dt.date(2026, 12, 1)]
    assert [price(lina, on=day) for day in days] == ["12000 JPY", "8000 JPY", "8000 JPY", "12000 JPY"]


def test_a_contact_buys_for_their_company(product, book, costs, aoba) -> None:
    lina = product("LINA", "12000 JPY")
    costs(book("Aoba", company=aoba), lina, "9500 JPY")
    yoko, stranger = made("contact", family_name="山本", company=aoba.pk), made("contact", family_name="Berg")
    assert (price(lina, yoko), price(lina, stranger)) == ("9500 JPY", "12000 JPY")


def test_what_lies_in_the_trash_counts_no_more(product, book, costs) -> None:
    lina, everybody = product("LINA", "12000 JPY"), book("Everybody")
    cheap = costs(everybody, lina, "1000 JPY")
    records.delete(actor=SYSTEM, record=cheap)
    assert price(lina) == "12000 JPY"
    costs(everybody, lina, "2000 JPY")
    records.delete(actor=SYSTEM, record=everybody)
    assert price(lina) == "12000 JPY"


def test_a_list_price_is_converted_and_says_so(product, worth, book, costs) -> None:
    lina = product("LINA", "12000 JPY")
    assert price(lina, currency="EUR") is None
    worth("EUR", "JPY", "160", "2026-11-01")
    found = queries.price_of(lina, customer=Customer(), currency="EUR", on=TODAY)
    assert found is not None
    assert (str(found.price), found.listed) == ("75.00 EUR", Money(12000, "JPY"))
    costs(book("Europe"), lina, "79 EUR")
    assert price(lina, currency="EUR") == "79.00 EUR"
    assert price(lina) == "12000 JPY"


def test_many_products_take_one_query(product, book, costs, aoba, django_assert_num_queries) -> None:
    everybody, hotels = book("Everybody"), book("Hotels", tags=["hotel"])
    products = [product(f"P{number}", "100 JPY") for number in range(8)]
    for one in products[:4]:
        costs(everybody, one, "90 JPY")
        costs(hotels, one, "80 JPY", start=5)
    wanted = {one: Decimal(5 if place % 2 else 1) for place, one in enumerate(products)}
    with django_assert_num_queries(1):
        found = queries.prices_of(wanted, customer=Customer.of(aoba), currency="JPY", on=TODAY)
    assert [int(found[one.pk].price.amount) for one in products] == [90, 80, 90, 80, 100, 100, 100, 100]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.integers(1, 50), min_size=1, max_size=4, unique=True), quantity=st.integers(1, 60))
def test_buying_more_never_leaves_the_step_that_was_reached(product, book, costs, steps, quantity) -> None:
    one, own = product("Step", "1000 JPY"), book("Steps")
    for start in steps:
        costs(own, one, f"{1000 - start} JPY", start=start)
    reached = max((start for start in steps if start <= quantity), default=0)
    assert price(one, quantity=quantity) == f"{1000 - reached} JPY"
