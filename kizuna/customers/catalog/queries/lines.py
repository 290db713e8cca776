"""What a line of a document takes from the catalogue: whether its tax is another one, and its price."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from kizuna.base.types.money import Money
from kizuna.customers.catalog.models import PricedLine
from kizuna.customers.catalog.queries.prices import Customer, Quoted, price_of
from kizuna.customers.contacts.models import Company, Contact

HUNDRED = Decimal(100)


def is_tax_given(line: PricedLine) -> bool:
    """Whether somebody is giving a stored line another percentage. One query."""
    was = type(line)._default_manager.filter(pk=line.pk).values_list("tax_percent", flat=True).first()
    return was != line.tax_percent


def price_for(line: PricedLine, *, buyer: Company | Contact | None, currency: str, on: dt.date) -> Money | None:
    """What a customer pays for so many of its product on a day, without tax; None where nobody knows."""
    quoted = quoted_for(line, buyer=buyer, currency=currency, on=on)
    return price_told(quoted, line.tax_percent, includes_tax=False) if quoted else None


def quoted_for(line: PricedLine, *, buyer: Company | Contact | None, currency: str, on: dt.date) -> Quoted | None:
    """The same as it stands in a price book or the list, and in which one."""
    if line.product is None:
        return None
    return price_of(line.product, quantity=line.quantity, customer=Customer.of(buyer), currency=currency, on=on)


def prices_around(
    line: PricedLine, *, buyer: Company | Contact | None, currency: str, on: dt.date, includes_tax: bool = False
) -> tuple[Money, Money] | None:
    """What one unit of a stored line costs for the quantity that it had and for the one that it is given; None where
    both cost the same, or nobody knows."""
    was = type(line)._default_manager.filter(pk=line.pk).values_list("quantity", flat=True).first()
    if was is None or was == line.quantity or line.product is None:
        return None
    customer, found = Customer.of(buyer), []
    for quantity in (was, line.quantity):
        quoted = price_of(line.product, quantity=quantity, customer=customer, currency=currency, on=on)
        found.append(price_told(quoted, line.tax_percent, includes_tax=includes_tax) if quoted else None)
    before, after = found
    return (before, after) if before and after and before != after else None


def price_told(quoted: Quoted, tax_percent: Decimal | None, *, includes_tax: bool) -> Money:
    """The price of a book or the list as a document tells it, whose prices are with tax or without."""
    if quoted.includes_tax == includes_tax or not tax_percent:
        return quoted.price
    with_tax = (HUNDRED + tax_percent) / HUNDRED
    return quoted.price.times(with_tax if includes_tax else 1 / with_tax)
