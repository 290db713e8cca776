"""What a customer would be offered: the language that papers speak to them, and what products cost them there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from kizuna.base.events import current_origin
from kizuna.base.identity import SYSTEM
from kizuna.base.types.money import Money
from kizuna.customers.catalog import queries as catalog
from kizuna.customers.catalog.models import Product, Seller
from kizuna.customers.contacts.models import Company, Contact
from kizuna.domains.sales.models import Opportunity, Quote

ONE = Decimal(1)


def employer_of(contact: Contact) -> int | None:
    """The company that a contact buys for, where whoever draws up the deal or the quote sees it."""
    if not contact.company_id:
        return None
    seen = Company.objects.visible_to(current_origin().actor or SYSTEM)
    return seen.filter(pk=contact.company_id).values_list("pk", flat=True).first()


def language_of(document: Quote | Opportunity) -> str:
    """The language that the customer speaks."""
    spoken = document.contact.language if document.contact else ""
    if not spoken and document.company:
        spoken = {"JP": "ja", "KR": "ko"}.get(document.company.country, "en" if document.company.country else "")
    return spoken if spoken in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def currency_of(deal: Opportunity, *, first: Money | None, product: Product | None, seller: Seller | None) -> str:
    """That of the amount; of a deal without one that of its first price, or of who sells, or of the list price."""
    given = deal.amount or first
    if given is not None:
        return given.currency
    if not seller and product and product.price:
        return product.price.currency
    return catalog.own_currency(seller)


def prices_in(document: Quote | Opportunity, products: Collection[Product]) -> dict[int, Money]:
    """What one unit of each product would cost today as a line of a deal or a quote, by its id; what has no price in
    its currency is not there. A constant number of queries."""
    if isinstance(document, Quote):
        return _prices(document, products, document.currency, country=document.country, with_tax=document.includes_tax)
    seller = catalog.seller_for(language_of(document))
    alike: dict[str, list[Product]] = defaultdict(list)
    for product in products:
        alike[currency_of(document, first=None, product=product, seller=seller)].append(product)
    country, found = seller.country if seller else "", dict[int, Money]()
    for currency, some in alike.items():
        found |= _prices(document, some, currency, country=country, with_tax=False)
    return found


def _prices(
    document: Quote | Opportunity, products: Collection[Product], currency: str, *, country: str, with_tax: bool
) -> dict[int, Money]:
    on = (document.issued_on if isinstance(document, Quote) else None) or timezone.localdate()
    buyer = catalog.Customer.of(document.company or document.contact)
    quoted = catalog.prices_of(dict.fromkeys(products, ONE), customer=buyer, currency=currency, on=on)
    taxes = catalog.taxes_of(products, country=country, on=on)
    return {
        pk: catalog.price_told(one, taxes[pk].percent if pk in taxes else None, includes_tax=with_tax)
        for pk, one in quoted.items()
    }
