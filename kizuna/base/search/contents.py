"""What a record is found by: the lexemes of its title, its readings and the fields its resource declares for search.

Only what the record itself holds: titles of related records belong to them, and to those who may see them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

import phonenumbers
from phonenumbers import PhoneMetadata

from kizuna.base.identity.system import SYSTEM
from kizuna.base.resources import editions, fields
from kizuna.base.resources.fields.kept import kept_fields
from kizuna.base.resources.fields.names import READINGS
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.search import marks
from kizuna.base.search.further import further_of
from kizuna.base.search.lexemes import EXACT, OWNER, START, TITLE, closed_up, field_code, resource_code, safe, whole
from kizuna.base.types import text
from kizuna.base.types.names import PersonName

MAX_TEXT = 5000
"""Letters of one field that are indexed: the beginning of a long text says what it is about."""

_NEUTRAL = Reader(actor=SYSTEM)


class Contents:
    """Reads one resource's records for the index. Made once per resource: this runs for every row of an import."""

    def __init__(self, resource: Resource) -> None:
        self.code = resource_code(resource.key)
        self.has_owner = any(column.name == "owner" for column in resource.model._meta.concrete_fields)
        self.title = resource.title_field if speaks_for_itself(resource) else None
        self.sorted_by = self.title.sort_path if self.title and "__" not in (self.title.sort_path or "__") else None
        self.searched = searched_fields(resource)
        self.codes = {field.name: field_code(field.name) for field in self.searched}
        self.fields = [(field.reader, _words_of(field), self.code + self.codes[field.name]) for field in self.searched]
        self.markers = marks.markers_of(resource)
        self.elsewhere = further_of(resource)
        self.paths = self._paths(resource)

    def _paths(self, resource: Resource) -> list[str]:
        """The ORM paths of all that is read."""
        title = self.title
        named = [*title.paths, getattr(title, "reading_path", ""), self.sorted_by] if title else []
        paths = [path for field in self.searched for path in field.paths]
        kept = [name for name in ("owner", "deleted_at") if hasattr(resource.model, name)]
        marked = [path for marker in self.markers for path in marker.paths]
        return [path for path in (*named, *paths, *marked, *kept) if path]

    def of(self, record: Any, further: str = "") -> str:
        """The lexemes of a record with a space before, between and after them, `further` among them; "" for none."""
        found = [self._title(self.title, record)] if self.title else []
        for read, words, place in self.fields:
            value = read(record)
            if value:
                found.append(words(place, value))
        found += [marks.written(self.code, marker.of(record)) for marker in self.markers]
        lexemes = "".join(found) + further
        if not lexemes:
            return ""
        owner = f" {self.code}{OWNER}{record.owner_id}" if self.has_owner and record.owner_id else ""
        return f"{lexemes}{owner} "

    def _title(self, title: fields.Field, record: Any) -> str:
        if isinstance(title, fields.FullName):
            name, reading, starts = _called(title.read(record))
        else:
            name, reading = closed_up(title.to_text(title.read(record), _NEUTRAL)), self._reading(title, record)
            starts = [name, reading, getattr(record, self.sorted_by) if self.sorted_by else ""]
        found = _at(self.code + TITLE, name)
        if reading:
            found += _at(self.code + TITLE, reading)
        found += "".join({_first(self.code + START, _beginning(start)): None for start in starts if start})
        return f"{found} {self.code}{EXACT}{whole(name)}" if name else found

    def _reading(self, title: fields.Field, record: Any) -> str:
        place = getattr(title, "reading_path", "")
        return closed_up(getattr(record, place) or "") if place else ""

    def further(self, ids: Collection[int]) -> dict[int, str]:
        """The lexemes of what stands in other records, by the ids of those that have any: one query for each kind."""
        found: dict[int, str] = {}
        for one in self.elsewhere:
            for pk, texts in one.read(ids).items():
                lexemes = [_at(self.code + one.code, closed_up(words)) for words in texts]
                found[pk] = found.get(pk, "") + "".join(lexemes)
        return found


def contents_of(resource: Resource) -> Contents:
    return editions.current().keep(("search", resource.key), lambda: Contents(resource))


def speaks_for_itself(resource: Resource) -> bool:
    """Whether the title is the record's own, and not made of the titles of related records."""
    return not any("__" in path for path in resource.title_field.paths)


def searched_fields(resource: Resource) -> list[fields.Field]:
    """The fields indexed beside the title, without those that are part of the title anyway."""
    in_title = {resource.title, *READINGS} if isinstance(resource.title_field, fields.FullName) else {resource.title}
    in_title.add(getattr(resource.title_field, "reading_path", ""))
    declared = [resource.declared[name] for name in dict.fromkeys(resource.search) if name not in in_title]
    return [*declared, *(field for field in kept_fields(resource) if isinstance(field, KEPT_WORDS))]


KEPT_WORDS = (fields.Text, fields.Phone)
"""Kinds of custom fields that are searched: all that hold words or numbers of people's own."""


def _called(name: PersonName) -> tuple[str, str, list[str]]:
    """A person's name, its reading, and the words that may begin it: every part where they are written apart."""
    written = _joined(name.family, name.given)
    if name.middle or name.suffix:
        written = closed_up(" ".join(filter(None, (written, name.middle, name.suffix))))
    reading = _joined(name.family_reading, name.given_reading)
    return written, reading, [*written.split(" "), *reading.split(" ")]


def _joined(family: str, given: str) -> str:
    if not family or not given:
        return family or given
    return closed_up(f"{family} {given}")


