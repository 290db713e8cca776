"""What a customer pays for a product, what tax is due on it, and what an amount is worth in another currency."""

from kizuna.customers.catalog.queries.bundles import contents_of
from kizuna.customers.catalog.queries.lines import is_tax_given, price_for, price_told, prices_around, quoted_for
from kizuna.customers.catalog.queries.prices import Customer, Quoted, Shelf, price_of, prices_of, shelf_of
from kizuna.customers.catalog.queries.rates import Converted, NoRate, Rate, Rates, convert, rate_of, rates_into
from kizuna.customers.catalog.queries.sellers import own_currency, seller_for
from kizuna.customers.catalog.queries.taxes import Taxes, tax_for, tax_of, taxes_of, taxes_until

__all__ = [
    "Converted",
    "Customer",
    "NoRate",
    "Quoted",
    "Rate",
    "Rates",
    "Shelf",
    "Taxes",
    "contents_of",
    "convert",
    "is_tax_given",
    "own_currency",
    "price_for",
    "price_of",
    "price_told",
    "prices_around",
    "prices_of",
    "quoted_for",
    "rate_of",
    "rates_into",
    "seller_for",
    "shelf_of",
    "tax_for",
    "tax_of",
    "taxes_of",
    "taxes_until",
]
