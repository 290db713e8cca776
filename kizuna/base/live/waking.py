"""How a commit anywhere wakes the live processes: through the broker if there is one, else NOTIFY on PostgreSQL, else a
datagram on this machine.

A wake-up carries nothing and may be lost or come twice: the log says what happened, and it is read every few seconds
in any case. That is also why NOTIFY is sent after the commit and not within: inside a transaction it makes all commits
of the database wait for each other.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

from kizuna.base.live.broker import knock

logger = logging.getLogger("kizuna.live")

CHANNEL = "kizuna_live"
RETRY_SECONDS = 5.0


def doorbell() -> Path:
    """The socket in the data folder that processes of this machine knock at."""
    return Path(settings.DATA_DIR) / "live.socket"


def wake() -> None:
    """Have the live processes look into the log. Never raises: whoever saved something has nothing to do with it."""
    try:
        if knock():
            return
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"NOTIFY {CHANNEL}")
        else:
            _knock()
    except Exception as error:
        logger.debug("The live process was not woken: %s", error)


def _knock() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        with contextlib.suppress(OSError):  # nobody is there, or has not yet heard the last one
            sender.sendto(b"", str(doorbell()))


async def listen(woken: Callable[[], None]) -> None:
    """Call `woken` for each wake-up until cancelled. What goes wrong costs seconds, not messages."""
    wait = _hear_notifications if connection.vendor == "postgresql" else _hear_knocks
    while True:
        try:
            await wait(woken)
        except Exception as error:
            logger.warning("Wake-ups do not arrive (%s); the log is read every few seconds", error)
        await asyncio.sleep(RETRY_SECONDS)


async def _hear_notifications(woken: Callable[[], None]) -> None:
    import psycopg

    given = connection.get_connection_params()
    known = {name: value for name, value in given.items() if name not in ("context", "cursor_factory")}
    async with await psycopg.AsyncConnection.connect(**known, autocommit=True) as listener:
        await listener.execute(f"LISTEN {CHANNEL}")
        woken()  # what happened while nobody listened
        async for _notice in listener.notifies():
            woken()


async def _hear_knocks(woken: Callable[[], None]) -> None:
    path = doorbell()
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.setblocking(False)
        receiver.bind(str(path))
        path.chmod(0o600)
        try:
            woken()
            while True:
                await asyncio.get_running_loop().sock_recv(receiver, 1)
                woken()
        finally:
            path.unlink(missing_ok=True)
