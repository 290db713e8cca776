"""What the sample company sells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from kizuna.base.identity import SYSTEM
from kizuna.customers.catalog import demo, queries
from kizuna.customers.catalog.models import ExchangeRate, Price, Product, ProductName
from kizuna.customers.catalog.queries import Customer
from kizuna.customers.catalog.tests.conftest import made

TODAY = dt.date(2026, 11, 21)


def test_the_shelves_are_full_and_those_with_a_contract_pay_less(db) -> None:
    office = made("company", name="Große Bürowelt", employees=5000)
    demo.load(SYSTEM, TODAY)
    bed = Product.objects.get(code="BED-YOR-D")
    hotel = Customer(tags=frozenset({"Framework contract"}))
    asked = [(Customer(), Decimal(10)), (hotel, Decimal(9)), (hotel, Decimal(10))]
    found = [
        queries.price_of(bed, quantity=quantity, customer=customer, currency="JPY", on=TODAY)
        for customer, quantity in asked
    ]
    assert [int(one.price.amount) for one in found if one] == [98000, 98000, 88000]
    assert Price.objects.filter(book__company=office).count() == 3
    assert not Product.objects.get(code="CHR-SUK-1").is_sold(TODAY)
    assert len(queries.contents_of(Product.objects.get(code="SET-HOT-R1"))) == 4
    assert queries.price_of(bed, customer=Customer(), currency="EUR", on=TODAY) is not None
    assert ExchangeRate.objects.filter(since_on__gt=TODAY).count() == 0
    tea = Product.objects.get(code="TBW-TEA-1")
    assert int(queries.tax_of(tea, country="JP", on=TODAY).percent) == 8
    plain = Product.objects.filter(variant_of=None)
    for language in ("en", "ko"):
        assert ProductName.objects.filter(language=language, product__in=plain).count() == plain.count()
    assert not ProductName.objects.filter(language="ko").exclude(name__regex="[가-힣]").exists()
