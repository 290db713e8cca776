"""Open lists and boards that nobody touches, and how soon they hear: what the stream of live changes costs."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.test import Client

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.customers.contacts.models import Contact
from kizuna.server.bench.measuring import database
from kizuna.server.bench.processor import used
from kizuna.server.bench.scenarios import World
from kizuna.server.bench.served import LOOPBACK, Server, running

CLIENTS = 200
KINDS = ("list", "every")  # every other page is a board, which hears of all contacts
ROWS = 50  # on the screen of each
IDLE_SECONDS = 20.0
CHANGES = 40
PAUSE = 0.25  # seconds between two changes
PATIENCE = 30.0

Figures = dict[str, Any]


class Page:
    """One open list: when it heard of each change."""

    def __init__(self) -> None:
        self.heard: list[float] = []
        self.is_open = asyncio.Event()

    async def read(self, port: int, session: str, query: str) -> None:
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
        writer.write(f"GET /live?{query} HTTP/1.1\r\nHost: {LOOPBACK}\r\nCookie: {cookie}\r\n\r\n".encode())
        try:
            while line := await reader.readline():
                if line == b"event: change\n":
                    self.heard.append(time.perf_counter())
                elif line == b"event: at\n":
                    self.is_open.set()
        finally:
            writer.close()


def measure_live(*, tell: Callable[[str], None]) -> Figures:
    """Serve the database of this process with 200 lists open, and measure the process behind them."""
    world = World()
    contacts = list(Contact.objects.live().order_by("-pk")[:ROWS])
    with running(settings.DATA_DIR / "bench.log") as server:
        found = {"database": database()} | asyncio.run(_watched(server, _sessions(), contacts, world.administrator))
    tell(words(found))
    return found


def _sessions() -> list[str]:
    """Everybody is signed in, and has as many pages open as the others."""
    keys = []
    for user in User.objects.filter(is_active=True).order_by("pk")[:CLIENTS]:
        client = Client()
        client.force_login(user)
        keys.append(client.session.session_key or "")
    return [keys[number % len(keys)] for number in range(CLIENTS)]


async def _watched(server: Server, sessions: list[str], contacts: list[Contact], actor: User) -> Figures:
    rows = f"rows=contact:{','.join(str(contact.pk) for contact in contacts)}&bell=1"
    pages = [Page() for _session in sessions]
    reading = [
        asyncio.create_task(page.read(server.live_port, session, f"{KINDS[number % 2]}=contact&{rows}"))
        for number, (page, session) in enumerate(zip(pages, sessions, strict=True))
    ]
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(page.is_open.wait() for page in pages))
    before = _used(server)
    await asyncio.sleep(IDLE_SECONDS)
    idle = (_used(server) - before) / IDLE_SECONDS
    delays = [delay for number in range(CHANGES) for delay in await _one_change(pages, contacts, number, actor)]
    memory = [size for role, size in server.memory().items() if role.startswith("live")]
    for task in reading:
        task.cancel()
    return {
        "clients": len(pages),
        "people": len(set(sessions)),
        "idle_percent_of_core": round(idle * 100, 2),
        "memory_mb": round(max(memory, default=0) / 2**20),
        "delay_ms_p50": round(statistics.median(delays) * 1000, 1),
        "delay_ms_p95": round(statistics.quantiles(delays, n=20)[-1] * 1000, 1),
    }


async def _one_change(pages: list[Page], contacts: list[Contact], number: int, actor: User) -> list[float]:
    """Seconds from the commit of one edit to its arrival, for every page whose person may see it."""
    contact = contacts[number % len(contacts)]
    counts = [len(page.heard) for page in pages]
    committed = await asyncio.to_thread(_edit, contact.pk, number, actor)
    await asyncio.sleep(PAUSE)
    return [page.heard[count] - committed for page, count in zip(pages, counts, strict=True) if len(page.heard) > count]


def _edit(pk: int, number: int, actor: User) -> float:
    contact = Contact.objects.get(pk=pk)
    changes = {"job_title": f"Seen {number} {time.time():.0f}"}
    records.update(actor=actor, record=contact, changes=changes, version=contact.version)
    return time.perf_counter()


def _used(server: Server) -> float:
    return sum(used(pid) for pid in server.live())


def words(found: Figures) -> str:
    """The figures, for the screen."""
    return (
        f"{found['clients']} open lists and boards of {found['people']} people, idle:"
        f" {found['idle_percent_of_core']} % of a core, {found['memory_mb']} MB;"
        f" from commit to message {found['delay_ms_p50']} ms, p95 {found['delay_ms_p95']} ms"
    )
