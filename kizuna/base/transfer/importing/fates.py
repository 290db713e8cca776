"""What becomes of one row, and of all rows of a batch."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from kizuna.base.transfer.importing.made import Made
from kizuna.base.transfer.reading import Row
from kizuna.base.transfer.values import Sources
from kizuna.base.transfer.verdicts import UNUSED, USED, Verdict
from kizuna.base.types.errors import Errors


@dataclass(slots=True)
class Fate:
    """One row, and what becomes of it. `before` and `after` are the columns of a record that this row changes, where
    they were asked for; `remarks` what it says beside the fields and is news; `further` what it adds to what was said
    first (`repeats`); `errors` say what is wrong, `held` what
    is wrong with values that did not come in with the others, `sources` which cells are to blame as far as that is
    known.
    """

    row: Row
    verdict: Verdict = Verdict.UNCHANGED
    record: Any = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    remarks: list[str] = field(default_factory=list)
    further: dict[str, Any] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)
    held: Errors = field(default_factory=dict)
    sources: Sources = field(default_factory=dict)

    def refuse(self, errors: Errors, sources: Sources | None = None, *, verdict: Verdict = Verdict.REJECTED) -> None:
        """What was held back is wrong with a refused row, too."""
        self.verdict, self.errors, self.held = verdict, self.held | errors, {}
        self.sources = self.sources | (sources or {})

    @property
    def is_partly(self) -> bool:
        return bool(self.held) and self.verdict in USED


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
    def partly(self) -> int:
        """How many rows are used, and not wholly."""
        return sum(fate.is_partly for fate in self.fates)

    @property
    def related(self) -> Counter[str]:
        """How many records are made because rows name them, by kind."""
        return Counter(one.resource.key for one in self.made.used.values())

    @property
    def to_mend(self) -> list[Fate]:
        """Rows that are not used, or not wholly."""
        return [fate for fate in self.fates if fate.verdict in UNUSED or fate.is_partly]

    def add(self, other: Planned) -> None:
        """Rows that were tried one by one, counted together."""
        self.fates += other.fates
        self.made.add_all(other.made)
