"""Fields with several values: tags, and the points at which a person can be reached."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources.fields.base import EMPTY, Cell, Field, check_parts, closed, invalid, nullable
from kizuna.base.resources.models import having
from kizuna.base.resources.reader import Reader
from kizuna.base.types import points, tags, text
from kizuna.base.types.addresses import Address
from kizuna.base.types.errors import Errors, Invalid


def understand_list(raw: Any) -> list[Any]:
    """A JSON list, a JSON text of one (from a form), or text with commas or semicolons between the values."""
    if isinstance(raw, str):
        if raw.lstrip().startswith("["):
            try:
                raw = json.loads(raw)
            except ValueError as error:
                raise invalid(_("This list cannot be read.")) from error
        else:
            raw = [part for part in raw.replace(";", ",").replace("、", ",").split(",") if part.strip()]
    if not isinstance(raw, list):
        raise invalid(_("Give a list here."))
    return raw


class Tags(Field):
    """Words that group records. Stored as typed, found without regard to case, width or kana."""

    kind = "tags"
    widget = "tags"

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, sortable=False, **options)

    @property
    def empty(self) -> Any:
        return []

    def understand(self, raw: Any, reader: Reader) -> list[str]:
        return tags.normalise_tags(understand_list(raw))

    def from_form(self, data: Any, prefix: str = "") -> Any:
        name = prefix + self.name
        is_there = name in data or f"{name}:text" in data
        return [word for word in [*data.getlist(name), data.get(f"{name}:text", "")] if word] if is_there else None

    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}, "examples": [["VIP"]]}

    def to_text(self, value: Sequence[str] | None, reader: Reader) -> str:
        return ", ".join(value or ())

    def cell(self, value: Sequence[str] | None, reader: Reader) -> Cell:
        if not value:
            return EMPTY
        shown = [{"text": word, "tint": str(tint(word))} for word in value]
        more = len(shown) - 1
        return {"kind": "tags", "tags": shown, "more": f"+{more}" if more else ""}

    def to_input(self, value: Sequence[str] | None, reader: Reader) -> Any:
        return list(value or ())

    def keys(self, value: Sequence[str] | None) -> set[str]:
        return {text.fold(word) for word in value or ()}

    def condition(self) -> ConditionField:
        def lookup(op: str, values: Sequence[Any]) -> Any:
            return having(self.resource.key, self.name, [text.fold(str(word)) for word in values] if values else None)

        return ConditionField(name=self.name, label=self.label, kind=self.kind, path=self.path, lookup=lookup)


class Choices(Tags):
    """Several of a fixed list of values. `retired` ones are offered no more, but what has them stays valid."""

    widget = "choices"

    def __init__(
        self,
        name: str,
        label: Any,
        *,
        choices: Sequence[tuple[str, Any]],
        retired: Sequence[tuple[str, Any]] = (),
        **options: Any,
    ) -> None:
        super().__init__(name, label, **options)
        self.choices = tuple(choices)
        self._labels = dict((*self.choices, *retired))

    def understand(self, raw: Any, reader: Reader) -> list[str]:
        """Stored values, or labels in the reader's language, in the order of the list."""
        found = {self._code(given) for given in understand_list(raw)}
        return [code for code in self._labels if code in found]

    def _code(self, given: Any) -> str:
        for code, label in self._labels.items():
            if given == code or (isinstance(given, str) and text.fold(given) == text.fold(str(label))):
                return code
        raise invalid(_("Choose among: %(choices)s.") % {"choices": ", ".join(code for code, _label in self.choices)})

    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"enum": list(self._labels)}, "uniqueItems": True}

    def to_text(self, value: Sequence[str] | None, reader: Reader) -> str:
        return ", ".join(str(self._labels.get(code, code)) for code in value or ())

    def cell(self, value: Sequence[str] | None, reader: Reader) -> Cell:
        shown = [{"text": str(self._labels.get(code, code)), "tint": str(tint(code))} for code in value or ()]
        return {"kind": "tags", "tags": shown, "more": f"+{len(shown) - 1}" if shown[1:] else ""} if shown else EMPTY

    def keys(self, value: Sequence[str] | None) -> set[str]:
        return set(value or ())

    def condition(self) -> ConditionField:
        def lookup(op: str, values: Sequence[Any]) -> Any:
            codes = [self._code(value) for value in values] if values else None
            return having(self.resource.key, self.name, codes)

        return ConditionField(
            name=self.name,
            label=self.label,
            kind=Tags.kind,
            path=self.path,
            lookup=lookup,
            choices=tuple(self._labels.items()),
        )


def tint(word: str) -> int:
    """The colour (1 to 6) of a tag's dot: the same word has the same colour everywhere."""
    return sum(text.fold(word).encode()) % 6 + 1


