"""What the catalogue tells the world beside the changes of its records."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class ProductDiscontinued(Event):
    """A product is no longer sold after a day."""

    phrase = _("%(who)s discontinued this")

    product_id: int
    on: dt.date


@dataclass(frozen=True, kw_only=True)
class ProductOfferedAgain(Event):
    """A product that was no longer sold is sold again."""

    phrase = _("%(who)s offered this again")

    product_id: int


@dataclass(frozen=True, kw_only=True)
class PricesAdjusted(Event):
    """All prices of a book rose, or fell, by so many per cent."""

    phrase = _("%(who)s adjusted all prices")

    book_id: int
    percent: Decimal
    count: int


@dataclass(frozen=True, kw_only=True)
class PriceBookCopied(Event):
    """A price book was made from another one, with its prices."""

    phrase = _("%(who)s copied this price book")

    book_id: int
    copy_id: int
    count: int
