"""What this room tells the world."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class ImportStarted(Event):
    """A file is being imported. Every event of its batches names this one as its cause."""

    import_id: int
    resource: str
    name: str


@dataclass(frozen=True, kw_only=True)
class RemarksKept(Event):
    """Rows of an import said the same beside the fields of these records, such as that somebody wants no letters. It
    stays when the import is taken back."""

    resource: str
    name: str
    ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ImportFinished(Event):
    """An import has come to its end, or was stopped: how many rows became what."""

    import_id: int
    resource: str
    state: str
    created: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int = 0
    conflicts: int = 0
    partly: int = 0


@dataclass(frozen=True, kw_only=True)
class ImportUndoStarted(Event):
    """An import is being taken back. Every event of its batches names this one as its cause."""

    import_id: int
    resource: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ImportUndone(Event):
    """Taking an import back has come to its end: records put in the trash and put back, and what stayed."""

    import_id: int
    resource: str
    state: str
    removed: int
    restored: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class RecordsExported(Event):
    """Records left Kizuna as a file. Written before the first of them does, so that a broken download is known too.

    `view`, `condition` and `search` say which records the list showed, `is_ticked` that only some of them were meant.
    They stay as they were asked when a person named in them is erased: they are the only proof of whose data left, and
    in whose hands it is, which must still be told after the person is gone. Only administrators read them.
    """

    resource: str
    count: int
    columns: tuple[str, ...]
    condition: str
    encoding: str
    kind: str = "csv"
    view: str = "all"
    search: str = ""
    is_ticked: bool = False
