"""What a customer pays: the price of the closest price book, else the list price."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from kizuna.base.types.money import Money
from kizuna.customers.catalog.models import Price, PriceBook, Product
from kizuna.customers.catalog.queries.rates import Rates, rates_into
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


class Shelf:
    """Prices as they stand on the days of a span, for some customers and in some currencies: read once by `shelf_of`,
    asked often. Rates are read when the first price is to be converted into a currency."""

    def __init__(self, products: Collection[Product], prices: Iterable[Price], since: dt.date, until: dt.date) -> None:
        self._currencies = {product.price.currency for product in products if product.price is not None}
        self._since, self._until = since, until
        self._rates: dict[str, Rates] = {}
        self._prices: dict[int, list[Price]] = defaultdict(list)
        for price in prices:
            self._prices[price.product_id].append(price)

    def prices_of(
        self, quantities: Mapping[Product, Decimal], *, customer: Customer, currency: str, on: dt.date
    ) -> dict[int, Quoted]:
        """What each product costs a customer who buys so many units on a day, by its id.

        The closest valid book counts, of two as close the higher rank, then the later one; in it the price for the
        largest quantity that is reached. A product without one has its list price, converted where it is in another
        currency; without a rate it is left out.
        """
        found = {}
        for product, quantity in quantities.items():
            quoted = self._from_books(product, quantity, customer, currency, on) or self._listed(product, currency, on)
            if quoted is not None:
                found[product.pk] = quoted
        return found

    def _from_books(
        self, product: Product, quantity: Decimal, customer: Customer, currency: str, on: dt.date
    ) -> Quoted | None:
        best: tuple[tuple[int, int, int, Decimal], Price] | None = None
        for price in self._prices.get(product.pk, ()):
            closeness = price.book.closeness(customer.company_id, customer.tags)
            if closeness is None or price.from_quantity > quantity or not _holds(price, currency, on):
                continue
            key = (closeness, price.book.rank, price.book_id, price.from_quantity)
            if best is None or key > best[0]:
                best = (key, price)
        return Quoted(best[1].per_unit, best[1].book, best[1].from_quantity) if best else None

    def _listed(self, product: Product, currency: str, on: dt.date) -> Quoted | None:
        listed = product.price
        if listed is None or listed.currency == currency:
            return None if listed is None else Quoted(listed)
        if currency not in self._rates:
            self._rates[currency] = rates_into(currency, self._currencies, since=self._since, until=self._until)
        rate = self._rates[currency].of(listed.currency, on=on)
        return Quoted(Money.rounded(listed.amount * rate.value, currency), listed=listed) if rate else None


def shelf_of(
    products: Collection[Product],
    *,
    customers: Iterable[Customer],
    currencies: Collection[str],
    since: dt.date,
    until: dt.date,
) -> Shelf:
    """The prices of books that are valid on a day of the span and not for other companies. Tags are few, and compared
    in memory. One query."""
    companies = {customer.company_id for customer in customers} - {None}
    for_them = Q(book__company=None) | Q(book__company__in=companies) if companies else Q(book__company=None)
    has_begun = Q(book__since_on=None) | Q(book__since_on__lte=until)
    is_not_over = Q(book__until_on=None) | Q(book__until_on__gte=since)
    rows = Price.objects.live().filter(
        for_them, has_begun, is_not_over, product__in=[product.pk for product in products],
        price_currency__in=currencies, book__deleted_at=None,
    )  # fmt: skip
    return Shelf(products, rows.select_related("book"), since, until)


def prices_of(
    quantities: Mapping[Product, Decimal], *, customer: Customer, currency: str, on: dt.date
) -> dict[int, Quoted]:
    """What each product costs a customer who buys so many units on a day, by its id (`Shelf.prices_of`). One query for
    the books, and those for rates."""
    shelf = shelf_of(quantities.keys(), customers=[customer], currencies=[currency], since=on, until=on)
    return shelf.prices_of(quantities, customer=customer, currency=currency, on=on)


def price_of(
    product: Product, *, quantity: Decimal = Decimal(1), customer: Customer, currency: str, on: dt.date
) -> Quoted | None:
    """What one product costs; None where it has no price that can be told in this currency."""
    return prices_of({product: quantity}, customer=customer, currency=currency, on=on).get(product.pk)


def _holds(price: Price, currency: str, on: dt.date) -> bool:
    """Whether a price is in the currency, and its book valid on the day."""
    has_begun = price.book.since_on is None or price.book.since_on <= on
    is_not_over = price.book.until_on is None or price.book.until_on >= on
    return has_begun and is_not_over and price.per_unit.currency == currency
