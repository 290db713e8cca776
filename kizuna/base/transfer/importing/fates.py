"""What becomes of one row, and of all rows of a batch."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from kizuna.base.transfer.importing.made import Made
from kizuna.base.transfer.reading import Row
from kizuna.base.transfer.values import Sources
from kizuna.base.transfer.verdicts import UNUSED, Verdict
from kizuna.base.types.errors import Errors


@dataclass(slots=True)
class Fate:
    """One row, and what becomes of it. `before` and `after` are the columns of a record that this row changes, where
    they were asked for; `remarks` what it says beside the fields and is news; `errors` say what is wrong, `sources`
    which cells are to blame as far as that is known.
    """

    row: Row
    verdict: Verdict = Verdict.UNCHANGED
    record: Any = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    remarks: list[str] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)
    sources: Sources = field(default_factory=dict)

    def refuse(self, errors: Errors, sources: Sources | None = None, *, verdict: Verdict = Verdict.REJECTED) -> None:
        self.verdict, self.errors, self.sources = verdict, errors, sources or {}


@dataclass
class Changed:
    """A stored record that rows of this batch change, what it held before, and those rows."""

    record: Any
    before: dict[str, Any]
    fates: list[Fate] = field(default_factory=list)


@dataclass
class Planned:
    """What becomes of a batch: nothing of it is stored yet. The fates stand in the order of the rows."""

    fates: list[Fate] = field(default_factory=list)
    new: list[Any] = field(default_factory=list)
    changed: dict[int, Changed] = field(default_factory=dict)
    made: Made = field(default_factory=Made)

    @property
    def counts(self) -> Counter[str]:
        return Counter(fate.verdict.value for fate in self.fates)

    @property
    def unused(self) -> list[Fate]:
        return [fate for fate in self.fates if fate.verdict in UNUSED]

    def add(self, other: Planned) -> None:
        """Rows that were tried one by one, counted together."""
        self.fates += other.fates
