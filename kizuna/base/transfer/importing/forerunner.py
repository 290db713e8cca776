"""The process that goes ahead of an import, as the importing one sees it: `is_ready`, `take`, `end`.

It is begun anew: a fork would take over threads and connections of the worker. What it does is `ahead`.
"""

from __future__ import annotations

import os
import pickle
import selectors
import subprocess
import sys
from collections import deque
from contextlib import suppress
from typing import Any

from kizuna.base.transfer.importing.ahead import BEGIN, LENGTH, MARK, Question, Task
from kizuna.base.transfer.importing.understanding import Understood, unpacked

AHEAD = 2
"""Batches that are asked for at once: one is understood while one waits to be taken."""
PATIENCE = 60.0
"""Seconds without a word after which the process counts as gone."""
_PIPE = 1 << 20
_CANNOT_GO = (pickle.PickleError, TypeError, AttributeError, ImportError)
"""What is raised for something that cannot go from one process to another."""


class Gone(Exception):
    """The process has ended, does not answer, or runs other code."""


class Forerunner:
    """Whatever goes wrong with the process raises `Gone`; what it had is read and understood again by whoever asked."""

    def __init__(self, task: Task) -> None:
        self._task: Task | None = task
        self._asked: deque[Question] = deque()
        path = os.pathsep.join(filter(None, sys.path))
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", BEGIN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
            bufsize=0,
            pipesize=_PIPE,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._questions, self._answers = self._process.stdin, self._process.stdout
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(self._answers, selectors.EVENT_READ)

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_ready(self) -> bool:
        """Whether it can be asked by now. Raises Gone."""
        if self._task is not None and self._has_answered(0):
            if self._receive() != MARK:
                raise Gone  # it runs what an upgrade has put there since this process began
            self._send(self._task)
            self._task = None
        return self._task is None

    def take(self, position: int, size: int, *, draws: bool) -> list[Understood]:
        """So many rows from a position on, none at the end of the file; those behind them are asked for too. Raises
        Gone."""
        if not self._asked:
            self._ask(Question(position, size, draws))
        while len(self._asked) < AHEAD:
            self._ask(Question(self._asked[-1].position + size, size, draws))
        asked = self._asked.popleft()
        if (asked.position, asked.size) != (position, size):
            raise Gone
        return unpacked(self._receive())

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._waiting.close()
        for stream in (self._questions, self._answers):
            with suppress(OSError):
                stream.close()

    def _ask(self, question: Question) -> None:
        self._send(question)
        self._asked.append(question)

    def _send(self, what: Any) -> None:
        try:
            left = memoryview(pickle.dumps(what, pickle.HIGHEST_PROTOCOL))
            while left:
                left = left[os.write(self._questions.fileno(), left) :]
        except (OSError, *_CANNOT_GO) as error:
            raise Gone from error

    def _receive(self) -> Any:
        said = self._read(int.from_bytes(self._read(LENGTH), "big"))
        try:
            return pickle.loads(said)  # noqa: S301 - from our own process
        except _CANNOT_GO as error:
            raise Gone from error

    def _read(self, length: int) -> bytearray:
        found = bytearray()
        while len(found) < length:
            if not self._has_answered(PATIENCE):
                raise Gone
            part = os.read(self._answers.fileno(), min(length - len(found), _PIPE))
            if not part:
                raise Gone
            found += part
        return found

    def _has_answered(self, seconds: float) -> bool:
        return bool(self._waiting.select(seconds))
