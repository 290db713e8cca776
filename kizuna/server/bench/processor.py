"""Processor time that the server takes for a request: what stays the same when the machine has other work too."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db import connection


class Meter:
    """Reads the processor time of some processes and of their sessions in the database; always 0 where the kernel does
    not tell (anything but Linux).

    With PostgreSQL on this machine the sessions of a name count (`settings.py` gives it to those of the web server),
    without a name our own session, and what PostgreSQL starts to help with one question of theirs. Sessions of others
    do not, nor what PostgreSQL does by itself: autovacuum, checkpoints, its log. SQLite works inside the processes.
    """

    def __init__(self, processes: Sequence[int], sessions: str = "") -> None:
        self._processes, self._name = list(processes), sessions
        self._postmaster = _postmaster() if connection.vendor == "postgresql" else 0
        self._last = self._all()
        self._ended = _used_by_ended(self._postmaster)
        self._total = 0.0

    def read(self) -> float:
        """Seconds that they have used since the meter was made."""
        counted = {*self._processes, *self._sessions()}
        now, ended = self._all(), _used_by_ended(self._postmaster)
        self._total += sum(seconds - self._last.get(pid, 0.0) for pid, seconds in now.items() if pid in counted)
        # Helpers end with their question; others that ended were read before, up to their last moments.
        known = sum(seconds for pid, seconds in self._last.items() if pid not in now)
        self._total += ended - self._ended - known
        self._last, self._ended = now, ended
        return self._total

    def _all(self) -> dict[int, float]:
        """What the processes and everything that PostgreSQL runs have used so far."""
        found = {pid: used(pid) for pid in [*self._processes, *_children(self._postmaster)]}
        return {pid: seconds for pid, seconds in found.items() if seconds}

    def _sessions(self) -> list[int]:
        if not self._postmaster:
            return []
        with connection.cursor() as cursor:
            if self._name:
                cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [self._name])
            else:
                cursor.execute("SELECT pg_backend_pid()")
            return [pid for (pid,) in cursor.fetchall()]


def _postmaster() -> int:
    """The process above the one that serves us; 0 when it runs elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        fields = _stat(cursor.fetchone()[0])
    return int(fields[1]) if fields else 0


def _children(pid: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def used(pid: int) -> float:
    """Seconds of processor time that a process has taken so far; 0 of one that has just ended."""
    nanoseconds, threads = 0, []
    with contextlib.suppress(OSError):
        threads = os.listdir(f"/proc/{pid}/task")
    for thread in threads:
        with contextlib.suppress(OSError):  # it may have just ended
            nanoseconds += int(Path(f"/proc/{pid}/task/{thread}/schedstat").read_text().split()[0])
    return nanoseconds / 1e9


def _used_by_ended(pid: int) -> float:
    """What children that are no more had used: those that helped with one query end with it."""
    fields = _stat(pid)
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/…/stat after the name."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []
