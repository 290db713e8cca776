"""Which of several spellings of one person's name stays: the one that the family writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kizuna.base.records.models import Record
from kizuna.base.resources.fields import FullName
from kizuna.base.types.letters import KANJI, SOUNDS, at_home, letters_of
from kizuna.base.types.names import PersonName


def whole(title: FullName, records: Sequence[Record]) -> list[Record]:
    """The records with family and given name, where any of them has both."""
    parts = {record.pk: _parts(title.read(record)) for record in records}
    return [record for record in records if parts[record.pk] == max(parts.values())]


def as_the_family_writes(title: FullName, records: Sequence[Record]) -> list[Record]:
    """The records whose name is in the letters of the person's own language, as far as it is known, else in such as
    tell more than a sound; kanji do wherever somebody lives."""
    names = {record.pk: title.read(record) for record in records}
    home = at_home(*_where_from(names, records))
    ranks = {pk: _rank(name, home) for pk, name in names.items()}
    return [record for record in records if ranks[record.pk] == max(ranks.values())]


def _where_from(names: Mapping[int, PersonName], records: Sequence[Record]) -> tuple[Collection[str], Collection[str]]:
    """Languages and countries: those of the names themselves, where any of them says so."""
    cultures = {name.culture for name in names.values()} - {""}
    return (cultures, ()) if cultures else (_said(records, "language"), _said(records, "country"))


def _said(records: Sequence[Any], column: str) -> Collection[str]:
    return {getattr(record, column, "") for record in records} - {""}


def _parts(name: PersonName) -> int:
    return bool(name.family) + bool(name.given)


def _rank(name: PersonName, home: Collection[str]) -> tuple[bool, bool]:
    written = letters_of(name.family + name.given)
    return not written.isdisjoint({*home, KANJI}), not written <= SOUNDS
