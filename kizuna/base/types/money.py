"""Money: an exact amount in a currency. Never a float, never more decimals than the currency has coins for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from babel import Locale, UnknownLocaleError
from babel.numbers import (
    NumberFormatError,
    format_compact_currency,
    format_currency,
    get_currency_precision,
    list_currencies,
    parse_decimal,
)
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Malformed

CURRENCIES = frozenset(list_currencies())  # ISO 4217 codes, with those of the past
LIMIT = Decimal(10) ** 16  # what a column of 20 digits, 4 of them decimals, can hold
BRIEF_FROM = 1_000
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_AROUND = re.compile(r"[^\d+\-−(]{0,5}([+\-−(]?)[^\d.,+\-−(]{0,5}(\d[\d.,'’\s]*)\D{0,5}")  # with sign and currency


class MixedCurrencies(ValueError):
    """Two currencies met where one was expected: convert first, at a dated rate."""


@lru_cache(maxsize=256)
def minor_units(currency: str) -> int:
    """Decimals of a currency: 2 for EUR, 0 for JPY and KRW, 3 for KWD. Raises Malformed for an unknown code."""
    if currency not in CURRENCIES:
        raise Malformed("currency", _("A currency is three capital letters, such as JPY, KRW or EUR."))
    return get_currency_precision(currency)


def _decimals_message(places: int, currency: str) -> str:
    if not places:
        return gettext("%(currency)s has no decimals.") % {"currency": currency}
    message = ngettext("%(currency)s has %(count)d decimal.", "%(currency)s has %(count)d decimals.", places)
    return message % {"currency": currency, "count": places}


_too_many_decimals = lazy(_decimals_message, str)


@dataclass(frozen=True, slots=True, init=False)
class Money:
    """`amount` takes Decimal, int or text ("12.50") and is always a Decimal with the currency's decimals (12.50 EUR).

    Raises TypeError for a float and Malformed (a ValueError) with a code: currency, amount, decimals, too_large.
    """

    amount: Decimal
    currency: str

    def __init__(self, amount: Decimal | int | str, currency: str) -> None:
        if isinstance(amount, float):
            raise TypeError("A float cannot hold money exactly; use Decimal or text.")
        places = minor_units(currency)
        try:
            value = Decimal(amount)
            exact = value.quantize(Decimal(1).scaleb(-places)) if value.is_finite() and abs(value) < LIMIT else None
        except InvalidOperation as error:
            raise Malformed("amount", _("This is not an amount of money.")) from error
        if exact is None:
            raise _out_of_range(value)
        if exact != value:
            raise Malformed("decimals", _too_many_decimals(places, currency))
        object.__setattr__(self, "amount", exact if exact else abs(exact))  # no -0.00
        object.__setattr__(self, "currency", currency)

    @classmethod
    def rounded(cls, amount: Decimal | int, currency: str, rounding: str = ROUND_HALF_UP) -> Money:
        """The nearest amount that can be paid, after tax or a rate has left more decimals."""
        if isinstance(amount, float):
            raise TypeError("A float cannot hold money exactly; use Decimal or text.")
        return cls(Decimal(amount).quantize(Decimal(1).scaleb(-minor_units(currency)), rounding), currency)

    @classmethod
    def parse(cls, text: str, currency: str, locale: str = "en") -> Money:
        """An amount as typed in a locale: "1,200", "￥1,200", "１２００円", "1.234,50 €" (de), "(3.50)" for -3.50."""
        return cls(_read_number(text, locale), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def total(cls, items: Iterable[Money], currency: str) -> Money:
        """The sum, 0 of `currency` if there are none. Raises MixedCurrencies for any other currency."""
        total = cls.zero(currency)
        for item in items:
            total = total + item
        return total

    @classmethod
    def from_json(cls, data: Any) -> Money:
        """From {"amount": "12.00", "currency": "EUR"}; the amount is text, so that no float comes between."""
        if not isinstance(data, dict) or not isinstance(data.get("amount"), str | int) or "currency" not in data:
            raise Malformed("amount", _('Money looks like {"amount": "12.00", "currency": "EUR"}.'))
        return cls(data["amount"], str(data["currency"]))

    def to_json(self) -> dict[str, str]:
        return {"amount": f"{self.amount:f}", "currency": self.currency}

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def __bool__(self) -> bool:
        return bool(self.amount)

    def _other(self, other: Any) -> Decimal:
        if not isinstance(other, Money):
            raise TypeError(f"Money and {type(other).__name__} cannot be added or compared.")
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency}")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._other(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._other(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __mul__(self, count: Any) -> Money:
        """Whole multiples only: for a rate or a percentage say how to round (`times`)."""
        if not isinstance(count, int):
            raise TypeError("Money is multiplied by whole numbers; use times() for a rate.")
        return Money(self.amount * count, self.currency)

    __rmul__ = __mul__

    def times(self, factor: Decimal | int, rounding: str = ROUND_HALF_UP) -> Money:
        """Multiplied by a rate or a share, rounded to the currency's decimals."""
        if isinstance(factor, float):
            raise TypeError("A float cannot hold a rate exactly; use Decimal.")
        return Money.rounded(self.amount * factor, self.currency, rounding)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._other(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._other(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._other(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._other(other)

    def allocate(self, parts: int | Sequence[int | Decimal]) -> list[Money]:
        """Shared out so that the shares add up exactly: into n equal parts, or in proportion to weights.

        Largest remainder: what is left after rounding down goes, one minor unit each, to the shares that lost most,
        earlier ones first. ¥100 in three is 34, 33, 33. Raises ValueError without a positive weight.
        """
        weights = [Fraction(weight) for weight in ([1] * parts if isinstance(parts, int) else parts)]
        whole = sum(weights)
        if whole <= 0 or any(weight < 0 for weight in weights):
            raise ValueError("Shares need at least one positive weight and no negative one.")
        units = int(abs(self.amount).scaleb(minor_units(self.currency)))
        shares, remainders = zip(*(divmod(units * weight, whole) for weight in weights), strict=True)
        left = units - sum(shares)
        lucky = set(sorted(range(len(weights)), key=lambda place: (-remainders[place], place))[:left])
        unit = Decimal(1).scaleb(-minor_units(self.currency)).copy_sign(self.amount)
        return [Money((share + (place in lucky)) * unit, self.currency) for place, share in enumerate(shares)]

    def format(self, locale: str = "en") -> str:
        """For people: "€12.00" (en), "12,00 €" (de), "￥1,200" (ja)."""
        return format_currency(self.amount, self.currency, locale=_locale(locale))

    def brief(self, locale: str = "en") -> str:
        """About how much, where there is little room: "€13.4M" (en), "￥1,340万" (ja). Small amounts in full."""
        if abs(self.amount) < BRIEF_FROM:
            return self.format(locale)
        return in_groups(format_compact_currency(self.amount, self.currency, locale=_locale(locale), fraction_digits=1))


def in_groups(brief: str) -> str:
    """A short figure with its thousands in groups, as people write them: 1,340万, 1,340만."""
    return re.sub(r"(?<!\d)(\d)(\d{3})(?!\d)", r"\1,\2", brief)


@lru_cache(maxsize=64)
def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(tag[:2].lower() if tag[:2].lower() in ("ja", "ko") else "en")


def _out_of_range(value: Decimal) -> Malformed:
    if not value.is_finite():
        return Malformed("amount", _("This is not an amount of money."))
    return Malformed("too_large", _("This amount is too large."))


def _read_number(text: str, locale: str) -> Decimal:
    typed = normalize("NFKC", text).strip()
    if _NUMBER.fullmatch(typed) and _locale(locale).number_symbols["latn"]["decimal"] == ".":
        return Decimal(typed)
    match = _AROUND.fullmatch(typed)
    if match is None:
        raise Malformed("amount", _("This is not an amount of money."))
    group = _locale(locale).number_symbols["latn"]["group"]
    number = re.sub(r"\s", group, match[2].strip()) if group.isspace() else match[2].strip()
    try:
        value = parse_decimal(number, locale=_locale(locale), strict=True)
    except NumberFormatError as error:
        raise Malformed("amount", _("This is not an amount of money.")) from error
    return -value if match[1] in ("-", "−", "(") else value
