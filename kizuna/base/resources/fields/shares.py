"""A part of something: so many per cent of it, or an amount. Typed and shown in one place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from django.utils.translation import gettext_lazy as _

from kizuna.base.resources.fields.base import Field, invalid
from kizuna.base.resources.fields.numbers import understand_decimal
from kizuna.base.resources.reader import Reader

_PER_CENT = re.compile(r"(.*?)\s*[%٪]")


@dataclass(frozen=True, slots=True)
class Share:
    """One of the two is set. The amount is in the currency of what it is a part of."""

    percent: Decimal | None = None
    amount: Decimal | None = None

    def __str__(self) -> str:
        """As it is typed and as JSON has it: "10%" or "500"."""
        number = self.amount if self.percent is None else self.percent
        plain = f"{number:f}"
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return plain if self.percent is None else f"{plain}%"


class PerCentOrAmount(Field):
    """Two columns, `<name>_percent` and `<name>_amount`, of which one is filled: "10 %" or "500"."""

    kind = "number"
    numeric = True

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, sortable=False, **options)

    @property
    def paths(self) -> tuple[str, ...]:
        return (f"{self.path}_percent", f"{self.path}_amount")

    @property
    def empty(self) -> None:
        return None

    def value(self, columns: Sequence[Any]) -> Share | None:
        return None if columns[0] is None and columns[1] is None else Share(columns[0], columns[1])

    def read(self, record: Any) -> Share | None:
        return self.value([getattr(record, path) for path in self.paths])

    def assign(self, record: Any, value: Share | None) -> None:
        for path, part in zip(self.paths, (value.percent, value.amount) if value else (None, None), strict=True):
            setattr(record, path, part)

    def understand(self, raw: Any, reader: Reader) -> Share | None:
        if isinstance(raw, Share):
            return raw
        words = normalize("NFKC", raw).strip() if isinstance(raw, str) else raw
        found = _PER_CENT.fullmatch(words) if isinstance(words, str) else None
        number = understand_decimal(found[1] if found else words, reader)
        if number < 0 or (found and number > 100):
            raise invalid(_("Give a percentage from 0 to 100, such as 10 %, or an amount."))
        if number != round(number, 3 if found else 4):
            raise invalid(_("Too many decimal places."))
        if number >= Decimal(10) ** 16:
            raise invalid(_("This number has too many digits."))
        if not number:
            return None
        return Share(percent=number) if found else Share(amount=number)

    def to_json(self, value: Share | None) -> str | None:
        return None if value is None else str(value)

    def from_json(self, stored: Any) -> Share | None:
        if not stored:
            return None
        return Share(percent=Decimal(stored[:-1])) if stored.endswith("%") else Share(amount=Decimal(stored))

    def json_schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "examples": ["10%", "500"]}, {"type": "null"}]}

    def to_text(self, value: Share | None, reader: Reader) -> str:
        if value is None:
            return ""
        if value.percent is None:
            return reader.number(value.amount)
        return reader.percent(value.percent.normalize())

    def cell(self, value: Share | None, reader: Reader) -> dict[str, Any]:
        return super().cell(value, reader) if value is None else {"kind": "number", "text": self.to_text(value, reader)}

    def condition(self) -> None:
        return None
