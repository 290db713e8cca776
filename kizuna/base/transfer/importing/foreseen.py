"""What an import would have made of its rows so far: a file of its own beside the database, so that a dry run sees what
its earlier rows made and changed, and memory stays flat with a million of them.
"""

from __future__ import annotations

import pickle
import sqlite3
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from kizuna.base.records import indexes
from kizuna.base.resources.resource import Resource

Pair = tuple[str, str]
_encode = msgspec.json.encode


def columns_pair(columns: Sequence[str], values: Sequence[str]) -> Pair:
    """What columns of a record hold, as it is looked up."""
    return "\n".join(columns), "\n".join(values)


@dataclass(frozen=True)
class Group:
    """Records as they would now be; `ways` are the columns by which they are looked for beside their keys."""

    resource: Resource
    records: Iterable[Any]
    ways: Sequence[Sequence[str]]
    are_new: bool


def _written(group: Group) -> tuple[list[tuple[str, int, bytes]], list[tuple[str, str, str, int]]]:
    """The rows of "state" and of "pair"."""
    key, states, pairs = group.resource.key, [], []
    for record in group.records:
        columns = {name: value for name, value in record.__dict__.items() if name[0] != "_"}
        states.append((key, record.pk, pickle.dumps(columns, pickle.HIGHEST_PROTOCOL)))
        found = indexes.keys_of(group.resource, record)
        for way in group.ways:
            values = [str(getattr(record, name) or "") for name in way]
            if any(values):
                found.add(columns_pair(way, values))
        pairs += [(key, *pair, record.pk) for pair in found]
    return states, pairs


class Foreseen:
    """A context manager: the file is gone at the end, however it ends. New records have numbers below zero."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="kizuna-import-")
        self._file = sqlite3.connect(Path(self._folder.name) / "foreseen.sqlite3", isolation_level=None)
        self._file.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384; PRAGMA temp_store = FILE;"
            "CREATE TABLE state (resource TEXT, id INTEGER, columns BLOB, PRIMARY KEY (resource, id)) WITHOUT ROWID;"
            "CREATE TABLE pair (resource TEXT, kind TEXT, key TEXT, id INTEGER,"
            " PRIMARY KEY (resource, kind, key, id)) WITHOUT ROWID;"
            "CREATE INDEX pair_of ON pair (resource, id);"
            "CREATE TABLE heard (id INTEGER, remark TEXT, PRIMARY KEY (id, remark)) WITHOUT ROWID; BEGIN;"
        )
        self.is_empty = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._folder.cleanup()

    def remember(self, groups: Sequence[Group]) -> None:
        """All of them or none: what cannot be written down is met before anything is."""
        for group, states, pairs in [(group, *_written(group)) for group in groups]:
            if not states:
                continue
            self.is_empty = False
            if not group.are_new:
                gone = [(key, pk) for key, pk, _columns in states]
                self._file.executemany("DELETE FROM pair WHERE resource = ? AND id = ?", gone)
            self._file.executemany("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", states)
            self._file.executemany("INSERT OR IGNORE INTO pair VALUES (?, ?, ?, ?)", pairs)

    def having(self, resource: Resource, pairs: Collection[Pair]) -> list[tuple[str, str, int]]:
        """(kind, key, id) of every record with one of these pairs, the first made first."""
        if self.is_empty or not pairs:
            return []
        asked = (
            "SELECT pair.kind, pair.key, pair.id FROM json_each(?) AS asked CROSS JOIN pair ON pair.resource = ?"
            " AND pair.kind = asked.value ->> 0 AND pair.key = asked.value ->> 1 ORDER BY pair.id DESC"
        )
        return self._file.execute(asked, [_encode(list(pairs)).decode(), resource.key]).fetchall()

    def states(self, resource: Resource, ids: Collection[int]) -> dict[int, dict[str, Any]]:
        """The columns of those among these records that this import made or changed."""
        if self.is_empty or not ids:
            return {}
        asked = (
            "SELECT state.id, columns FROM json_each(?) AS asked CROSS JOIN state"
            " ON state.resource = ? AND state.id = asked.value"
        )
        rows = self._file.execute(asked, [_encode(list(ids)).decode(), resource.key])
        return {pk: pickle.loads(columns) for pk, columns in rows}  # noqa: S301 - written above

    def hear(self, said: Iterable[tuple[int, str]]) -> None:
        """What rows say of records beside their fields, as (record, remark)."""
        self._file.executemany("INSERT OR IGNORE INTO heard VALUES (?, ?)", said)

    def heard(self, ids: Collection[int]) -> set[tuple[int, str]]:
        """What earlier rows have said of these records."""
        asked = "SELECT heard.id, remark FROM json_each(?) AS asked CROSS JOIN heard ON heard.id = asked.value"
        return set(self._file.execute(asked, [_encode(list(ids)).decode()]))
