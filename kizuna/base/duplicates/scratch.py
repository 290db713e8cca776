"""The workbench of a scan: a file of its own, sorted by SQLite, so that memory stays flat with a million records.

It lives in a temporary folder, on the same machine as the worker, whatever database Kizuna uses.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

import msgspec

from kizuna.base.duplicates.blocking import blocks, number
from kizuna.base.duplicates.comparing import Levels, Portrait
from kizuna.base.duplicates.neighbours import Neighbours

T = TypeVar("T")
CHUNK = 5000
_decode = msgspec.msgpack.Decoder(Portrait).decode
_encode = msgspec.msgpack.Encoder().encode
_to_json = msgspec.json.Encoder().encode
_PORTRAITS = (
    "SELECT portrait.id, data, bearers FROM json_each(?) AS asked JOIN portrait ON portrait.id = asked.value"
    " LEFT JOIN named USING (name)"
)
"""Numbers as one parameter: written into the statement, each chunk would be one that SQLite compiles and keeps."""


class Known(NamedTuple):
    """A record, and how many bear its name."""

    id: int
    portrait: Portrait
    bearers: int


class Scratch:
    """A context manager: the file is gone at the end, however it ends."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="kizuna-scan-")
        self._file = sqlite3.connect(Path(self._folder.name) / "scan.sqlite3", isolation_level=None)
        self._file.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA temp_store = FILE;"
            "CREATE TABLE portrait (id INTEGER PRIMARY KEY, name INTEGER, data BLOB);"
            "CREATE TABLE named (name INTEGER PRIMARY KEY, bearers INTEGER);"
            "CREATE TABLE pair (low INTEGER, high INTEGER, levels TEXT); BEGIN;"
        )
        self._neighbours = Neighbours(self._file)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._folder.cleanup()

    def add(self, portraits: Iterable[tuple[int, Portrait]]) -> int:
        """Keep portraits and the blocks that they are in; returns how many there were."""
        count = 0
        for some in _chunks(portraits):
            count += len(some)
            rows = ((pk, _name(one), _encode(one)) for pk, one in some)
            self._file.executemany("INSERT INTO portrait VALUES (?, ?, ?)", rows)
            self._neighbours.put((key, pk) for pk, one in some for key in set(map(number, blocks(one))))
        self._count = count
        self._file.execute("INSERT INTO named SELECT name, count(*) FROM portrait WHERE name IS NOT NULL GROUP BY name")
        return count

    def named_alike(self, rare: int) -> tuple[int, int, int]:
        """How many pairs of records bear the same name, one with at most `rare` bearers or another; of how many."""
        asked = "SELECT sum(bearers * (bearers - 1) / 2) FROM named WHERE bearers"
        few, many = (self._file.execute(f"{asked} {which}").fetchone()[0] or 0 for which in (f"<= {rare}", f"> {rare}"))
        count = self._file.execute("SELECT sum(bearers) FROM named").fetchone()[0] or 0
        return few, many, count * (count - 1) // 2

    def pairs(self) -> Iterator[tuple[Known, Known]]:
        """All records that are compared, each two once, sorted by the older one."""
        for some in _chunks(self._neighbours.pairs(self._count)):
            known = self._portraits({pk for pair in some for pk in pair})
            for low, high in some:
                yield known[low], known[high]

    def sample(self, size: int) -> list[Portrait]:
        """Records from everywhere, the same ones every time."""
        highest = self._file.execute("SELECT max(id) FROM portrait").fetchone()[0] or 0
        step = max(1, highest // size)
        rows = self._file.execute(f"SELECT data FROM portrait WHERE id % {step} = 0 LIMIT {size}")  # noqa: S608 - numbers of ours
        return [_decode(data) for (data,) in rows]

    def keep(self, compared: Iterable[tuple[int, int, Levels]]) -> None:
        rows = ((low, high, _written(levels)) for low, high, levels in compared)
        for some in _chunks(rows):
            self._file.executemany("INSERT INTO pair VALUES (?, ?, ?)", some)

    def patterns(self) -> dict[Levels, int]:
        """How often each pattern of levels occurs among the compared pairs."""
        rows = self._file.execute("SELECT levels, count(*) FROM pair GROUP BY levels")
        return {_read(written): count for written, count in rows}

    def with_patterns(self, wanted: Iterable[Levels]) -> Iterator[tuple[int, int, Levels]]:
        marks = [_written(levels) for levels in wanted]
        holes = ", ".join("?" for _mark in marks)
        rows = self._file.execute(f"SELECT low, high, levels FROM pair WHERE levels IN ({holes})", marks)  # noqa: S608 - question marks
        return ((low, high, _read(written)) for low, high, written in rows)

    def _portraits(self, ids: set[int]) -> dict[int, Known]:
        rows = self._file.execute(_PORTRAITS, [_to_json(sorted(ids))])
        return {pk: Known(pk, _decode(data), bearers or 0) for pk, data, bearers in rows}


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    source = iter(rows)
    while some := list(islice(source, CHUNK)):
        yield some


def _name(portrait: Portrait) -> int | None:
    return number("n" + " ".join(portrait.names[0])) if portrait.names else None


def _written(levels: Levels) -> str:
    return "".join("-" if level is None else str(level) for level in levels)


def _read(written: str) -> Levels:
    return tuple(None if letter == "-" else int(letter) for letter in written)
