"""Processor time that the server takes for a request: what stays the same when the machine has other work too."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from django.db import connection


class Meter:
    """Reads the processor time of some processes; always 0 where the kernel does not tell (anything but Linux)."""

    def __init__(self, web: Sequence[int]) -> None:
        self._web = list(web)

    def read(self) -> float:
        """Seconds that the web server and the processes of PostgreSQL that serve it have used until now."""
        return sum(_used(pid) for pid in [*self._web, *self._backends])

    def meet(self) -> None:
        """Learn which processes of PostgreSQL serve now, on this machine; SQLite works inside the web server."""
        self._backends: list[int] = []
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                self._backends = [pid for (pid,) in cursor.fetchall()]


def _used(pid: int) -> float:
    nanoseconds = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):  # a thread may have just ended
            nanoseconds += int(thread.read_text().split()[0])
    return nanoseconds / 1e9
