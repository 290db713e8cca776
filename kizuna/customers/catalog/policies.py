"""Who sees what of the catalogue: what hangs on a product or a book is seen by those who see that."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kizuna.base.access import policy
from kizuna.customers.catalog.models import BundleItem, Price, PriceBook, Product, ProductName, TaxClass, TaxRate
from kizuna.customers.contacts.models import Company
from kizuna.customers.contacts.policies import seen_through


@policy.rows(PriceBook)
def books_of_visible_companies(actor: Any, operation: str) -> Q:
    return seen_through(actor, company=Company)


@policy.rows(Price)
def prices_in_visible_books(actor: Any, operation: str) -> Q:
    return seen_through(actor, book=PriceBook, product=Product)


@policy.rows(BundleItem)
def items_of_visible_bundles(actor: Any, operation: str) -> Q:
    return seen_through(actor, bundle=Product, product=Product)


@policy.rows(ProductName)
def names_of_visible_products(actor: Any, operation: str) -> Q:
    return seen_through(actor, product=Product)


@policy.rows(TaxRate)
def rates_of_visible_classes(actor: Any, operation: str) -> Q:
    return seen_through(actor, tax_class=TaxClass)
