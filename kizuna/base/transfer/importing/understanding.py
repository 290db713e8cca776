"""Rows understood: what each says, and where that is asked for, the record that it becomes if it is new.

The database is asked nothing here, so this can be done by another process (`forerunner`) just as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from kizuna.base.transfer.importing.drawing import Columns, Drawing
from kizuna.base.transfer.reading import Row
from kizuna.base.transfer.values import Draft, Drafts


@dataclass(slots=True)
class Understood:
    """A row, its draft (None for a row that could not be read, or on which understanding failed: whoever deals with it
    meets that again) and the record that was drawn up of it ahead."""

    row: Row
    draft: Draft | None
    columns: Columns | None = None


Packed = tuple[int, list[str], Any, dict[str, Any] | None, Columns | None]
"""An `Understood` as it goes from one process to another: plain, and without the parts of the draft that hold nothing,
which are most of them."""
_PARTS = tuple(part.name for part in fields(Draft) if part.name != "row")
_parts_of = attrgetter(*_PARTS)
_EMPTY = _parts_of(Draft(row=Row(0, [])))


def packed(found: Sequence[Understood]) -> list[Packed]:
    return [
        (one.row.line, one.row.cells, one.row.problem, None if one.draft is None else _said(one.draft), one.columns)
        for one in found
    ]


def _said(draft: Draft) -> dict[str, Any]:
    held = zip(_PARTS, _parts_of(draft), _EMPTY, strict=True)
    return {name: value for name, value, empty in held if value != empty}


def unpacked(found: Sequence[Packed]) -> list[Understood]:
    """What was packed."""
    rows = []
    for line, cells, problem, said, columns in found:
        row = Row(line, cells, problem)
        rows.append(Understood(row, None if said is None else Draft(row=row, **said), columns))
    return rows


class Understanding:
    """Understands the rows of one import."""

    def __init__(self, drafts: Drafts, needed: Collection[str]) -> None:
        self.drawing = Drawing(drafts.resource, drafts.options, needed)
        self.draft = drafts.draft
        self._draws = True

    def of(self, rows: Sequence[Row], *, draws: bool = False) -> list[Understood]:
        """`draws` is to draw up new records too; that is given up where it works for none of a batch."""
        found = [self._understood(row) for row in rows]
        if draws and self._draws:
            good = [one for one in found if one.draft is not None and not one.draft.errors]
            for one in good:
                one.columns = self.drawing.ahead(one.draft)  # type: ignore[arg-type]
            self._draws = not good or any(one.columns is not None for one in good)
        return found

    def _understood(self, row: Row) -> Understood:
        try:
            return Understood(row, None if row.problem is not None else self.draft(row))
        except Exception:  # whatever it is: one row is no reason to stop here, and here is nobody who could tell of it
            return Understood(row, None)
