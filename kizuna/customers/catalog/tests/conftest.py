"""Things to sell, and customers who pay different prices."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.catalog.models import BundleItem, Category, ExchangeRate, Price, PriceBook, Product
from kizuna.customers.contacts.models import Company

Make = Callable[..., Any]


def made(key: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


@pytest.fixture
def product(db: None) -> Make:
    """`product("LINA", "12000 JPY")`"""

    def make(name: str, price: str | None = None, **values: Any) -> Product:
        return made("product", name=name, price=price, **values)

    return make


@pytest.fixture
def category(db: None) -> Make:
    def make(name: str, parent: Category | None = None) -> Category:
        return made("category", name=name, parent=parent.pk if parent else None)

    return make


@pytest.fixture
def book(db: None) -> Make:
    """`book("Hotels", tags=["hotel"])`"""

    def make(name: str, company: Company | None = None, **values: Any) -> PriceBook:
        return made("pricebook", name=name, company=company.pk if company else None, **values)

    return make


@pytest.fixture
def costs(db: None) -> Make:
    """In a book a product costs so much: `costs(hotels, lina, "9000 JPY", start=10)`."""

    def make(book: PriceBook, product: Product, price: str, *, start: Any = 1) -> Price:
        return made("price", book=book.pk, product=product.pk, price=price, from_quantity=start)

    return make


@pytest.fixture
def contains(db: None) -> Make:
    """`contains(living_room, lina, 4)`"""

    def make(bundle: Product, product: Product, quantity: Any = 1) -> BundleItem:
        return made("bundleitem", bundle=bundle.pk, product=product.pk, quantity=quantity)

    return make


@pytest.fixture
def worth(db: None) -> Make:
    """`worth("EUR", "JPY", "160", "2026-11-01")`"""

    def make(currency: str, into: str, rate: str, since: str) -> ExchangeRate:
        return made("exchangerate", currency=currency, into=into, rate=rate, since_on=since)

    return make


@pytest.fixture
def aoba(db: None) -> Company:
    """A hotel."""
    return made("company", name="青葉ホテル", tags=["hotel"])