def _beginning(words: str) -> str:
    """As much of a text as says how it begins: its first word, of kanji and kana two letters."""
    if "\u2e80" <= words[0] <= "\u9fff":
        return words[:2]
    return words.partition(" ")[0]


# Words ------------------------------------------------------------------------------------------------------------


def _at(place: str, words: str) -> str:
    """The lexemes of a text at a place."""
    return _lexemes(place, text.tokens(words[:MAX_TEXT]))


@lru_cache(maxsize=50_000)
def _often_at(place: str, words: str) -> str:
    """The same for tags, cities, titles of jobs and others that come again and again."""
    return _at(place, words)


@lru_cache(maxsize=50_000)
def _first(place: str, word: str) -> str:
    """The lexemes with which a word begins: of 김민수 its first pair 김민 and its initial consonants ㄱㅁㅅ."""
    tokens = text.tokens(word)
    initials = next((token for token in tokens if "ㄱ" <= token[0] <= "ㅎ"), None)
    return _lexemes(place, list(dict.fromkeys([*tokens[:1], *([initials] if initials else [])])))


def _lexemes(place: str, tokens: Sequence[str]) -> str:
    return f" {place}".join(["", *tokens])


def _listed(place: str, tokens: Iterable[str]) -> str:
    return _lexemes(place, [safe(token) for token in dict.fromkeys(tokens) if token])


Words = Callable[[str, Any], str]


def _words_of(field: fields.Field) -> Words:
    """How the words of a field's value are found: a function of (place, value)."""
    if isinstance(field, fields.Points):
        return _POINTS[field.point_kind]
    if isinstance(field, fields.Phone):
        return lambda place, value: _phones(place, [value])
    if isinstance(field, fields.Tags):
        return lambda place, value: "".join([_often_at(place, word) for word in value])
    if isinstance(field, fields.Email):
        return lambda place, value: _email(place, value, value)
    if isinstance(field, fields.Link):
        return lambda place, value: _listed(place, link_tokens(value))
    if isinstance(field, fields.LongText):
        return lambda place, value: _at(place, closed_up(value))
    return lambda place, value: _often_at(place, closed_up(field.to_text(value, _NEUTRAL)))


def _emails(place: str, points: Sequence[dict[str, Any]]) -> str:
    return "".join([_email(place, point.get("key", ""), point.get("value", "")) for point in points])


def _email(place: str, address: str, typed: str) -> str:
    """The whole address, its domain, and the further words of both: all of them are found by their beginnings."""
    name, _at_sign, domain = address.partition("@")
    found = f" {place}{safe(address)}{_domain(place, domain)}"
    if not name.isalnum():
        found += _lexemes(place, text.tokens(name)[1:])
    return found if typed.isascii() else found + _at(place, typed)


@lru_cache(maxsize=10_000)
def _domain(place: str, domain: str) -> str:
    return _listed(place, [domain, *text.tokens(domain.rpartition(".")[0])[1:]])


def _phones(place: str, points: Sequence[dict[str, Any]]) -> str:
    keys = [point.get("key") or point.get("value", "") for point in points]
    return "".join([_lexemes(place, phone_tokens(key)) for key in keys])


def phone_tokens(number: str) -> list[str]:
    """The digits as dialled in the number's own country, and the last four, by which people remember numbers."""
    national = national_digits(number)
    return [national, national[-4:]] if national else []


def national_digits(number: str) -> str:
    """+819012345678 → 09012345678; also of the beginning of a number. Without a + just the digits."""
    digits = number[1:] if number.startswith("+") else number
    if not (digits.isascii() and digits.isdigit()):
        digits = "".join([digit for digit in digits if digit in "0123456789"])
    if number.startswith("+"):
        for length in (1, 2, 3):
            trunk = _trunk(digits[:length])
            if trunk is not None:
                return trunk + digits[length:] if len(digits) > length else ""
    return digits


@lru_cache(maxsize=1000)
def _trunk(code: str) -> str | None:
    """What is dialled before a national number at home, by country code: "0" for 81; None if that is no code."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code or 0))
    if not regions:
        return None
    metadata = PhoneMetadata.metadata_for_region(regions[0], None)
    return (metadata.national_prefix or "") if metadata and metadata.national_prefix in ("0", "06", "8") else ""


def _handles(place: str, points: Sequence[dict[str, Any]]) -> str:
    keys = [text.fold(point.get("key") or point.get("value", "")) for point in points]
    return "".join([_listed(place, [key.lstrip("@"), *text.tokens(key)]) for key in keys])


def _links(place: str, points: Sequence[dict[str, Any]]) -> str:
    return "".join([_listed(place, link_tokens(point.get("key") or point.get("value", ""))) for point in points])


def link_tokens(address: str) -> list[str]:
    """The name of the site, and every word of the address."""
    bare = text.fold(address).partition("://")[2] or text.fold(address)
    return [bare.partition("/")[0].removeprefix("www."), *text.tokens(bare.removeprefix("www."))]


_ADDRESS_PARTS = ("region", "city", "line1", "line2")


def _addresses(place: str, points: Sequence[dict[str, Any]]) -> str:
    found = []
    for point in points:
        postal = text.fold(point.get("postal_code") or "")
        found.append(_listed(place, [postal.replace("-", "").replace(" ", ""), *text.tokens(postal)]))
        found += [_often_at(place, point[part]) for part in _ADDRESS_PARTS if point.get(part)]
    return "".join(found)


_POINTS: dict[str, Words] = {
    "email": _emails,
    "phone": _phones,
    "handle": _handles,
    "link": _links,
    "address": _addresses,
}
