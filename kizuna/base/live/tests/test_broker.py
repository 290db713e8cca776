"""Several servers at a real broker: changes and people travel, and when it dies nothing is missed or comes twice."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kizuna.base.identity.models import User
from kizuna.base.jobs.tests.deadline import until
from kizuna.base.live import broker, hub, waking
from kizuna.base.live.tests.test_application import Server, retitle
from kizuna.base.testing.library.models import Book
from tests.postgres import free_port

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAMS = ("valkey-server", "redis-server")


class Broker:
    """A Redis or Valkey server of our own, which can be killed and comes back on the same port."""

    def __init__(self, program: str, folder: Path) -> None:
        self.port = free_port()
        self._command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self._answers)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def valkey(tmp_path: Path, settings: Any) -> Iterator[Broker]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        assert not os.environ.get("CI"), "CI installs redis-server; see .ci/run"
        pytest.skip("NO BROKER HERE: install redis-server or valkey-server to test several servers")
    found = Broker(program, tmp_path)
    found.start()
    settings.LIVE_BROKER = found.url
    yield found
    found.kill()


@pytest.fixture
def two(valkey: Broker, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Server, Server]]:
    """Two live processes that hear nothing but the broker, and look into the log by themselves only without it."""
    monkeypatch.setattr(hub, "CALM_SECONDS", 60.0)
    monkeypatch.setattr(hub, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(hub, "LINGER", 0.0)
    monkeypatch.setattr(broker, "PATIENCE", 20.0)
    monkeypatch.setattr(broker, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(broker, "REST_SECONDS", 0.1)
    monkeypatch.setattr(waking, "_knock", lambda: None)
    monkeypatch.setattr(waking, "_hear_knocks", silence)
    monkeypatch.setattr(waking, "_hear_notifications", silence)
    servers = Server(), Server()
    until(lambda: all(is_open(server) for server in servers))
    yield servers
    for server in servers:
        server.close()


async def silence(woken: Callable[[], None]) -> None:
    """Another way to be woken, on which nothing comes."""


def is_open(server: Server) -> bool:
    exchange = server.live.hub._exchange
    return exchange is not None and exchange.is_open


def test_a_change_reaches_the_pages_of_every_server(
    two: tuple[Server, Server], shelve: Callable[..., Book], haruto: User, sora: User
) -> None:
    book = shelve("Kokoro")
    tabs = [server.open(sora, f"rows=book:{book.pk}") for server in two]
    retitle(book, "Kokoro, again", haruto)
    for tab in tabs:
        until(tab.has_heard)
        assert tab.said("change") == [{"changed": {"book": [book.pk]}}]


def test_people_see_each_other_across_servers_and_only_who_may(
    two: tuple[Server, Server], shelve: Callable[..., Book], haruto: User, sora: User, carol: User
) -> None:
    book = shelve("Kokoro")
    here, there = two
    hers, a_stranger_s = (here.open(user, f"record=book:{book.pk}") for user in (sora, carol))
    his = there.open(haruto, f"record=book:{book.pk}&editing=1")
    until(lambda: hers.said("people") == [[{"name": "Haruto", "editing": True}]])
    until(lambda: his.said("people") == [[{"name": "Sora", "editing": False}]])
    there.stop()
    until(lambda: hers.said("people")[-1] == [])
    assert a_stranger_s.said("people") == []


def test_a_broker_that_dies_and_comes_back_loses_nothing_and_says_nothing_twice(
    two: tuple[Server, Server], valkey: Broker, shelve: Callable[..., Book], haruto: User, sora: User
) -> None:
    books = [shelve(title) for title in ("Before", "Meanwhile", "Afterwards")]
    tab = two[1].open(sora, f"rows=book:{','.join(str(book.pk) for book in books)}")

    def heard() -> list[int]:
        return [number for said in tab.said("change") for number in said["changed"]["book"]]

    retitle(books[0], "Before, again", haruto)
    until(lambda: heard() == [books[0].pk])
    valkey.kill()
    until(lambda: not is_open(two[1]))
    retitle(books[1], "Meanwhile, again", haruto)
    until(lambda: heard() == [books[0].pk, books[1].pk])
    valkey.start()
    until(lambda: is_open(two[1]))
    until(broker.knock)
    retitle(books[2], "Afterwards, again", haruto)
    until(lambda: heard() == [book.pk for book in books])
