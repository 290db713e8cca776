"""What a customer pays: the price of the closest price book, else the list price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from kizuna.base.types.money import Money
from kizuna.customers.catalog.models import Price, PriceBook, Product
from kizuna.customers.catalog.queries.rates import NoRate, convert
from kizuna.customers.contacts.models import Company, Contact


@dataclass(frozen=True)
class Customer:
    """Who is to pay, as far as prices ask: the company, and the tags of the customer."""

    company_id: int | None = None
    tags: frozenset[str] = frozenset()

    @classmethod
    def of(cls, record: Company | Contact | None) -> Customer:
        """A contact buys for their company, and has the tags of both."""
        if record is None:
            return cls()
        if isinstance(record, Company):
            return cls(record.pk, frozenset(record.tags))
        company = record.company
        return cls(record.company_id, frozenset([*record.tags, *(company.tags if company else ())]))


@dataclass(frozen=True)
class Quoted:
    """The price of one unit, and where it stands: in a book, or in the list (`book` None). `listed` is the list price
    where that was in another currency."""

    price: Money
    book: PriceBook | None = None
    from_quantity: Decimal = Decimal(1)
    listed: Money | None = None

    @property
    def includes_tax(self) -> bool:
        return self.book is not None and self.book.includes_tax


def prices_of(
    quantities: Mapping[Product, Decimal], *, customer: Customer, currency: str, on: dt.date
) -> dict[int, Quoted]:
    """What each product costs a customer who buys so many units on a day, by its id.

    The closest valid book counts, of two as close the higher rank, then the later one; in it the price for the largest
    quantity that is reached. A product without one has its list price, converted where it is in another currency;
    without a rate it is left out. One query for the books, and those for rates.
    """
    best: dict[int, tuple[tuple[int, int, int, Decimal], Price]] = {}
    wanted = {product.pk: quantity for product, quantity in quantities.items()}
    for price in _candidates(wanted.keys(), customer, currency, on):
        closeness = price.book.closeness(customer.company_id, customer.tags)
        if closeness is None or price.from_quantity > wanted[price.product_id]:
            continue
        key = (closeness, price.book.rank, price.book_id, price.from_quantity)
        if price.product_id not in best or key > best[price.product_id][0]:
            best[price.product_id] = (key, price)
    found = {pk: Quoted(price.per_unit, price.book, price.from_quantity) for pk, (_key, price) in best.items()}
    for product in quantities:
        if product.pk not in found and (listed := _listed(product, currency, on)) is not None:
            found[product.pk] = listed
    return found


def price_of(
    product: Product, *, quantity: Decimal = Decimal(1), customer: Customer, currency: str, on: dt.date
) -> Quoted | None:
    """What one product costs; None where it has no price that can be told in this currency."""
    return prices_of({product: quantity}, customer=customer, currency=currency, on=on).get(product.pk)


def _candidates(products: Collection[int], customer: Customer, currency: str, on: dt.date) -> list[Price]:
    """The prices of books that are valid and not for another company. Tags are few, and compared in memory."""
    for_them = Q(book__company=None) if customer.company_id is None else (
        Q(book__company=None) | Q(book__company=customer.company_id)
    )  # fmt: skip
    has_begun = Q(book__since_on=None) | Q(book__since_on__lte=on)
    is_not_over = Q(book__until_on=None) | Q(book__until_on__gte=on)
    rows = Price.objects.live().filter(
        for_them, has_begun, is_not_over, product__in=products, price_currency=currency, book__deleted_at=None
    )
    return list(rows.select_related("book"))


def _listed(product: Product, currency: str, on: dt.date) -> Quoted | None:
    listed = product.price
    if listed is None or listed.currency == currency:
        return None if listed is None else Quoted(listed)
    try:
        return Quoted(convert(listed, currency, on=on).money, listed=listed)
    except NoRate:
        return None
