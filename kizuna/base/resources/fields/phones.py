"""One telephone number; a record's own numbers are `Points`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources.fields.base import EMPTY, Cell, Field, check_parts, closed, invalid, nullable
from kizuna.base.resources.models import having
from kizuna.base.resources.reader import Reader
from kizuna.base.types import phones, text

LONGEST = 60

Number = dict[str, str]


class Phone(Field):
    """{"value": as it was typed, "key": in international form}. JSON input may be a text, or what is read."""

    kind = "points"
    widget = "tel"

    @property
    def empty(self) -> Any:
        return None

    def parse_again(self, raw: Any, reader: Reader, stored: Any) -> Any:
        """A number that comes back as it stands is still one of the country where it was typed."""
        typed = raw.get("value") if isinstance(raw, dict) else raw
        return stored if stored and typed == stored["value"] else self.parse(raw, reader)

    def understand(self, raw: Any, reader: Reader) -> Number | None:
        given = raw if isinstance(raw, dict) else {"value": raw}
        check_parts(given, ("value", "key"))
        typed, key = given.get("value"), given.get("key")
        if not isinstance(typed, str) or not isinstance(key, str | None) or len(typed) > LONGEST:
            raise invalid(_("Give a telephone number."))
        typed = text.clean(typed)
        if not typed:
            return self.parse("", reader)
        region = phones.region_of_number(key) if key else ""
        try:
            return {"value": typed, "key": phones.normalise(typed, region or reader.region)}
        except ValueError as error:
            raise invalid(str(error)) from error

    def json_schema(self) -> dict[str, Any]:
        texts = {"value": {"type": "string"}, "key": {"type": "string"}}
        shape = {"title": "PhoneNumber", "type": "object", "properties": texts, "required": ["value", "key"]}
        return nullable(shape | {"examples": [{"value": "03-1234-5678", "key": "+81312345678"}]})

    def input_schema(self) -> dict[str, Any]:
        shape = self.json_schema()["anyOf"][0]
        given = closed(shape | {"title": "PhoneNumberInput", "required": ["value"]})
        return {"anyOf": [{"type": "string"}, given, *([] if self.required else [{"type": "null"}])]}

    def to_text(self, value: Number | None, reader: Reader) -> str:
        return value["value"] if value else ""

    def to_input(self, value: Number | None, reader: Reader) -> str:
        return self.to_text(value, reader)

    def cell(self, value: Number | None, reader: Reader) -> Cell:
        if not value:
            return EMPTY
        url = f"tel:{value['key']}"
        return {"kind": "link", "text": value["value"], "url": url}

    def keys(self, value: Number | None) -> set[str]:
        return {value["key"]} if value else set()

    def condition(self) -> ConditionField:
        def lookup(op: str, values: Sequence[Any]) -> Any:
            key, name = self.resource.key, self.name
            if not values:
                return having(key, name)
            sought = str(values[0])
            if op == "is":
                return having(key, name, [self._key(sought)])
            return having(key, name, **{"prefix" if op == "starts_with" else "part": text.fold(sought)})

        return ConditionField(name=self.name, label=self.label, kind=self.kind, lookup=lookup)

    def _key(self, typed: str) -> str:
        try:
            return phones.normalise(typed, "JP")
        except ValueError:
            return text.fold(typed)
