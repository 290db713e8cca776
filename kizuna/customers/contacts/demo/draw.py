"""Chance that repeats itself: seeded draws, and the tables of names and places that they draw from."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Sequence
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import Any, TypeVar

T = TypeVar("T")


class Draw(random.Random):
    """A stream of chance of its own: what one noun draws does not shift another's. Same seed, same sample company."""

    def maybe(self, share: float) -> bool:
        return self.random() < share

    def row(self, table: Table) -> dict[str, str]:
        """A row of a table, by its weights where it has some."""
        return table.rows[self._place(table.steps)] if table.steps else self.choice(table.rows)

    def _place(self, steps: Sequence[float]) -> int:
        at = self.random() * steps[-1]
        low, high = 0, len(steps) - 1
        while low < high:
            middle = (low + high) // 2
            if steps[middle] > at:
                high = middle
            else:
                low = middle + 1
        return low

    def one_of(self, shares: dict[T, float]) -> T:
        """A key, as often as its share says."""
        return self.choices(tuple(shares), tuple(shares.values()))[0]

    def some_of(self, values: Sequence[T], most: int) -> list[T]:
        """Between none and `most` different values."""
        return self.sample(list(values), self.randint(0, min(most, len(values))))

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        return first + dt.timedelta(days=self.randint(0, (last - first).days))


class Table:
    """Rows of a CSV file of this package, with running totals of the column "weight" if there is one."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.rows = rows
        self.steps: list[float] = list(accumulate(float(row["weight"]) for row in rows)) if "weight" in rows[0] else []

    def where(self, **wanted: Any) -> Table:
        return Table([row for row in self.rows if all(row[name] == value for name, value in wanted.items())])


@cache
def table(name: str) -> Table:
    """The table `data/<name>.csv`."""
    text = resources.files(__package__).joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return Table(list(csv.DictReader(text.splitlines())))


@cache
def rows_where(name: str, column: str, value: str) -> Table:
    """The rows of a table with this value in a column, kept for the next draw."""
    return table(name).where(**{column: value})
