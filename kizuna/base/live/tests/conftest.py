"""Open pages without a network: a desk, and streams that people have there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kizuna.base.identity.models import User
from kizuna.base.live.desk import Asked, Desk, Turn
from kizuna.base.live.streams import Change, Stream
from kizuna.base.live.watching import Watch
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book


def session_of(user: User) -> str:
    """The session of somebody who has just signed in."""
    client = Client()
    client.force_login(user)
    return client.session.session_key or ""


class Office:
    """A desk with the pages that are open, and what each of them heard since it was asked last."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.streams: list[Stream] = []
        self.heard: dict[Stream, Change] = {}

    def open(self, user: User, query: str, *, session: str = "") -> Stream:
        """Somebody opens a page that watches what `query` says."""
        asked = Asked(session or session_of(user), Watch.parse(query))
        turn = self.turn([asked])
        stream = turn.admitted[0]
        assert stream is not None
        self.streams.append(stream)
        return stream

    def close(self, stream: Stream) -> str:
        """The page goes; returns the place in the log that it comes back with."""
        self.streams.remove(stream)
        return str(stream.place)

    def turn(self, asked: list[Asked] | None = None, *, look_again: bool = False) -> Turn:
        turn = self.desk.turn(self.streams, asked or [], look_again=look_again)
        for stream, change in turn.changes:
            stream.tell(change)
            self.heard.setdefault(stream, Change()).add(change)
        for stream in [*self.streams, *filter(None, turn.admitted)]:
            stream.place = turn.place
        if turn.users is not None:
            for stream in self.streams:
                stream.user = turn.users.get(stream.session_key, stream.user)
        return turn

    def said(self, stream: Stream) -> dict[str, Any]:
        """What the page hears now, as the browser gets it; then it is forgotten."""
        self.turn()
        return self.heard.pop(stream, Change()).message()


@pytest.fixture
def office(db: None) -> Callable[[], Office]:
    return Office


@pytest.fixture
def desk(office: Callable[[], Office]) -> Office:
    found = office()
    found.turn()
    return found


@pytest.fixture
def shelve(haruto: User) -> Callable[..., Book]:
    """Put a book of Haruto's on the shelf: `shelve("Kokoro")`."""

    def put(title: str) -> Book:
        values = {"title": title, "owner": haruto.pk}
        return records.create(actor=haruto, resource=registry.get("book"), values=values)  # type: ignore[return-value]

    return put
