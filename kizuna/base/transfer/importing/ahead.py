"""What runs in the process that goes ahead of an import: it reads and understands the next batches.

It is told everything that it needs, asks no database, and writes nothing. Questions come in at its standard input, one
for each batch, and answers leave by its standard output. When whoever asks is gone, however that came about, its input
ends, and so does the process.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from queue import Queue
from typing import Any, BinaryIO

from django.db import connections
from django.utils import translation

from kizuna.base.records.custom import catalogue
from kizuna.base.resources import editions, registry
from kizuna.base.transfer.importing.understanding import Understanding, packed
from kizuna.base.transfer.mapping.targets import Target
from kizuna.base.transfer.reading.below import BelowHeader
from kizuna.base.transfer.values import Drafts, Options
from kizuna.base.types.errors import Problem

BEGIN = (
    "import gc; gc.disable(); import django; django.setup();"
    " from kizuna.base.transfer.importing import ahead; ahead.serve()"
)
"""What is loaded stays: nothing is searched for garbage meanwhile, and it is left out of every search after that."""
POLITE = 5
"""How far this process stands back for others on a busy machine: people who work meanwhile go first."""
LENGTH = 8
"""Bytes before each answer that say how long it is."""
_COLLECT_EVERY = 20


def _mark() -> str:
    """What stands for the code that this process runs: an upgrade may put other files in their place meanwhile."""
    rooms = [Path(__file__).parents[2] / name for name in ("transfer", "types")]
    changed = max(file.stat().st_mtime_ns for room in rooms for file in room.rglob("*.py"))
    try:
        return f"{metadata.version('kizuna')} {changed}"
    except metadata.PackageNotFoundError:  # a source tree that was never installed
        return str(changed)


MARK = _mark()
"""Two processes understand what they send each other only where it is the same. Said first of all."""


@dataclass(frozen=True)
class Task:
    """All that is to be known to understand the rows of an import: it, who imports, what administrators added to the
    resources, and what a layout asks for."""

    imported: Any
    actor: Any
    definitions: catalogue.Definitions
    needed: frozenset[str]


@dataclass(frozen=True)
class Question:
    """Which rows are wanted: so many from a position on, with new records drawn up or without."""

    position: int
    size: int
    draws: bool


class NoDatabase(Exception):
    """Something asked the database, which is not for this process."""


def serve() -> None:
    """Answer questions until there are none any more."""
    if hasattr(os, "nice"):
        os.nice(POLITE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts an import in a terminal means the other process
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.dup(1)
    os.dup2(2, 1)  # what anything prints is no answer
    gc.freeze()
    told: Queue[bytes] = Queue(maxsize=1)
    threading.Thread(target=_tell, args=(told, answers), name="answers", daemon=True).start()
    with suppress(EOFError, Problem, FileNotFoundError), _without_database():
        told.put(pickle.dumps(MARK))
        _answer(pickle.load(questions), questions, told)  # noqa: S301 - from the process that began this one


def _answer(task: Task, questions: BinaryIO, told: Queue[bytes]) -> None:
    """Until the questions end (EOFError). A file that cannot be read is left to whoever asks: there it is told of."""
    edition = catalogue.edition_of(task.definitions)
    with (
        editions.staying_with(edition, catalogue.alias()),
        translation.override(task.actor.language),
        task.imported.file.open("rb") as file,
    ):
        understanding = _understanding(task)
        rows = BelowHeader(file.file, task.imported.format)
        answered = 0
        while True:
            asked: Question = pickle.load(questions)  # noqa: S301 - as above
            found = understanding.of(rows.take(asked.position, asked.size), draws=asked.draws)
            told.put(pickle.dumps(packed(found), pickle.HIGHEST_PROTOCOL))
            answered += 1
            if answered % _COLLECT_EVERY == 0:
                gc.collect(1)


def _understanding(task: Task) -> Understanding:
    imported = task.imported
    mapping = [Target.parse(written) if written else None for written in imported.mapping]
    options = Options.from_json(imported.options)
    return Understanding(Drafts(registry.get(imported.resource), task.actor, mapping, options), task.needed)


def _tell(told: Queue[bytes], answers: int) -> None:
    """Hand out answers in a thread of their own, so that the next one is begun while this one is fetched."""
    while True:
        said = told.get()
        left = memoryview(len(said).to_bytes(LENGTH, "big") + said)
        try:
            while left:
                left = left[os.write(answers, left) :]
        except OSError:
            os._exit(0)  # nobody is there who wants it


@contextmanager
def _without_database() -> Iterator[None]:
    def refuse(*_question: Any) -> Any:
        raise NoDatabase

    with ExitStack() as walls:
        for connection in connections.all():
            walls.enter_context(connection.execute_wrapper(refuse))
        yield