class Points(Field):
    """Ways to reach someone: e-mail addresses, phone numbers, handles, links or postal addresses, each with a label.

    JSON: a list of {"value", "label", "primary", "verified"} ("key", the normalised value, is added when read);
    a plain text stands for {"value": text}. Postal addresses have their parts instead of "value".
    """

    kind = "points"
    widget = "points"

    def __init__(self, name: str, label: Any, *, point_kind: str, **options: Any) -> None:
        super().__init__(name, label, sortable=False, **options)
        self.point_kind = point_kind

    @property
    def empty(self) -> Any:
        return []

    def parse_again(self, raw: Any, reader: Reader, stored: Any) -> Any:
        """A number that comes back as it stands is still one of the country where it was typed."""
        return self._normalised(raw, reader, stored or ()) if raw else self.parse(raw, reader)

    def understand(self, raw: Any, reader: Reader) -> list[dict[str, Any]]:
        return self._normalised(raw, reader, ())

    def _normalised(self, raw: Any, reader: Reader, stored: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        if self.point_kind == "address" and isinstance(raw, dict):
            raw = [raw]
        given = raw if isinstance(raw, list) else understand_list(raw)
        self._check(given)
        return points.normalise_points(self.point_kind, given, region=reader.region, stored=stored)

    def _check(self, given: Sequence[Any]) -> None:
        """Raises Invalid for parts that points of this kind do not have."""
        errors: Errors = {}
        for place, point in enumerate(given):
            if isinstance(point, dict):
                try:
                    check_parts(point, self._parts)
                except Invalid as error:
                    errors |= error.under(str(place)).errors
        if errors:
            raise Invalid(errors)

    @cached_property
    def _parts(self) -> dict[str, Any]:
        found: dict[str, Any] = points.json_schema(self.point_kind)["properties"]
        return found

    def from_form(self, data: Any, prefix: str = "") -> Any:
        """Rows are posted as name.0.value, name.0.label, …; name.primary holds the row number of the primary one."""
        name = prefix + self.name
        if f"{name}.present" not in data:
            return None
        primary = data.get(f"{name}.primary", "0")
        rows: dict[str, dict[str, Any]] = {}
        for key in data:
            if key.startswith(f"{name}.") and key.count(".") == prefix.count(".") + 2:
                number, part = key[len(name) + 1 :].split(".")
                rows.setdefault(number, {})[part] = data[key]
        found = []
        for number, row in rows.items():
            if any(row.get(part) for part in row if part not in ("label", "country", "verified")):
                row["verified"] = row.get("verified") in ("true", "on", "1")
                found.append(row | {"primary": number == primary})
        return found

    def shown(self, point: dict[str, Any], reader: Reader) -> str:
        if self.point_kind == "address":
            return Address.of(point).one_line(reader.language)
        return str(point.get("value", ""))

    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": points.json_schema(self.point_kind)}

    def input_schema(self) -> dict[str, Any]:
        """The key that is read may come back; it is worked out anew."""
        point = points.json_schema(self.point_kind)
        whole = {"title": f"{point['title']}Input", "type": "object", "properties": point["properties"]}
        return nullable({"type": "array", "items": {"anyOf": [closed(whole), {"type": "string"}]}})

    def to_text(self, value: Sequence[dict[str, Any]] | None, reader: Reader) -> str:
        return "; ".join(self.shown(point, reader) for point in value or ())

    def cell(self, value: Sequence[dict[str, Any]] | None, reader: Reader) -> Cell:
        if not value:
            return EMPTY
        shown = [self._shown_point(point, reader) for point in value]
        shown.sort(key=lambda point: not point["primary"])
        return {"kind": "points", "items": shown, "text": shown[0]["text"], "url": shown[0]["url"]}

    def _shown_point(self, point: dict[str, Any], reader: Reader) -> dict[str, Any]:
        scheme = {"email": "mailto:", "phone": "tel:"}.get(self.point_kind, "")
        url = f"{scheme}{point.get('key', '')}" if scheme else ""
        if self.point_kind == "link":
            url = point.get("key", "")
        return {
            "text": "\n".join(Address.of(point).lines(reader.language))
            if self.point_kind == "address"
            else self.shown(point, reader),
            "label": points.label_of(self.point_kind, point.get("label", "")),
            "primary": bool(point.get("primary")),
            "verified": bool(point.get("verified")),
            "url": url,
        }

    def to_input(self, value: Sequence[dict[str, Any]] | None, reader: Reader) -> Any:
        return list(value or ())

    def keys(self, value: Sequence[dict[str, Any]] | None) -> set[str]:
        if self.point_kind == "address":
            return set()  # places are found by their own columns; nobody types a whole address to find one
        return {point["key"][:254] for point in value or () if point.get("key")}

    def condition(self) -> ConditionField:
        def lookup(op: str, values: Sequence[Any]) -> Any:
            key, name = self.resource.key, self.name
            if not values:
                return having(key, name)
            if op == "starts_with":
                return having(key, name, prefix=text.fold(str(values[0])))
            if op == "contains":
                return having(key, name, part=text.fold(str(values[0])))
            return having(key, name, [self._search_key(str(value)) for value in values])

        return ConditionField(name=self.name, label=self.label, kind=self.kind, path=self.path, lookup=lookup)

    def _search_key(self, typed: str) -> str:
        try:
            point = points.normalise_points(self.point_kind, [typed], region="JP")[0]
        except Invalid:
            return text.fold(typed)
        return point["key"]
