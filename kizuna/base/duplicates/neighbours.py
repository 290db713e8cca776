"""Which two records are compared: those that share a block that few are in, or two blocks that many are in.

The more are in a block the less it says: of a million people thirty bear one name, and twenty are born on one day.
Such a **common** block is taken together with another one of the record: the name and the birthday, the name and the
firm. What is common is no fixed number: blocks of a kind are **rare** up to the size at which all of them together cost
`PER_RECORD` comparisons a record. So a small base compares whoever has anything in common, and the work grows with the
records, not with their square.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, groupby
from operator import itemgetter

from kizuna.base.duplicates.blocking import belong_together, both, kind_of

MOST = 60
"""Records in a block from which on it is common, however few records there are."""
PER_RECORD = 0.5
"""Comparisons a record that rare blocks of a kind may cost in the mean; those of two blocks together as many. With four
times as many a million people cost three and a half times the comparisons, and of 29,605 true pairs three more are
compared."""
ENOUGH = 50_000
"""Comparisons that are made gladly, however few records there are."""
FEW_COMMON = 6
"""Common blocks of a record that are taken together, each with each: the rarest ones."""
WINDOW = 2
"""Of records that share even two common blocks with very many each is compared with so many that came after it: what
was entered a hundred times over is found, bit by bit."""

Row = tuple[int, int]  # block, record
Rare = dict[int, int]  # kind of block: size


class Neighbours:
    """Works in two tables of the workbench's file: `block` holds what is in which block, `near` who is compared."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file
        for table in ("block (key INTEGER, id INTEGER)", "shared (key INTEGER, id INTEGER, size INTEGER)"):
            file.execute(f"CREATE TABLE {table}")
        file.execute("CREATE TABLE near (low INTEGER, high INTEGER)")

    def put(self, rows: Iterable[Row]) -> None:
        self._file.executemany("INSERT INTO block VALUES (?, ?)", rows)

    def pairs(self, records: int) -> Iterator[Row]:
        """(low, high) of every two records to compare, each two once, in order."""
        self._find(records)
        yield from self._file.execute("SELECT DISTINCT low, high FROM near ORDER BY low, high")

    def _find(self, records: int) -> None:
        """Fill `near`, some pairs several times."""
        rare = self._gather(records)
        self._keep(self._of_rare(rare))
        self._file.execute("DELETE FROM block")
        self.put(self._of_two(rare))
        rare = self._gather(records)
        self._keep(self._of_rare(rare))
        self._keep(self._of_many(rare))

    def _gather(self, records: int) -> Rare:
        """Blocks that several are in go to `shared`; returns up to which size those of each kind are rare."""
        self._file.execute("DELETE FROM shared")
        sizes: dict[int, Counter[int]] = defaultdict(Counter)

        def several() -> Iterator[tuple[int, int, int]]:
            for key, ids in _grouped(self._file.execute("SELECT key, id FROM block ORDER BY key, id")):
                if len(ids) > 1:
                    sizes[kind_of(key)][len(ids)] += 1
                    yield from ((key, pk, len(ids)) for pk in ids)

        self._file.executemany("INSERT INTO shared VALUES (?, ?, ?)", several())
        return {kind: _rare(counted, max(PER_RECORD * records, ENOUGH)) for kind, counted in sizes.items()}

    def _of_rare(self, rare: Rare) -> Iterator[Row]:
        for key, ids in self._shared():
            if len(ids) <= rare[kind_of(key)]:
                yield from combinations(ids, 2)

    def _of_two(self, rare: Rare) -> Iterator[Row]:
        """Every two common blocks of a record as one."""
        rows = self._file.execute(
            "SELECT id, key, size FROM shared WHERE size > ? ORDER BY id, size, key", [min(rare.values(), default=0)]
        )
        for pk, some in groupby(rows, itemgetter(0)):
            common = [key for _id, key, size in some if size > rare[kind_of(key)]]
            for one, other in combinations(common[:FEW_COMMON], 2):
                if not belong_together(one, other):
                    yield both(one, other), pk

    def _of_many(self, rare: Rare) -> Iterator[Row]:
        for key, ids in self._shared():
            if len(ids) > rare[kind_of(key)]:
                for step in range(1, WINDOW + 1):
                    yield from zip(ids, ids[step:], strict=False)

    def _shared(self) -> Iterator[tuple[int, list[int]]]:
        return _grouped(self._file.execute("SELECT key, id FROM shared ORDER BY rowid"))

    def _keep(self, pairs: Iterable[Row]) -> None:
        self._file.executemany("INSERT INTO near VALUES (?, ?)", pairs)


def _grouped(rows: Iterable[Row]) -> Iterator[tuple[int, list[int]]]:
    for key, some in groupby(rows, itemgetter(0)):
        yield key, [second for _first, second in some]


def _rare(sizes: Counter[int], budget: float) -> int:
    """The size of block up to which all of them together cost no more than the budget, and at most MOST."""
    spent = 0
    for size in range(2, MOST + 1):
        spent += sizes[size] * size * (size - 1) // 2
        if spent > budget:
            return size - 1
    return MOST
