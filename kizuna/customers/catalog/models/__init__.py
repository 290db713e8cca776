"""What is sold, what it costs whom and when, what tax is due on it, and what a currency was worth."""

from kizuna.customers.catalog.models.categories import Category
from kizuna.customers.catalog.models.lines import PricedLine
from kizuna.customers.catalog.models.prices import Price, PriceBook
from kizuna.customers.catalog.models.products import BundleItem, Product, ProductName, counted
from kizuna.customers.catalog.models.rates import ExchangeRate
from kizuna.customers.catalog.models.sellers import Seller
from kizuna.customers.catalog.models.taxes import TaxClass, TaxRate

__all__ = [
    "BundleItem",
    "Category",
    "ExchangeRate",
    "Price",
    "PriceBook",
    "PricedLine",
    "Product",
    "ProductName",
    "Seller",
    "TaxClass",
    "TaxRate",
    "counted",
]
