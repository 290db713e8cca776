"""The stream as a browser meets it: the real ASGI application in an event loop of its own, on the real database."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from kizuna.base.identity.models import User
from kizuna.base.identity.services import rights
from kizuna.base.jobs.tests.deadline import until
from kizuna.base.live import application, handlers, hub
from kizuna.base.live.application import Live
from kizuna.base.live.desk import Desk
from kizuna.base.live.tests.conftest import session_of
from kizuna.base.records import services as records
from kizuna.base.testing.library.models import Book

pytestmark = pytest.mark.django_db(transaction=True)


class Tab:
    """One request to the stream: what was answered so far, and what the browser does with it."""

    def __init__(self, server: "Server", headers: dict[str, str], query: str, path: str) -> None:
        self.status, self.text, self.is_over = 0, "", False
        self.headers: dict[str, str] = {}
        self.reads = threading.Event()
        self.reads.set()
        self._left = asyncio.Event()
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        self._server = server
        server.run(self._visit(scope))

    async def _visit(self, scope: dict[str, Any]) -> None:
        try:
            await self._server.live(scope, self._receive, self._take)
        finally:
            self.is_over = True

    async def _receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _take(self, message: dict[str, Any]) -> None:
        while not self.reads.is_set():
            await asyncio.sleep(0.01)
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        self.text += message.get("body", b"").decode()

    def said(self, kind: str) -> list[Any]:
        """The data of every event of a kind, in order."""
        blocks = [block.splitlines() for block in self.text.split("\n\n") if block]
        fields = [dict(line.split(": ", 1) for line in lines) for lines in blocks]
        return [json.loads(one["data"]) for one in fields if one["event"] == kind]

    def has_heard(self) -> bool:
        return bool(self.said("change"))

    def has_ended(self) -> bool:
        return self.is_over

    def leave(self) -> None:
        self._server.loop.call_soon_threadsafe(self._left.set)


class Server:
    """The application with its lifetime, as an ASGI server keeps it."""

    def __init__(self) -> None:
        self.live = Live()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._is_up, self._is_down = threading.Event(), threading.Event()
        self.run(self.live({"type": "lifespan"}, self._messages.get, self._note))
        self._tell("lifespan.startup")
        assert self._is_up.wait(60)

    async def _note(self, message: dict[str, Any]) -> None:
        (self._is_up if message["type"].endswith("startup.complete") else self._is_down).set()

    def _tell(self, kind: str) -> None:
        self.loop.call_soon_threadsafe(self._messages.put_nowait, {"type": kind})

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop)

    def ask(self, query: str = "", *, session: str = "", path: str = "/live", **headers: str) -> Tab:
        given = {"host": "127.0.0.1:8001", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if session:
            given["cookie"] = f"theme=dark; kizuna_session={session}"
        return Tab(self, given, query, path)

    def open(self, user: User, query: str) -> Tab:
        tab = self.ask(query, session=session_of(user))
        until(lambda: tab.said("at"))
        return tab

    def stop(self) -> None:
        self._tell("lifespan.shutdown")
        assert self._is_down.wait(60)

    def close(self) -> None:
        if not self._is_down.is_set():
            self.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Looks into the log only when woken, so that a lost wake-up fails a test; forgets who left at once."""
    monkeypatch.setattr(hub, "LOOK_SECONDS", 60.0)
    monkeypatch.setattr(hub, "LINGER", 0.0)
    server = Server()
    yield server
    server.close()


def retitle(book: Book, title: str, actor: User) -> None:
    book.refresh_from_db()
    records.update(actor=actor, record=book, changes={"title": title}, version=book.version)


