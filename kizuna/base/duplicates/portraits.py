"""Portraits of records: what of a record tells it from another, by what its resource says of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from kizuna.base.duplicates.comparing import Place, Portrait, Words
from kizuna.base.resources.fields import Field, FullName, Relation
from kizuna.base.resources.resource import Resource
from kizuna.base.types import firms, text

BATCH = 2000
FEW = 5000
"""Names that are remembered: some come again and again, and an import of many others must not fill the memory."""
PERSON = ("family_name", "given_name", "middle_name", "family_reading", "given_reading")


@dataclass(frozen=True)
class Painter:
    """Paints the records of one resource. With `only`, by these fields alone: not by what somebody may not see."""

    resource: Resource
    only: frozenset[str] | None = None

    @cached_property
    def title(self) -> Field | None:
        return self.resource.title_field if self._shows(self.resource.title) else None

    @cached_property
    def keys(self) -> list[Field]:
        names = [name for name in self.resource.match_keys if name != self.resource.title and self._shows(name)]
        return [self.resource.fields[name] for name in names]

    @cached_property
    def compared(self) -> dict[str, Field]:
        """Further fields by the aspect that they are."""
        said = self.resource.compared.items()
        return {aspect: self.resource.fields[name] for name, aspect in said if self._shows(name)}

    def _shows(self, name: str) -> bool:
        return self.only is None or name in self.only

    def every(self) -> Iterator[tuple[int, Portrait]]:
        """(id, portrait) of every record that is not in the trash, oldest first; in batches, so memory stays flat."""
        last = 0
        while True:
            found = list(
                self._rows(self.resource.model._default_manager.live().filter(pk__gt=last).order_by("pk")[:BATCH])
            )
            yield from found
            if len(found) < BATCH:
                return
            last = found[-1][0]

    def some(self, ids: Iterable[int]) -> dict[int, Portrait]:
        return self.among(self.resource.model._default_manager.filter(pk__in=set(ids)))

    def among(self, rows: Any) -> dict[int, Portrait]:
        """The portraits of the rows of a queryset, by id, in one query."""
        return dict(self._rows(rows))

    def of(self, record: Any) -> Portrait:
        """The portrait of a record at hand, saved or not."""
        return self._portrait({path: getattr(record, path) for path in self.paths})

    def _rows(self, rows: Any) -> Iterator[tuple[int, Portrait]]:
        for row in rows.values("pk", *self.paths):
            yield row["pk"], self._portrait(row)

    @cached_property
    def paths(self) -> list[str]:
        """The columns of a record that its portrait is made of."""
        named = PERSON if isinstance(self.title, FullName) else self.thing
        read = [*self.keys, *(field for aspect, field in self.compared.items() if aspect != "group")]
        return list(dict.fromkeys([*named, *(path for field in read for path in field.paths), *self._group]))

    @cached_property
    def thing(self) -> list[str]:
        """The columns of what is not named like a person: its name, and its reading where it has one."""
        if self.title is None:
            return []
        reading = getattr(self.title, "reading_path", "")
        return [self.title.paths[0], *([reading] if reading else [])]

    @cached_property
    def _group(self) -> list[str]:
        """The column of the relation alone: who it is does not matter."""
        field = self.compared.get("group")
        return [field.id_path] if isinstance(field, Relation) else []

    def _portrait(self, row: Mapping[str, Any]) -> Portrait:
        born, place = (self.compared.get(aspect) for aspect in ("born", "place"))
        day = _value(born, row) if born else None
        group = [row[path] for path in self._group]
        return Portrait(
            names=self._names(row),
            keys=tuple(sorted((field.name, key) for field in self.keys for key in field.keys(_value(field, row)))),
            born=day.strftime("%Y%m%d") if day else "",
            places=_places(_value(place, row) or ()) if place else (),
            group=str(group[0] or "") if group else "",
        )

    def _names(self, row: Mapping[str, Any]) -> tuple[Words, ...]:
        if self.title is None:
            return ()
        if isinstance(self.title, FullName):
            return of_person(*(row[column] for column in PERSON))
        return of_thing(*(str(row[path] or "") for path in self.thing))


def _value(field: Field, row: Mapping[str, Any]) -> Any:
    return field.value([row[path] for path in field.paths])


@lru_cache(FEW)
def of_person(family: str, given: str, middle: str, family_reading: str, given_reading: str) -> tuple[Words, ...]:
    """Each way to write the name: as it is written, as it is spoken, and that in Latin letters."""
    written = _words(family, given, middle)
    spoken = _words(family_reading, given_reading)
    latin = _words(_romanised(family_reading or family, is_family=True), _romanised(given_reading or given))
    ways = [written, spoken if len(spoken) > 1 else (), latin if len(latin) > 1 else ()]
    return tuple(dict.fromkeys(way for way in ways if way))


@lru_cache(FEW)
def of_thing(name: str, reading: str = "") -> tuple[Words, ...]:
    """The same of a firm, a title or a thing, without legal forms; the sound of several words in Latin letters."""
    latin = text.romanised(reading or firms.bare_name(name))
    ways = [tuple(sorted(firms.core(way))) for way in (name, reading, latin) if way]
    return tuple(dict.fromkeys(way for way in ways if way))


_romanised = lru_cache(20_000)(text.romanised)


def _words(*parts: str) -> Words:
    """The words of a name in alphabetical order: people write them in any."""
    return tuple(sorted([word for part in parts if part for word in _parted(part)]))


@lru_cache(20_000)
def _parted(part: str) -> Words:
    """The words of one part of a name: families and given names are borne by many."""
    return tuple(text.fold(part).replace(".", " ").split())


def _places(points: Sequence[Mapping[str, Any]]) -> tuple[Place, ...]:
    found = []
    for point in points:
        lines = [str(point.get(part) or "") for part in ("line1", "line2")]
        place = Place(
            line=" ".join(filter(None, (text.fold(line) for line in lines))),
            city=text.fold(str(point.get("city") or point.get("region") or "")),
            code="".join(letter for letter in str(point.get("postal_code") or "") if letter.isalnum()).lower(),
        )
        if place != Place():
            found.append(place)
    return tuple(found)
