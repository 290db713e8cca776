"""What an open page says that it shows, in the address of its stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs

from kizuna.base.types.numbers import whole

MOST_ROWS = 500
MOST_LISTS, MOST_COUNTED = 8, 20
MOST_CHARACTERS = 12_000

Record = tuple[str, int]


class Unclear(ValueError):
    """The address of a stream says nothing that can be understood."""


@dataclass(frozen=True)
class Watch:
    """Rows and the record that are on the screen, the kinds of record of which a list is open, and those of which a
    page has to hear of every change, because it counts or divides all of them."""

    rows: Mapping[str, frozenset[int]] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    mine: frozenset[str] = frozenset()
    """Those of the lists that ask whose a record is: what is given to the person is new there."""
    every: frozenset[str] = frozenset()
    record: Record | None = None
    is_editing: bool = False
    has_bell: bool = False
    after: str = ""
    since: float | None = None
    """When the page was drawn, in seconds since 1970: for a first visit, which has no place in the log yet."""

    @classmethod
    def parse(cls, query: str) -> Self:
        """Read `rows=contact:1,2&list=contact&mine=contact&every=task&record=contact:1&editing=1&bell=1&after=…`, or
        `since=…` in place of `after`. Raises Unclear."""
        if len(query) > MOST_CHARACTERS:
            raise Unclear(query[:100])
        try:
            asked = parse_qs(query, max_num_fields=32)
            rows: dict[str, frozenset[int]] = {}
            for word in asked.get("rows", ()):
                key, ids = _numbers(word)
                rows[key] = rows.get(key, frozenset()) | ids
            record = _record(asked["record"][0]) if "record" in asked else None
            if record:
                rows[record[0]] = rows.get(record[0], frozenset()) | {record[1]}
            since = float(asked["since"][0]) if "since" in asked else None
        except (ValueError, OverflowError) as error:
            raise Unclear(query[:100]) from error
        lists, mine, every = (
            frozenset(key for key in asked.get(name, ()) if key.isidentifier()) for name in ("list", "mine", "every")
        )
        if sum(map(len, rows.values())) > MOST_ROWS or len(lists) > MOST_LISTS or len(every) > MOST_COUNTED:
            raise Unclear("too much")
        after = asked.get("after", [""])[0]
        return cls(rows, lists, lists & mine, every, record, "editing" in asked, "bell" in asked, after, since)


def _numbers(word: str) -> tuple[str, frozenset[int]]:
    key, _colon, ids = word.partition(":")
    return key, frozenset(_number(one) for one in ids.split(",") if one)


def _record(word: str) -> Record:
    key, _colon, number = word.partition(":")
    return key, _number(number)


def _number(word: str) -> int:
    found = whole(word)
    if found is None:
        raise ValueError(word)
    return found
