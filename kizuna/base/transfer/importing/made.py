"""Related records that a batch makes: in memory, under numbers of their own, until they are stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.values.drafts import Said

_numbers = count(1)


def number() -> int:
    """Stands for the id of a record that has none yet: below zero, and never twice."""
    return -next(_numbers)


@dataclass(slots=True)
class Making:
    """A record to be made, what was said of it, and whether a row that is used needs it."""

    resource: Resource
    record: Any
    said: Said
    is_used: bool = False


class Made:
    """The related records of one batch by their numbers."""

    def __init__(self) -> None:
        self._making: dict[int, Making] = {}
        self._numbers: dict[int, int] = {}

    def add(self, resource: Resource, record: Any, said: Said) -> int:
        found = number()
        self._making[found] = Making(resource, record, said)
        self._numbers[id(record)] = found
        return found

    def add_all(self, other: Made) -> None:
        """What another batch makes, too: no number is given twice."""
        self._making |= other._making
        self._numbers |= other._numbers

    def number_of(self, record: Any) -> int:
        return record.pk or self._numbers[id(record)]

    def of(self, resource: Resource) -> Iterator[Making]:
        return (one for one in self._making.values() if one.resource is resource)

    def has(self, found: int) -> bool:
        return found in self._making

    def use(self, found: int | None) -> None:
        """A row needs it: it is made."""
        if found is not None and found in self._making:
            self._making[found].is_used = True

    def use_record(self, record: Any) -> None:
        self.use(self._numbers.get(id(record)))

    @property
    def used(self) -> dict[int, Making]:
        return {found: one for found, one in self._making.items() if one.is_used}
