"""vCards, version 3 or 4: what a person or a company has that an address book knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kizuna.base.resources.fields import Field, FullName, Points, Tags
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Row
from kizuna.base.transfer.exporting.shapes import Shape
from kizuna.base.types.names import PersonName

WIDTH = 75  # bytes in a line, as the standard wants it
_BY_KIND = {"email": "EMAIL", "phone": "TEL", "address": "ADR", "link": "URL", "handle": "X-SOCIALPROFILE"}
_LABELS = {"mobile": "cell"}
_ADDRESS = ("", "line2", "line1", "city", "region", "postal_code", "country")
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})
_SEXES = {"female": "F", "male": "M"}
UID = "kizuna:"
"""Before the reference of the record, by which a card that comes back is known."""


def has_cards(resource: Resource) -> bool:
    return bool(resource.card_fields)


def card_names(resource: Resource, readable: Mapping[str, Field]) -> list[str]:
    """The fields that a card is made of, as far as they may be read."""
    reach = [name for name, field in readable.items() if isinstance(field, Points)]
    return [
        name for name in dict.fromkeys([resource.title, *resource.card_fields.values(), *reach]) if name in readable
    ]


class Cards:
    """UTF-8, as version 4 demands and version 3 knows."""

    def __init__(self, shape: Shape, version: str) -> None:
        self.replaced = 0
        self._shape, self._version = shape, version
        self._property_of = {name: written for written, name in shape.resource.card_fields.items()}

    def begin(self) -> bytes:
        return b""

    def rows(self, rows: Iterable[Row]) -> bytes:
        return b"".join(folded(line) for row in rows for line in self._card(row))

    def end(self) -> bytes:
        return b""

    def _card(self, row: Row) -> Iterator[str]:
        yield "BEGIN:VCARD"
        yield f"VERSION:{self._version}"
        if self._shape.with_ids:
            yield f"UID:{UID}{self._shape.ref(row)}"
        values = dict(zip((field.name for field in self._shape.fields), row.values, strict=True))
        said: dict[str, str] = {}
        for field in self._shape.fields:
            value = values[field.name]
            if isinstance(field, FullName):
                yield from self._person(value)
            elif field.name == self._shape.resource.title:
                yield from self._company(field, value)
            elif isinstance(field, Points):
                yield from self._points(field, value or ())
            elif (written := self._property_of.get(field.name)) and value not in (None, ""):
                said[written] = self._said(field, written, value)
        if company := said.pop("ORG", said.get("UNIT", "")):
            unit = said.pop("UNIT", "")
            yield f"ORG:{'' if company == unit else company}{';' + unit if unit else ''}"
        yield from (f"{written}:{text}" for written, text in said.items() if text)
        yield "END:VCARD"

    def _person(self, name: PersonName) -> Iterator[str]:
        parts = (name.family, name.given, name.middle, name.prefix, name.suffix)
        sorted_as = [name.family_reading, name.given_reading]
        params = ""
        if any(sorted_as) and self._version == "4.0":
            params = f';SORT-AS="{",".join(part.replace(chr(34), "") for part in sorted_as)}"'
        yield f"N{params}:{';'.join(map(escaped, parts))}"
        yield f"FN:{escaped(name.display()) or '-'}"
        for written, part in (("X-PHONETIC-LAST-NAME", sorted_as[0]), ("X-PHONETIC-FIRST-NAME", sorted_as[1])):
            if part:
                yield f"{written}:{escaped(part)}"

    def _company(self, field: Field, value: Any) -> Iterator[str]:
        name = escaped(field.to_text(value, self._shape.reader))
        if self._version == "4.0":
            yield "KIND:org"
        yield f"FN:{name or '-'}"
        yield f"ORG:{name}"
        if isinstance(value, tuple) and value[1]:
            yield f"X-PHONETIC-ORG:{escaped(value[1])}"

    def _points(self, field: Points, value: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        written = _BY_KIND[field.point_kind]
        for place, point in enumerate(sorted(value, key=lambda one: not one.get("primary"))):
            label = point.get("label", "")
            types = [_LABELS.get(label, label)] if label else []
            is_first = not place and field.point_kind != "handle"
            if self._version == "4.0":
                params = (f";TYPE={types[0]}" if types else "") + (";PREF=1" if is_first else "")
            else:
                params = f";TYPE={','.join([*types, *(['pref'] if is_first else [])])}" if types or is_first else ""
            if field.point_kind == "address":
                text = ";".join(escaped(str(point.get(part) or "")) for part in _ADDRESS)
            else:
                text = escaped(point["value"])
            yield f"{written}{params}:{text}"

    def _said(self, field: Field, written: str, value: Any) -> str:
        if isinstance(field, Tags):
            return ",".join(map(escaped, value))
        if written == "BDAY":
            return value.isoformat() if self._version == "3.0" else f"{value:%Y%m%d}"
        if written == "GENDER":
            return _SEXES.get(value, "")
        if written == "LANG":
            return str(value)
        return escaped(field.to_text(value, self._shape.reader))


def escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def folded(line: str) -> bytes:
    """A line of at most WIDTH bytes and those that follow it, never cut within a character."""
    raw = line.encode("utf-8", "replace")
    if len(raw) <= WIDTH:
        return raw + b"\r\n"
    pieces: list[bytes] = []
    start, width = 0, WIDTH
    while start < len(raw):
        end = min(start + width, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(raw[start:end])
        start, width = end, WIDTH - 1
    return b"\r\n ".join(pieces) + b"\r\n"
