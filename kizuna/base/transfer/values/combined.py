"""Keys in memory: what a row says by which its record is known, in one field, or in several together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from kizuna.base.resources.fields import FullName, Points
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.mapping.keys import BETWEEN, NAME, POSTAL_CODE, has_keys, parts_of
from kizuna.base.types import text

Read = Callable[[str], Any]


class Combined:
    """Such a key. `anchor` is the part whose own keys are asked for to find records that may have it; "" where they
    are looked for by their title."""

    def __init__(self, resource: Resource, written: str) -> None:
        self.name, self._resource, self._parts = written, resource, parts_of(written)
        sought = [part for part in self._parts if part in resource.fields and has_keys(resource, part)]
        self.anchor = min(sought, key=lambda part: part == resource.title, default="")

    def keys(self, read: Read) -> list[str]:
        """`read` gives the value of a field, None where nothing is said. None of them without all parts."""
        found = []
        for part in self._parts:
            values = self._compared(part, read)
            if not values:
                return []
            found.append(sorted(values))
        return ["\n".join(one) for one in product(*found)]

    def sought(self, read: Read) -> set[tuple[str, str]]:
        """The (field, key) pairs of the anchor."""
        if not self.anchor:
            return set()
        return {(self.anchor, key) for key in self._resource.fields[self.anchor].keys(read(self.anchor))}

    def _compared(self, part: str, read: Read) -> Collection[str]:
        name, _dot, below = part.partition(".")
        if below == POSTAL_CODE:
            codes = (_letters(point.get(POSTAL_CODE, "")) for point in read(name) or ())
            return {code for code in codes if code}
        if part == self._resource.title:
            return {title} if (title := compared_title(self._resource, read)) else set()
        field, value = self._resource.fields[part], read(part)
        if field.is_empty(value):
            return set()
        return field.keys(value) or ({text.fold(str(value))} if not isinstance(field, Points) else set())


class Telling:
    """By what rows tell which record they mean."""

    def __init__(self, resource: Resource, match: Sequence[str]) -> None:
        self._together = combined(resource, match)
        self._alone = [(name, resource.fields[name]) for name in match if name not in self._together]

    def keys(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The (key's name, key) pairs of what a row says."""
        found = [(name, key) for name, one in self._alone if name in values for key in one.keys(values[name])]
        if self._together:
            found += [(name, key) for name, several in self._together.items() for key in several.keys(values.get)]
        return found


def combined(resource: Resource, match: Iterable[str]) -> dict[str, Combined]:
    """Those of these keys that are made of several fields, by what is written."""
    return {written: Combined(resource, written) for written in match if BETWEEN in written}


def compared_title(resource: Resource, read: Read) -> str:
    """The title as it is compared: a person's name whatever the order of its parts."""
    title = resource.title_field
    if isinstance(title, FullName):
        return " ".join(sorted(text.fold(part) for name in NAME if (part := read(name))))
    said = read(title.name)
    return text.fold(said if isinstance(said, str) else "")


def _letters(code: str) -> str:
    return "".join(filter(str.isalnum, text.fold(code)))
