"""The real server, started for a measurement: the supervisor with its web server and worker, production settings."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

START_SECONDS = 60.0
LOOPBACK = "127.0.0.1"
ROLES = ("worker", "live")
"""Of the processes beside those that answer requests."""


@dataclass(frozen=True)
class Server:
    """Where it answers, and the process that it began with."""

    port: int
    live_port: int
    pid: int

    def web(self) -> list[int]:
        """The processes that answer requests, and Granian's main one."""
        return [pid for pid, words in _descendants(self.pid) if role(words) == "web"]

    def live(self) -> list[int]:
        """The processes that tell what changes."""
        return [pid for pid, words in _descendants(self.pid) if role(words) == "live"]

    def memory(self) -> dict[str, int]:
        """Bytes in memory of each process below the supervisor, by what it does; empty where /proc is missing."""
        found: dict[str, int] = {}
        for pid, words in _descendants(self.pid):
            status = Path(f"/proc/{pid}/status").read_text()
            kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
            found[f"{role(words)} {pid}"] = kilobytes * 1024
        return found


@contextlib.contextmanager
def running(log: Path) -> Iterator[Server]:
    """Serve on a free loopback port with the database of this process; everything has ended afterwards."""
    port, live_port = _free_port(), _free_port()
    environment = os.environ | {
        "KIZUNA_LIVE_PORT": str(live_port),
        "DJANGO_SETTINGS_MODULE": "kizuna.server.bench.settings",
        "KIZUNA_API_REQUESTS_PER_MINUTE": "0",
        "KIZUNA_DEBUG": "false",
    }
    command = [sys.executable, "-m", "kizuna", "serve", "--host", LOOPBACK, "--port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait(port, process, log)
        _wait_for_live(live_port)
        yield Server(port, live_port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()  # its children notice, and end too
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(URLError, OSError), urlopen(f"http://{LOOPBACK}:{port}/bench/floor", timeout=30):
            return
        time.sleep(0.2)
    raise RuntimeError(f"The server did not start:\n{log.read_text()[-2000:]}")


def _wait_for_live(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
            return
        time.sleep(0.2)
    raise RuntimeError("The live process did not start.")


def role(words: str) -> str:
    """What a process does, from its command line."""
    return next((one for one in ROLES if f" {one}" in words), "web")


def session_name(role: str) -> str:
    """What the processes of a role call their sessions in PostgreSQL while they are measured."""
    return f"kizuna bench {role}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _descendants(root: int) -> Iterator[tuple[int, str]]:
    """(process id, command line) of every process below `root`."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    waiting = list(parents.get(root, ()))
    while waiting:
        pid = waiting.pop()
        waiting += parents.get(pid, ())
        yield pid, Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
