"""Processor time that the server takes for a request: what stays the same when the machine has other work too."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db import connection


class Meter:
    """Reads the processor time of some processes; always 0 where the kernel does not tell (anything but Linux).

    With PostgreSQL on this machine all of its processes count; SQLite works inside the web server.
    """

    def __init__(self, web: Sequence[int]) -> None:
        self._web = list(web)
        self._postmaster = _postmaster() if connection.vendor == "postgresql" else 0

    def read(self) -> float:
        """Seconds that the web server and the database have used until now."""
        found = sum(used(pid) for pid in [*self._web, *_children(self._postmaster)])
        return found + _used_by_ended(self._postmaster)


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
    """Seconds of processor time that a process has taken so far."""
    nanoseconds = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):  # a thread may have just ended
            nanoseconds += int(thread.read_text().split()[0])
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