def test_a_commit_reaches_the_page_without_anybody_polling(
    server: Server, shelve: Callable[..., Book], haruto: User, sora: User
) -> None:
    book = shelve("Kokoro")
    tab = server.open(sora, f"rows=book:{book.pk}")
    assert (tab.status, tab.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    retitle(book, "Kokoro, again", haruto)
    assert until(lambda: tab.said("change")) == [{"changed": {"book": [book.pk]}}]


def test_a_lost_wake_up_costs_seconds_and_not_the_message(
    shelve: Callable[..., Book], haruto: User, sora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(handlers, "wake", lambda: None)
    server = Server()
    try:
        book = shelve("Kokoro")
        tab = server.open(sora, f"rows=book:{book.pk}")
        retitle(book, "Kokoro, again", haruto)
        until(lambda: tab.said("change"))
    finally:
        server.close()


def test_who_may_not_read_is_refused(server: Server, sora: User) -> None:
    session = session_of(sora)
    refused = {
        401: server.ask("list=book"),
        403: server.ask("list=book", session=session, origin="https://evil.example"),
        404: server.ask("list=book", session=session, path="/other"),
        400: server.ask("rows=book:1;drop", session=session),
    }
    strangers = [
        server.ask("list=book", session=session, sec_fetch_site="cross-site"),
        server.ask("list=book", session=session, host="rebound.example"),
        server.ask("list=book", session="forged"),
    ]
    for status, tab in refused.items():
        until(tab.has_ended)
        assert tab.status == status
    for tab in strangers:
        until(tab.has_ended)
        assert tab.status in (400, 401, 403)
    assert not any(tab.text for tab in [*refused.values(), *strangers])


def test_our_own_pages_may_read_from_their_port(server: Server, sora: User) -> None:
    tab = server.ask("list=book", session=session_of(sora), origin="http://127.0.0.1:8000")
    until(lambda: tab.said("at"))
    assert tab.headers["access-control-allow-origin"] == "http://127.0.0.1:8000"
    assert tab.headers["access-control-allow-credentials"] == "true"


def test_one_person_cannot_take_all_the_room(server: Server, sora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "MOST_PER_PERSON", 2)
    tabs = [server.open(sora, "list=book") for _number in range(2)]
    third = server.ask("list=book", session=session_of(sora))
    until(lambda: third.is_over)
    assert third.status == 429
    tabs[0].leave()
    until(lambda: tabs[0].is_over)
    server.open(sora, "list=book")


def test_whoever_leaves_the_company_stops_hearing_at_once(
    server: Server, alice: User, sora: User, shelve: Callable[..., Book]
) -> None:
    tab = server.open(sora, "list=book")
    rights.deactivate_user(actor=alice, user=sora)
    until(lambda: tab.is_over)
    shelve("Kokoro")
    assert tab.said("change") == []


def test_signing_out_ends_the_streams_of_that_session(server: Server, sora: User) -> None:
    client = Client()
    client.force_login(sora)
    tab = server.ask("list=book", session=client.session.session_key or "")
    until(lambda: tab.said("at"))
    client.post("/accounts/sign-out/")
    until(lambda: tab.is_over)


def test_people_with_one_record_open_see_each_other_come_edit_and_go(
    server: Server, shelve: Callable[..., Book], haruto: User, sora: User, carol: User
) -> None:
    book = shelve("Kokoro")
    hers = server.open(sora, f"record=book:{book.pk}")
    stranger = server.open(carol, f"record=book:{book.pk}")
    his = server.open(haruto, f"record=book:{book.pk}")
    until(lambda: hers.said("people") == [[{"name": "Haruto", "editing": False}]])
    assert until(lambda: his.said("people")) == [[{"name": "Sora", "editing": False}]]
    editing = server.open(haruto, f"record=book:{book.pk}&editing=1")
    his.leave()
    until(lambda: hers.said("people")[-1] == [{"name": "Haruto", "editing": True}])
    editing.leave()
    until(lambda: hers.said("people")[-1] == [])
    assert stranger.said("people") == []


def test_a_slow_reader_gets_everything_as_one_and_is_let_go_when_it_never_reads(
    server: Server, shelve: Callable[..., Book], haruto: User, sora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = shelve("Kokoro")
    slow, quick = server.open(sora, f"rows=book:{book.pk}&list=book"), server.open(sora, "list=book")
    slow.reads.clear()
    new = [shelve(f"Volume {number}").pk for number in range(12)]
    retitle(book, "Kokoro, again", haruto)
    until(lambda: sum(len(said["new"]["book"]) for said in quick.said("change")) == 12)
    slow.reads.set()
    until(lambda: sorted(one for said in slow.said("change") for one in said.get("new", {}).get("book", ())) == new)
    assert len(slow.said("change")) <= 3, "one message was on its way, the rest waited as one"
    monkeypatch.setattr(application, "SEND_SECONDS", 0.05)
    slow.reads.clear()
    shelve("Another"), shelve("And another")
    until(lambda: slow.is_over)


def test_a_database_that_is_away_for_a_while_costs_no_message(
    server: Server, shelve: Callable[..., Book], haruto: User, sora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = shelve("Kokoro")
    tab = server.open(sora, f"rows=book:{book.pk}")
    attempts: list[int] = []
    turn = Desk.turn

    def away(desk: Desk, *arguments: Any, **options: Any) -> Any:
        attempts.append(1)
        if len(attempts) < 3:
            raise OperationalError("the server closed the connection")
        return turn(desk, *arguments, **options)

    monkeypatch.setattr(Desk, "turn", away)
    retitle(book, "Kokoro, again", haruto)
    assert until(lambda: tab.said("change")) == [{"changed": {"book": [book.pk]}}]
    assert not tab.is_over


def test_a_stop_ends_every_stream(server: Server, sora: User) -> None:
    tabs = [server.open(sora, "list=book") for _number in range(3)]
    server.stop()
    until(lambda: all(tab.is_over for tab in tabs))
    late = server.ask("list=book", session=session_of(sora))
    until(lambda: late.is_over)
    assert late.status == 503
