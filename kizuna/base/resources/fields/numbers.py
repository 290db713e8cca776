"""Numbers, money, yes and no."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal
from django.utils.translation import gettext_lazy as _

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources.fields.base import EMPTY, Cell, Field, check_parts, closed, invalid, nullable
from kizuna.base.resources.reader import Reader
from kizuna.base.types.money import Money

MOST_DIGITS = 27  # within the precision of Python's decimal context, so that rounding cannot fail


def understand_decimal(raw: Any, reader: Reader) -> Decimal:
    """A decimal from JSON ("12.50", 12) or from what a person typed ("1,234.5"). Raises Invalid for a float."""
    if isinstance(raw, float):
        raise invalid(_("Write numbers with decimals as text: a float is not exact."))
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise invalid(_("Give a number here."))
    try:
        value = Decimal(str(raw).strip())
    except InvalidOperation:
        try:
            value = parse_decimal(str(raw).strip(), locale=reader.language, strict=True)
        except NumberFormatError as error:
            raise invalid(_("Give a number here.")) from error
    if not value.is_finite():
        raise invalid(_("Give a number here."))
    if value and not -MOST_DIGITS < value.adjusted() < MOST_DIGITS:
        raise invalid(_("This number has too many digits."))
    return value


MONEY_SCHEMA = {
    "title": "Money",
    "type": "object",
    "properties": {"amount": {"type": "string"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
    "required": ["amount", "currency"],
    "examples": [{"amount": "12.00", "currency": "EUR"}],
}


class Number(Field):
    """A whole number, or with `places` a decimal one. In JSON whole numbers are numbers, decimals are strings."""

    kind = "number"
    widget = "number"
    numeric = True
    is_noun = False

    def __init__(
        self, name: str, label: Any, *, places: int = 0, minimum: Any = None, maximum: Any = None, **options: Any
    ) -> None:
        super().__init__(name, label, **options)
        self.places, self.minimum, self.maximum = places, minimum, maximum

    @property
    def empty(self) -> Any:
        return self.default

    def understand(self, raw: Any, reader: Reader) -> Any:
        value = understand_decimal(raw, reader)
        if value != round(value, self.places):
            raise invalid(_("Give a whole number.") if not self.places else _("Too many decimal places."))
        if self.minimum is not None and value < self.minimum:
            raise invalid(_("At least %(limit)s.") % {"limit": self.minimum})
        if self.maximum is not None and value > self.maximum:
            raise invalid(_("At most %(limit)s.") % {"limit": self.maximum})
        if not self.places:
            return int(value)
        return round(value, self.places) if value else Decimal(0).scaleb(-self.places)  # -0 is 0

    def json_schema(self) -> dict[str, Any]:
        if self.places:
            return nullable({"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "examples": ["12.50"]})
        limits = {"minimum": self.minimum, "maximum": self.maximum}
        return nullable({"type": "integer"} | {name: limit for name, limit in limits.items() if limit is not None})

    def input_schema(self) -> dict[str, Any]:
        schema = self.json_schema()
        return {"anyOf": [{"type": "integer"}, *schema["anyOf"]]} if self.places else schema

    def to_json(self, value: Any) -> Any:
        return str(value) if isinstance(value, Decimal) else value

    def from_json(self, stored: Any) -> Any:
        return Decimal(stored) if isinstance(stored, str) else stored

    def to_text(self, value: Any, reader: Reader) -> str:
        return "" if value is None else reader.number(value)

    def cell(self, value: Any, reader: Reader) -> Cell:
        return EMPTY if value is None else {"kind": "number", "text": reader.number(value)}


class Percent(Number):
    """So many of a hundred: a number like any other, that people read and write with its sign."""

    def understand(self, raw: Any, reader: Reader) -> Any:
        return super().understand(raw.strip().rstrip("%％").rstrip() if isinstance(raw, str) else raw, reader)

    def to_text(self, value: Any, reader: Reader) -> str:
        return "" if value is None else reader.percent(value)

    def cell(self, value: Any, reader: Reader) -> Cell:
        return EMPTY if value is None else {"kind": "number", "text": reader.percent(value)}


class MoneyAmount(Field):
    """Money: two columns, an amount and its currency; one value."""

    kind = "money"
    widget = "money"
    numeric = True
    is_noun = False

    @property
    def paths(self) -> tuple[str, ...]:
        return self.amount_paths

    @property
    def amount_paths(self) -> tuple[str, str]:
        """The paths of the amount and of its currency."""
        return (self.path, f"{self.path}_currency")

    @property
    def empty(self) -> Any:
        return None

    def value(self, columns: Sequence[Any]) -> Money | None:
        amount, currency = columns[0], columns[1]
        return None if amount is None else Money(amount, currency)

    def understand(self, raw: Any, reader: Reader) -> Money | None:
        if isinstance(raw, Money):
            return raw
        amount: Any
        currency: Any
        if isinstance(raw, str) and " " in raw.strip():
            amount, currency = raw.strip().rsplit(" ", 1)
        elif isinstance(raw, dict):
            check_parts(raw, ("amount", "currency"))
            amount, currency = raw.get("amount"), raw.get("currency")
        else:
            raise invalid(_('Give an amount and a currency, such as {"amount": "12.00", "currency": "EUR"}.'))
        if amount in (None, ""):
            return None
        if not isinstance(currency, str):
            raise invalid(_("Give a currency, such as JPY."))
        try:
            return Money(understand_decimal(amount, reader), currency.upper())
        except ValueError as error:
            raise invalid(str(error)) from error

    def from_form(self, data: Any, prefix: str = "") -> Any:
        name = prefix + self.name
        if name not in data:
            return None
        return {"amount": data.get(name), "currency": data.get(f"{name}_currency")}

    def json_schema(self) -> dict[str, Any]:
        return nullable(MONEY_SCHEMA)

    def input_schema(self) -> dict[str, Any]:
        given = closed(MONEY_SCHEMA | {"title": "MoneyInput"})
        return given if self.required else nullable(given)

    def to_json(self, value: Money | None) -> Any:
        return None if value is None else {"amount": str(value.amount), "currency": value.currency}

    def from_json(self, stored: Any) -> Money | None:
        return Money(Decimal(stored["amount"]), stored["currency"]) if stored else None

    def to_text(self, value: Money | None, reader: Reader) -> str:
        return "" if value is None else value.format(reader.language)

    def cell(self, value: Money | None, reader: Reader) -> Cell:
        return EMPTY if value is None else {"kind": "money", "text": self.to_text(value, reader)}

    def condition(self) -> ConditionField:
        path, currency = self.amount_paths
        return ConditionField(name=self.name, label=self.label, kind=self.kind, path=path, currency_path=currency)


class Flag(Field):
    """Yes or no."""

    kind = "boolean"
    widget = "boolean"

    _WORDS = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}

    @property
    def empty(self) -> bool:
        return bool(self.default)

    def understand(self, raw: Any, reader: Reader) -> bool:
        value = raw if isinstance(raw, bool) else self._WORDS.get(str(raw).strip().lower())
        if value is None:
            raise invalid(_("Answer yes or no."))
        return value

    def json_schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def from_form(self, data: Any, prefix: str = "") -> Any:
        values = data.getlist(prefix + self.name)
        return values[-1] if values else None

    def to_text(self, value: Any, reader: Reader) -> str:
        return str(_("Yes") if value else _("No"))

    def cell(self, value: Any, reader: Reader) -> Cell:
        return {"kind": "boolean", "on": bool(value), "text": self.to_text(value, reader)}
