"""What runs inside a child of the supervisor: the web server, the stream of live changes, or the worker.

    python -m kizuna.server.child PARENT web ADDRESS PORT WORKERS
    python -m kizuna.server.child PARENT live ADDRESS PORT
    python -m kizuna.server.child PARENT worker

A child never outlives its parent, not even one that was killed: Linux sends it SIGTERM at that moment, and a thread
that watches the parent's process id does the same everywhere else.

Granian is given no time after which it kills its own workers: it looks whether they live while another of its threads
is just noting that they ended, and "kills" those that have gone. Whoever does not end is ended by the supervisor.
"""

import contextlib
import ctypes
import gc
import os
import signal
import sys
import threading
import time
from typing import Any

WATCH_SECONDS = 1.0
GRACE_SECONDS = 7.0  # between the wish to end and the end
MOST_STREAMS = 2_500  # connections that the process for live changes keeps; the stream itself refuses a little earlier
PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>
BLOCKING_THREADS = 4
"""Requests that one process answers at the same time. More threads than this only wait for each other in Python; more
processes (`--workers`) answer more."""


def follow(parent: int) -> None:
    """End this process when the process `parent`, which started it, is gone."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)  # it went before we could follow it
    threading.Thread(target=_watch, args=(parent,), name="follow-parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def load(target: str) -> Any:
    """The application, in the process that answers requests: it follows Granian's main process."""
    from django.utils.module_loading import import_string

    # Granian's own handlers come with the fork and mean another process; until it sets new ones, a stop ends this one.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    follow(os.getppid())
    gc.disable()  # what is loaded stays: to search it for garbage again and again takes a sixth of the start
    application = import_string(target)
    gc.enable()
    return application


def web(address: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "kizuna.server.wsgi.application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=BLOCKING_THREADS,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=load)


def live(address: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "kizuna.server.asgi.application",
        address=address,
        port=port,
        interface=Interfaces.ASGI,
        backpressure=MOST_STREAMS,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=load)


def worker() -> None:
    from kizuna.server import command

    command.main(["worker"])


def main(parent: str, role: str, *arguments: str) -> None:
    follow(int(parent))
    match role, arguments:
        case "web", (address, port, workers):
            web(address, int(port), int(workers))
        case "live", (address, port):
            live(address, int(port))
        case "worker", ():
            worker()


if __name__ == "__main__":
    main(*sys.argv[1:])
