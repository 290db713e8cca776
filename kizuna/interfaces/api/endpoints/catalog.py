"""What does a customer pay for a product?"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources import fields, registry
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Invalid, Missing
from kizuna.base.types.money import CURRENCIES
from kizuna.customers.catalog import queries
from kizuna.customers.catalog.models import TaxRate
from kizuna.customers.catalog.queries import Customer, Quoted
from kizuna.interfaces.api import incoming
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.paging import LARGEST_ID
from kizuna.interfaces.api.representations import respond

ASKED = ("currency", "quantity", "company", "contact", "country", "on")


@api.get("/{str:plural}/{int:record_id}/price")
def price_of_product(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """The price of one unit for a customer who buys so many on a day, from which price book it comes, and the tax."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    products = registry.get("product")
    product = products.visible_to(actor).filter(pk=record_id).first() if plural == products.plural else None
    if product is None:
        raise Missing()
    given = Parameters(request.GET, ASKED)
    currency = given.read("currency", _currency, product.price.currency if product.price else "")
    quantity = given.read("quantity", lambda text: _quantity(text, actor), Decimal(1))
    customer = given.read("contact", lambda text: _customer("contact", text, actor))
    customer = customer or given.read("company", lambda text: _customer("company", text, actor))
    country = given.read("country", _country, "")
    on = given.read("on", _day, timezone.localdate(timezone=actor.zone))
    given.check()
    if not currency:
        raise Invalid({"": [_("Give a currency: this product has no list price.")]})
    quoted = queries.price_of(product, quantity=quantity, customer=Customer.of(customer), currency=currency, on=on)
    tax = queries.tax_of(product, country=country, on=on) if country else None
    return respond(_shown(quoted, tax, actor) | {"is_sold": product.is_sold(on)})


def _shown(quoted: Quoted | None, tax: TaxRate | None, actor: Any) -> dict[str, Any]:
    """A book that the caller may not see is not named."""
    book = quoted.book if quoted else None
    is_seen = book is not None and registry.get("pricebook").visible_to(actor).filter(pk=book.pk).exists()
    return {
        "price": quoted.price.to_json() if quoted else None,
        "includes_tax": bool(quoted and quoted.includes_tax),
        "from_quantity": str(quoted.from_quantity) if quoted else None,
        "book": {"id": book.pk, "title": book.name} if book and is_seen else None,
        "listed": quoted.listed.to_json() if quoted and quoted.listed else None,
        "tax_percent": str(tax.percent) if tax else None,
    }


def _currency(text: str) -> str:
    if text.upper() not in CURRENCIES:
        raise Invalid({"": [_("A currency is three capital letters, such as JPY, KRW or EUR.")]})
    return text.upper()


def _quantity(text: str, actor: Any) -> Decimal:
    quantity: Decimal = fields.Number("quantity", "", places=3).understand(text, Reader.of(actor))
    if not 0 < quantity < 10**9:
        raise Invalid({"": [_("The quantity is above zero.")]})
    return quantity


def _customer(key: str, text: str, actor: Any) -> Any:
    found = registry.get(key).visible_to(actor).filter(pk=incoming.whole_number(1, LARGEST_ID)(text)).first()
    if found is None:
        raise Invalid({"": [_("There is no such customer.")]})
    return found


def _country(text: str) -> str:
    if len(text) != 2 or not text.isascii() or not text.isalpha():
        raise Invalid({"": [_("A country is two letters, such as JP.")]})
    return text.upper()


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Invalid({"": [_("A day looks like 2026-11-20.")]}) from error
