"""A web shop, a chair and tea, and somebody who buys them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.money import Money
from kizuna.customers.catalog.models import Product, TaxClass
from kizuna.customers.contacts.models import Contact
from kizuna.customers.orders import services
from kizuna.customers.orders.models import Order, OrderLine, SalesChannel
from kizuna.customers.orders.services import Draft, Sold

Make = Callable[..., Any]
ZERO = Decimal(0)


def made(key: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


def yen(amount: int) -> Money:
    return Money(amount, "JPY")


def line_of(order: Any, place: int = 0) -> OrderLine:
    return OrderLine.objects.live().filter(order=order).order_by("position")[place]


def now(order: Any) -> tuple[str, str, str]:
    order.refresh_from_db()
    return order.status, str(order.total), str(order.paid)


@pytest.fixture
def web(db: None) -> SalesChannel:
    """The web shop: yen, Japanese tax on top, rounded down."""
    return made("saleschannel", name="Web shop", code="web", currency="JPY", country="JP", rounding="ROUND_DOWN")


@pytest.fixture
def chair(db: None) -> Product:
    return made("product", name="Chair LINA", code="LINA", price="12000 JPY", tax_class=_taxed("Standard rate"))


@pytest.fixture
def tea(db: None) -> Product:
    return made("product", name="Tea", code="TEA", price="1005 JPY", tax_class=_taxed("Reduced rate"))


def _taxed(name: str) -> int:
    """The one that Kizuna brings; a test that commits empties the tables behind it, and the next one finds none."""
    return (TaxClass.objects.filter(name=name).first() or made("taxclass", name=name)).pk


@pytest.fixture
def yoko(db: None) -> Contact:
    return made("contact", family_name="山本", given_name="陽子", emails=[{"value": "yoko@aoba.example"}])


@pytest.fixture
def order(web: SalesChannel, yoko: Contact) -> Make:
    """`order((chair, 2), (tea, 1))`: what Yoko ordered in the web shop."""

    def place(*lines: tuple[Product, Any], **more: Any) -> Order:
        sold = [Sold(quantity=Decimal(count), product=product) for product, count in lines]
        draft = Draft(channel=web, contact_id=yoko.pk, lines=sold, **more)
        return services.place_order(actor=SYSTEM, draft=draft)

    return place
