"""What a shop system tells of an order, understood: every mistake of it with the path where it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources.fields.numbers import understand_decimal
from kizuna.base.resources.fields.shares import PerCentOrAmount
from kizuna.base.resources.reader import Reader
from kizuna.base.types import text
from kizuna.base.types.countries import code_of
from kizuna.base.types.errors import Errors, Invalid, Malformed, Problem
from kizuna.base.types.money import CURRENCIES, Money
from kizuna.customers.catalog.models import Product
from kizuna.customers.catalog.reckoning import Discount, quantity
from kizuna.customers.orders.models import Order, OrderLine, Payment, SalesChannel
from kizuna.customers.orders.models.orders import TO_COME, is_to_come
from kizuna.customers.orders.services.placing import Draft, Sold

NAMES = frozenset({
    "channel", "external_id", "ordered_at", "currency", "country", "customer", "lines", "discount", "ship_to", "note",
    "paid", "method", "shipped",
})  # fmt: skip
OF_LINE = frozenset({"sku", "words", "size", "colour", "quantity", "unit_price", "discount", "tax_percent"})
LONG = frozenset({"ship_to", "note"})
MOST_LINES = 200
_SHARE = PerCentOrAmount("discount", "")


@dataclass(frozen=True)
class Shelves:
    """What orders name by a code, read once for a batch."""

    channels: Mapping[str, SalesChannel]
    products: Mapping[str, Product]


@dataclass(frozen=True)
class Read:
    """An order that was understood; `given` names what was said of it."""

    given: frozenset[str]
    channel: SalesChannel
    external_id: str
    ordered_at: dt.datetime
    lines: Sequence[Sold]
    customer: Mapping[str, Any] | None
    currency: str
    country: str
    discount: Discount | None
    ship_to: str
    note: str
    is_paid: bool
    paid: Money | None
    method: str
    is_shipped: bool

    @property
    def key(self) -> tuple[int, str]:
        return (self.channel.pk, self.external_id)

    def draft(self, contact_id: int | None) -> Draft:
        return Draft(
            channel=self.channel, lines=self.lines, contact_id=contact_id, ordered_at=self.ordered_at,
            external_id=self.external_id, currency=self.currency, country=self.country, discount=self.discount,
            ship_to=self.ship_to, note=self.note, is_paid=self.is_paid, paid=self.paid,
        )  # fmt: skip

    def differing(self, order: Order, lines: Sequence[OrderLine]) -> list[str]:
        """What of this is stored otherwise. What was not said, or only says who bought, is not looked at; that it is
        paid or shipped has to be said here as well."""
        alike = {name: getattr(self, name) == getattr(order, name) for name in self.given & _PLAIN}
        alike["discount"] = "discount" not in self.given or self.discount == order.discount
        alike["lines"] = [_said(sold) for sold in self.lines] == [
            _stored(line, sold) for line, sold in zip_longest(lines, self.lines)
        ]
        alike["paid"] = not self.is_paid or order.paid == (self.paid or order.total)
        alike["shipped"] = not self.is_shipped or order.status in (Order.Status.SHIPPED, Order.Status.COMPLETED)
        return sorted(name for name, is_alike in alike.items() if not is_alike)


_PLAIN = frozenset({"ordered_at", "currency", "country", "ship_to", "note"})


def _said(sold: Sold) -> tuple[Any, ...]:
    product_id = sold.product.pk if sold.product else None
    return (product_id, sold.words, sold.quantity, sold.unit_price, sold.discount, sold.tax_percent)


def _stored(line: OrderLine | None, sold: Sold | None) -> tuple[Any, ...] | None:
    """A line as far as it was told."""
    if line is None or sold is None:
        return None
    return (
        line.product_id,
        line.words if sold.words else "",
        line.quantity,
        line.unit_price if sold.unit_price is not None else None,
        line.discount_taken,
        line.tax_percent if sold.tax_percent is not None else None,
    )


def shelves_of(actor: Any, entries: Sequence[Any]) -> Shelves:
    """Two queries, however many orders."""
    told = [entry for entry in entries if isinstance(entry, dict)]
    lines = [line for entry in told for line in _listed(entry.get("lines")) if isinstance(line, dict)]
    codes = {_code(entry) for entry in told}
    skus = {text.clean(str(line["sku"])) for line in lines if line.get("sku")}
    channels = SalesChannel.objects.visible_to(actor).filter(code__in=codes)
    products = Product.objects.visible_to(actor).filter(code__in=skus).select_related("tax_class")
    return Shelves({one.code: one for one in channels}, {one.code: one for one in products})


def read(entry: Any, shelves: Shelves, actor: Any) -> Read:
    """Raises Invalid with every mistake at once."""
    if not isinstance(entry, dict):
        raise Invalid({"": [_("Give an object: {…}.")]})
    return _Reading(entry, shelves, Reader.of(actor)).order()


def _code(entry: Mapping[str, Any]) -> str:
    return text.clean(str(entry.get("channel", ""))).lower()


def _listed(given: Any) -> list[Any]:
    return given[: MOST_LINES + 1] if isinstance(given, list) else []


class _Reading:
    def __init__(self, entry: Mapping[str, Any], shelves: Shelves, reader: Reader) -> None:
        self.entry, self.shelves, self.reader = entry, shelves, reader
        self.errors: Errors = {}

    def order(self) -> Read:
        given = self.entry
        for name in given.keys() - NAMES:
            self._wrong(str(name)[:60], _("There is no such field."))
        channel = self.shelves.channels.get(_code(given))
        if channel is None:
            self._wrong("channel", _("There is no such sales channel."))
        external_id = self._text("external_id", 80)
        if not external_id:
            self._wrong("external_id", _("This is needed."))
        currency = self._currency(channel)
        lines = self._lines(currency)
        paid, is_paid = self._paid(currency)
        found: dict[str, Any] = {
            "country": self._understood("country", lambda: code_of(self._text("country", 2))) or "",
            "external_id": external_id, "ordered_at": self._moment(), "lines": lines, "customer": self._customer(),
            "currency": currency, "paid": paid, "is_paid": is_paid,
            "discount": self._discount("discount", given.get("discount"), currency),
            "ship_to": self._text("ship_to", 1000), "note": self._text("note", 5000), "method": self._method(),
            "is_shipped": self._is_shipped(),
        }  # fmt: skip
        if self.errors or channel is None:
            raise Invalid(self.errors)
        said = frozenset(name for name, value in given.items() if value not in (None, ""))
        return Read(given=said, channel=channel, **found)

    def _wrong(self, path: str, message: Any) -> None:
        self.errors.setdefault(path, []).append(message)

    def _understood(self, path: str, make: Any) -> Any:
        """The value that `make` makes; a mistake is noted under the path."""
        try:
            return make()
        except Malformed as error:
            self._wrong(path, error.message)
        except Problem as problem:
            for word in [one for words in problem.errors.values() for one in words] or [problem.message]:
                self._wrong(path, word)
        return None

    def _text(self, name: str, most: int) -> str:
        given = self.entry.get(name)
        if given is None:
            return ""
        if not isinstance(given, str | int) or isinstance(given, bool) or len(str(given)) > most:
            self._wrong(name, _("Give a text of at most %(count)s letters.") % {"count": most})
            return ""
        return (text.clean_long if name in LONG else text.clean)(str(given))

    def _number(self, path: str, raw: Any) -> Decimal | None:
        return self._understood(path, lambda: understand_decimal(raw, self.reader))

    def _money(self, path: str, raw: Any, currency: str) -> Money | None:
        number = self._number(path, raw)
        if number is None or not currency:
            return None
        return self._understood(path, lambda: Money(number, currency))

    def _currency(self, channel: SalesChannel | None) -> str:
        given = self._text("currency", 3).upper() or (channel.currency if channel else "")
        if given and given not in CURRENCIES:
            self._wrong("currency", _("A currency is three capital letters, such as JPY, KRW or EUR."))
            return ""
        return given

    def _moment(self) -> dt.datetime:
        given = self.entry.get("ordered_at")
        if given is None:
            return timezone.now()
        found = None
        try:
            found = parse_datetime(given) if isinstance(given, str) else None
        except ValueError:
            found = None
        if found is None or found.tzinfo is None or not 1970 <= found.year <= 2200:
            self._wrong("ordered_at", _("A moment looks like 2026-11-20T09:30:00+09:00, with its zone."))
            return timezone.now()
        if is_to_come(found):
            self._wrong("ordered_at", TO_COME)
        return found

    def _customer(self) -> Mapping[str, Any] | None:
        given = self.entry.get("customer")
        if given is not None and not isinstance(given, dict):
            self._wrong("customer", _("Give an object: {…}."))
            return None
        return given or None

    def _discount(self, path: str, raw: Any, currency: str) -> Discount | None:
        if raw in (None, "") or not currency:
            return None
        share = self._understood(path, lambda: _SHARE.parse(raw, self.reader))
        if share is None:
            return None
        if share.percent is not None:
            return Discount(percent=share.percent)
        return self._understood(path, lambda: Discount(amount=Money(share.amount, currency)))

    def _lines(self, currency: str) -> list[Sold]:
        given = _listed(self.entry.get("lines"))
        if not given or len(given) > MOST_LINES:
            self._wrong("lines", _("An order has between 1 and %(most)s lines.") % {"most": MOST_LINES})
            return []
        return [one for place, line in enumerate(given) if (one := self._line(f"lines.{place}", line, currency))]

    def _line(self, path: str, given: Any, currency: str) -> Sold | None:
        if not isinstance(given, dict):
            self._wrong(path, _("Give an object: {…}."))
            return None
        for name in given.keys() - OF_LINE:
            self._wrong(f"{path}.{str(name)[:60]}", _("There is no such field."))
        words = text.clean(str(given.get("words") or ""))[:300]
        product = self.shelves.products.get(text.clean(str(given.get("sku") or "")))
        if product is None and not words:
            self._wrong(f"{path}.sku", _("There is no such product, and nothing says what it is."))
        number = self._number(f"{path}.quantity", given.get("quantity", 1))
        count = None if number is None else self._understood(f"{path}.quantity", lambda: quantity(number))
        price, percent = given.get("unit_price"), given.get("tax_percent")
        found = Sold(
            quantity=count or Decimal(1),
            product=product,
            words=words,
            unit_price=None if price is None else self._money(f"{path}.unit_price", price, currency),
            discount=self._discount(f"{path}.discount", given.get("discount"), currency),
            tax_percent=None if percent is None else self._number(f"{path}.tax_percent", percent),
            shipped=self.entry.get("shipped") is True,
            size=text.clean(str(given.get("size") or ""))[:40],
            colour=text.clean(str(given.get("colour") or ""))[:60],
        )
        if found.unit_price is not None and found.unit_price.amount < 0:
            self._wrong(f"{path}.unit_price", _("A price is not below zero."))
        if found.tax_percent is not None and not 0 <= found.tax_percent <= 100:
            self._wrong(f"{path}.tax_percent", _("A tax rate is between 0 and 100 per cent."))
        elif found.tax_percent is not None and found.tax_percent != round(found.tax_percent, 3):
            self._wrong(f"{path}.tax_percent", _("Too many decimal places."))
        return found

    def _paid(self, currency: str) -> tuple[Money | None, bool]:
        """True is paid in full; an amount says how much. Nothing, and an amount of nothing, is not paid."""
        given = self.entry.get("paid")
        if given is True or given in (None, "", False, 0):
            return None, given is True
        found = self._money("paid", given, currency)
        if found is not None and found.amount < 0:
            self._wrong("paid", _("The amount is above zero."))
        return found or None, bool(found)

    def _is_shipped(self) -> bool:
        given = self.entry.get("shipped")
        if given is not None and not isinstance(given, bool):
            self._wrong("shipped", _("Give true or false."))
        return given is True

    def _method(self) -> str:
        given = self.entry.get("method") or Payment.Method.CARD
        if given not in Payment.Method.values:
            self._wrong("method", _("One of: %(words)s.") % {"words": ", ".join(Payment.Method.values)})
        return str(given)
