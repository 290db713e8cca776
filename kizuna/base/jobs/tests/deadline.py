"""Waiting for what another process or thread does: a condition and a deadline, never a guess at how long it takes."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T | None], *, seconds: float = 60) -> T:
    """The first true value of `condition`; fails the test when there is none in time."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"nothing happened within {seconds} s"
        pause.wait(0.02)
    return value
