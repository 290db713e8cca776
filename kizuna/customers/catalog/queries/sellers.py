"""In whose name we sell."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count

from kizuna.customers.catalog.models import Product, Seller

BY_LANGUAGE = {"ja": "JPY", "ko": "KRW"}


def seller_for(language: str = "") -> Seller | None:
    """The one for customers who speak a language; else the usual one. None where nobody was named yet."""
    rows = list(Seller.objects.live().order_by("rank", "pk"))
    mine = [one for one in rows if language and one.language == language]
    return next(iter((*mine, *(one for one in rows if not one.language), *rows)), None)


def own_currency(seller: Seller | None = None) -> str:
    """In which we reckon where nothing else says it: that of who sells, else of the usual seller; where nobody was
    named yet the one that most list prices are in, else that of the language Kizuna is set to."""
    known = seller or seller_for()
    if known:
        return known.currency
    priced = Product.objects.live().exclude(price=None).order_by().values_list("price_currency")
    most = priced.annotate(count=Count("pk")).order_by("-count", "price_currency").first()
    return str(most[0]) if most else BY_LANGUAGE.get(settings.LANGUAGE_CODE[:2], "EUR")
