"""Further words: what a record is found by though it stands in other records, as a product by its names elsewhere.

They are kept in the entry of the record, at a place of their own: only who may read all records of the other kind finds
anything there. Whoever writes the others indexes the record anew, in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kizuna.base.access import policy
from kizuna.base.access.models import Scope
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.search.lexemes import field_code

Read = Callable[[Collection[int]], Mapping[int, Sequence[str]]]


@dataclass(frozen=True)
class Further:
    """`read` gives the words of records with these ids in one query, each in one of the kind `by`, in its `field`."""

    by: str
    field: str
    read: Read

    @property
    def code(self) -> str:
        return field_code(f"{self.by}.{self.field}")

    def may_read(self, actor: Any) -> bool:
        other = registry.get(self.by)
        is_open = policy.permissions_of(actor).scope(self.by, "read") == Scope.ALL
        return is_open and self.field in other.readable_fields(actor)


_known: dict[str, list[Further]] = defaultdict(list)


def register(resource: str, further: Further) -> None:
    """Records of this kind are found by these words too. After a change, rebuild the index."""
    if further not in _known[resource]:
        _known[resource].append(further)


def further_of(resource: Resource) -> Sequence[Further]:
    return _known.get(resource.key, ())


def kinds() -> set[str]:
    """The kinds whose words find other records."""
    return {one.by for known in _known.values() for one in known}


def words_of(resource: Resource, ids: Collection[int], actor: Any) -> Iterator[tuple[int, Sequence[str]]]:
    """Records with what they are called elsewhere, as far as the actor may read it."""
    for one in further_of(resource):
        if ids and one.may_read(actor):
            yield from one.read(ids).items()
