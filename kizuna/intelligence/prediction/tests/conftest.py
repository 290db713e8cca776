"""A web shop where most who take a lamp take bulbs, and where a hundred others buy something else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.catalog.models import Product
from kizuna.customers.contacts.models import Contact
from kizuna.customers.orders.models import Order, OrderLine, SalesChannel
from kizuna.intelligence.prediction import services

Basket = Callable[..., Order]


def made(key: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


@pytest.fixture
def products(db: None) -> dict[str, Product]:
    names = ("lamp", "bulb", "shade", "rug", "vase", "chair", "set")
    kinds = {"set": "bundle"}
    return {name: made("product", name=name, price="1000 JPY", kind=kinds.get(name, "goods")) for name in names}


@pytest.fixture
def web(db: None) -> SalesChannel:
    return made("saleschannel", name="Web shop", code="web", currency="JPY", country="JP")


@pytest.fixture
def people(db: None) -> list[Contact]:
    rows = [Contact(family_name=f"Buyer {number}") for number in range(120)]
    return records.create_many(actor=SYSTEM, resource=registry.get("contact"), records=rows)  # type: ignore[return-value]


@pytest.fixture
def basket(products: dict[str, Product], web: SalesChannel) -> Basket:
    """`basket(yoko, "lamp", "bulb")`: an order of one piece each; `returned` came back whole."""

    def place(contact: Contact | None, *names: str, returned: tuple[str, ...] = (), **more: Any) -> Order:
        values = {"channel": web, "contact": contact, "currency": "JPY", "number": f"T{Order.objects.count()}"} | more
        order = Order.objects.create(**values)
        for name in names:
            came_back = 1 if name in returned else 0
            OrderLine.objects.create(order=order, product=products[name], words=name, shipped=1, returned=came_back)
        return order

    return place


@pytest.fixture
def history(basket: Basket, people: list[Contact]) -> list[Contact]:
    """Twelve take lamp and bulb at once, three a lamp alone; others a chair, and eight of them a rug some other day."""
    old = timezone.now() - timedelta(days=800)
    for contact in people[:12]:
        basket(contact, "lamp", "bulb")
    for contact in people[12:15]:
        basket(contact, "lamp")
    for contact in people[15:100]:
        basket(contact, "chair")
    for contact in people[15:23]:
        basket(contact, "rug")
    for contact in people[100:110]:
        basket(contact, "vase", "shade", ordered_at=old)
    for contact in people[110:112]:
        basket(contact, "vase", "rug")
    services.find_affinities()
    return people
