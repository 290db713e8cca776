"""One parent for everything that `kizuna serve` runs: the web server, the stream of live changes, and the worker.

It starts them, puts their names before their lines, starts them again when they crash, and takes them down with it.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

from django.conf import settings

STOP_SECONDS = 8.0  # what children get to end by themselves
WATCH_SECONDS = 0.2  # between two looks at the children
FIRST_DELAY = 0.5  # seconds before a crashed child starts again; doubles with every crash
LONGEST_DELAY = 30.0  # seconds
CALM_SECONDS = 30.0  # a child that ran this long has not crashed "again"


def serve(host: str, port: int, workers: int = 1) -> None:
    """Serve the pages, tell what changes and run the jobs until SIGTERM, SIGINT or SIGHUP; `workers` processes answer
    requests.

    Ends the program with one sentence and exit code 1 when nothing can listen at `host` and `port`.
    """
    address = listening_address(host, port)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    live_port = port_for_live(host, port)
    where = {"KIZUNA_LIVE_PORT": str(live_port)}  # one child listens there, and pages say so
    children = [Child("web", [address, str(port), str(workers)], where), Child("worker", [])]
    if live_port:
        children.append(Child("live", [address, str(live_port)], where))
    try:
        while not stopping.is_set():
            for child in children:
                child.tend()
            stopping.wait(WATCH_SECONDS)
    finally:
        stop(children)


def listening_address(host: str, port: int) -> str:
    """The numeric address of `host`, after a look whether the port is free there; SystemExit says why it is not."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError:
        raise SystemExit(
            f"Port {port} may only be used by the administrator of this machine; try one above 1023."
        ) from None
    except (socket.gaierror, UnicodeError):
        raise SystemExit(f"{host} is not an address of this machine.") from None
    except OSError as error:
        if error.errno == 98 or "in use" in str(error):
            raise SystemExit(
                f"Port {port} on {host} is already in use; stop what runs there or choose another port."
            ) from None
        raise SystemExit(f"Kizuna cannot listen at {host}, port {port}: {error.strerror}.") from None
    return str(address[0])


def port_for_live(host: str, port: int) -> int:
    """The port for the stream of live changes: the one asked for, else the next after `port`, else any that is free.

    0 when there is to be no stream. A port that was asked for and is taken ends the program: a proxy leads there.
    """
    if settings.LIVE_URL == "off":
        return 0
    if settings.LIVE_PORT:
        listening_address(host, settings.LIVE_PORT)
        return int(settings.LIVE_PORT)
    try:
        listening_address(host, port + 1)
    except (SystemExit, OverflowError):
        with socket.socket() as probe:
            probe.bind(("", 0))
            return int(probe.getsockname()[1])
    return port + 1


class Child:
    """One process that is kept running: `python -m kizuna.server.child NAME …` in a process group of its own."""

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self.environment = os.environ | dict(environment or {})
        self.name = name
        self.command = [sys.executable, "-u", "-m", "kizuna.server.child", str(os.getpid()), name, *arguments]
        self._process: subprocess.Popen[str] | None = None
        self._started_at = self._start_at = time.monotonic()
        self._delay = FIRST_DELAY

    def tend(self) -> None:
        """Start it when it is time, and note when it has ended."""
        if self._process is None:
            if time.monotonic() >= self._start_at:
                self._start()
        elif (code := self._process.poll()) is not None:
            self._bury(code)

    def ask_to_stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait until it has ended, at most until `deadline`; then it, and all it started, is killed."""
        if self._process:
            try:
                self._process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say("did not end by itself, and is killed")
            self._kill_group()
            self._process.wait()
            self._relay.join(1)

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            bufsize=1,
            start_new_session=True,
        )
        self._started_at = time.monotonic()
        self._relay = threading.Thread(target=self._repeat_lines, args=(self._process,), daemon=True)
        self._relay.start()

    def _bury(self, code: int) -> None:
        self._kill_group()  # a web server that died may have left its own workers behind
        self._process = None
        if time.monotonic() - self._started_at > CALM_SECONDS:
            self._delay = FIRST_DELAY
        reason = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        self._say(f"ended ({reason}); starting again in {self._delay:g} s")
        self._start_at = time.monotonic() + self._delay
        self._delay = min(self._delay * 2, LONGEST_DELAY)

    def _kill_group(self) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _repeat_lines(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        for line in process.stdout:
            self._say(line.rstrip("\n"))

    def _say(self, line: str) -> None:
        # Nobody may be reading any more; the children must be drained all the same.
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(f"{self.name:<6} | {line}\n")
            sys.stdout.flush()


def stop(children: Sequence[Child]) -> None:
    """Ask all of them to end, and end those that do not within `STOP_SECONDS`."""
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait(deadline)
