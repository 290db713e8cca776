"""The rows of a file, understood, batch after batch: ahead of time by another process where that pays, else here."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from kizuna.base.records.custom import catalogue
from kizuna.base.resources import editions
from kizuna.base.transfer.importing.ahead import Task
from kizuna.base.transfer.importing.forerunner import Forerunner, Gone
from kizuna.base.transfer.importing.plans import Plan
from kizuna.base.transfer.importing.understanding import Understood
from kizuna.base.transfer.reading.below import BelowHeader

_log = logging.getLogger(__name__)
MANY = 10_000
"""Rows from which on another process is worth its beginning: that takes as long as some thousands of them."""


class Supply:
    """A context manager, and an iterator of batches from `position` on. The other process is not waited for while it
    begins; when it is gone, its rows are read here."""

    def __init__(self, plan: Plan, imported: Any, *, size: int, position: int) -> None:
        self._plan, self._imported, self._size, self._position = plan, imported, size, position
        self._forerunner: Forerunner | None = None

    def __enter__(self) -> Self:
        self._file = self._imported.file.open("rb")
        self._rows = BelowHeader(self._file.file, self._imported.format)
        if self._imported.about - self._position >= MANY and cores() > 1:
            definitions = catalogue.definitions_of(editions.current())
            with suppress(OSError):  # no room for another process
                self._forerunner = Forerunner(Task(self._imported, self._plan.actor, definitions, self._plan.needed))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dismiss()
        self._file.close()

    def __iter__(self) -> Iterator[list[Understood]]:
        while found := self._next():
            self._position += len(found)
            yield found

    def _next(self) -> list[Understood]:
        try:
            if self._forerunner is not None and self._forerunner.is_ready():
                return self._forerunner.take(self._position, self._size, draws=self._plan.meets_new)
        except Gone:
            _log.warning("Nobody goes ahead of import %s any more; it goes on alone.", self._imported.pk)
            self._dismiss()
        return self._plan.understanding.of(self._rows.take(self._position, self._size))

    def _dismiss(self) -> None:
        if self._forerunner is not None:
            self._forerunner.end()
            self._forerunner = None


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
