"""What becomes of the rows that hang on a record when it is merged into another: said by the model that has them.

    class Attendee(Record):
        when_merged = {"contact": ties.Unite(keep="answered_at")}

Keys are the columns that point to a record: foreign keys, and the number beside `resource` in tables that point to
records of any kind. A foreign key that no uniqueness rests on moves without a word.

`rows_called` says beside it what people call such rows, where their model is shown nowhere and has no name of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """The rows point to the record that stays."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The rows stay: a log of what was, or what is derived from the record anyway."""


@dataclass(frozen=True, slots=True)
class Unite:
    """They move; of two that would be the same by a constraint of the database, one is set aside until the merge is
    taken apart. `keep` is a column: the one with the later value stays; else that of the record that stays."""

    keep: str = ""


Rule = Move | Leave | Unite
Rules = Mapping[str, Rule]
