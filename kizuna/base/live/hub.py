"""The open streams of this process, told of what happens: one reader of the log, however many pages are open."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connections

from kizuna.base.live import broker, presence, waking
from kizuna.base.live.desk import TROUBLE, Asked, Desk, Turn
from kizuna.base.live.presence import Elsewhere, Guest
from kizuna.base.live.streams import Stream
from kizuna.base.live.watching import Record, Watch
from kizuna.base.resources import editions

logger = logging.getLogger("kizuna.live")

LOOK_SECONDS = 3.0
"""How often the log is read although nothing woke the process; per process, not per page."""
CALM_SECONDS = 15.0
"""The same while the broker answers, which loses nothing."""
SESSIONS_SECONDS = 20.0
LONGEST_TROUBLE = 10.0
LINGER = 2.0
"""Seconds after which somebody who closed a page is no longer shown: less than a reload takes, more than a click."""
STOP_SECONDS = 2.0
MOST_STREAMS = 2_000
MOST_PER_PERSON = 30


class Refused(Exception):
    """Nobody is let in: `status` says why, in HTTP's words."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Hub:
    """`start()` in a running event loop, `join()` for each page, `leave()` when it is gone, `stop()` at the end."""

    def __init__(self, desk: Desk | None = None, *, listen: Callable[..., Any] = waking.listen) -> None:
        self.desk = desk or Desk()
        self.streams: set[Stream] = set()
        self._waiting: list[tuple[Asked, asyncio.Future[Stream]]] = []
        self._thread = ThreadPoolExecutor(1, "live")
        self._awake = asyncio.Event()
        self._listen = listen
        self.name = token_hex(8)
        self._elsewhere = Elsewhere()
        self._exchange = self._broker(settings.LIVE_BROKER) if settings.LIVE_BROKER else None
        self._tasks: list[asyncio.Task[None]] = []
        self._looked_at = time.monotonic()
        self.is_stopping = False

    # ── pages ──

    async def join(self, session_key: str, watch: Watch) -> Stream:
        """Let a page in once the log was read up to now. Raises Refused: 401, 429 (too many), 503 (no database)."""
        if self.is_stopping or len(self.streams) + len(self._waiting) >= MOST_STREAMS:
            raise Refused(503)
        let_in: asyncio.Future[Stream] = asyncio.get_running_loop().create_future()
        self._waiting.append((Asked(session_key, watch), let_in))
        self._awake.set()
        return await let_in

    def leave(self, stream: Stream) -> None:
        self.streams.discard(stream)
        if stream.watch.record and not self.is_stopping:
            asyncio.get_running_loop().call_later(LINGER, self._present, stream.watch.record)

    # ── people ──

    def _present(self, record: Record) -> None:
        """Somebody came, went, or began to edit: tell the pages of the record, here and on other servers."""
        self._show_people(record)
        if self._exchange:
            self._exchange.tell(presence.said(self.name, {record: self._guests(record)}))

    def _show_people(self, record: Record) -> None:
        """Tell every page of a record who else has it open, each colleague once, those who edit first."""
        people = presence.together(self._guests(record), self._elsewhere.guests(record)).values()
        for stream in self._at(record):
            others = [one for one in people if one.user_id != stream.user.pk]
            ordered = sorted(others, key=lambda one: (not one.is_editing, one.name))
            stream.show_people([{"name": one.name, "editing": one.is_editing} for one in ordered])

    def _at(self, record: Record) -> list[Stream]:
        return [stream for stream in self.streams if stream.watch.record == record and stream.has_record]

    def _guests(self, record: Record) -> list[Guest]:
        """Who has it open at this process."""
        here = [Guest(one.user.pk, one.user.name, one.watch.is_editing) for one in self._at(record)]
        return list(presence.together(here).values())

    # ── other servers ──

    def _broker(self, url: str) -> broker.Exchange:
        return broker.Exchange(url, woken=self._awake.set, heard=self._hear, opened=self._greet)

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("from") == self.name:
            return
        if "hello" in message:
            self._say_all()
        for record in self._elsewhere.hear(message):
            self._show_people(record)

    def _greet(self) -> None:
        if self._exchange:
            self._exchange.tell({"from": self.name, "hello": True})
            self._say_all()

    def _say_all(self) -> None:
        """Who is here, said whole: to who is new, and now and then to everybody. Also proves that the line stands."""
        records = {stream.watch.record for stream in self.streams if stream.watch.record and stream.has_record}
        if self._exchange:
            here = {record: self._guests(record) for record in records}
            self._exchange.tell(presence.said(self.name, here, is_whole=True))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(broker.BEAT_SECONDS)
            self._say_all()
            for record in self._elsewhere.forget_silent(broker.SILENCE):
                self._show_people(record)

    # ── turns ──

    def start(self) -> None:
        work = [self._listen(self._awake.set), self._run()]
        if self._exchange:
            work += [self._exchange.run(), self._beat()]
        self._tasks = [asyncio.create_task(one) for one in work]

    def end_streams(self) -> None:
        """Let every page go; they come back to the next process. Callable from a signal handler by way of the loop."""
        self.is_stopping = True
        for stream in self.streams:
            stream.end()

    async def stop(self) -> None:
        self.end_streams()
        if self._exchange:
            await self._exchange.leave({"from": self.name, "bye": True})
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        for _asked, let_in in self._waiting:
            let_in.set_exception(Refused(503))
        await asyncio.get_running_loop().run_in_executor(self._thread, connections.close_all)
        self._thread.shutdown()

    async def _run(self) -> None:
        trouble = 0.0
        while not self.is_stopping:
            with suppress(TimeoutError):
                async with asyncio.timeout(CALM_SECONDS if self._exchange and self._exchange.is_open else LOOK_SECONDS):
                    await self._awake.wait()
            self._awake.clear()
            try:
                await self._turn()
                trouble = 0.0
            except TROUBLE as error:
                trouble = min(trouble * 2 or 0.5, LONGEST_TROUBLE)
                reason = str(error).partition("\n")[0]
                logger.warning("The database does not answer (%s); trying again in %.1f s", reason, trouble)
                await asyncio.sleep(trouble)
                self._awake.set()

    async def _turn(self) -> None:
        waiting, self._waiting = self._waiting, []
        look_again = time.monotonic() - self._looked_at > SESSIONS_SECONDS
        streams, asked = list(self.streams), [one for one, _let_in in waiting]
        loop = asyncio.get_running_loop()
        try:
            turn = await loop.run_in_executor(self._thread, self._work, streams, asked, look_again)
        except BaseException:
            for _asked, let_in in waiting:
                if not let_in.done():
                    let_in.set_exception(Refused(503))
            raise
        self._apply(turn, streams, [let_in for _asked, let_in in waiting])

    def _work(self, streams: list[Stream], asked: list[Asked], look_again: bool) -> Turn:
        close_old_connections()
        editions.look_again()
        try:
            return self.desk.turn(streams, asked, look_again=look_again)
        except TROUBLE:
            connections.close_all()
            raise

    def _apply(self, turn: Turn, streams: list[Stream], futures: list[asyncio.Future[Stream]]) -> None:
        for stream, let_in in zip(turn.admitted, futures, strict=True):
            self._answer(stream, let_in)
        if turn.users is not None:
            self._looked_at = time.monotonic()
            for stream in streams:
                self._renew(stream, turn.users)
        for stream in self.streams:
            stream.place = turn.place
        shown = set()
        for stream, change in turn.changes:
            stream.tell(change)
            if stream.watch.record and change.gone:
                shown.add(stream.watch.record)
        for record in shown:
            self._present(record)
        if turn.is_more:
            self._awake.set()

    def _renew(self, stream: Stream, users: dict[str, Any]) -> None:
        if stream.session_key in users:
            stream.user = users[stream.session_key]
        else:
            stream.end()

    def _answer(self, stream: Stream | None, let_in: asyncio.Future[Stream]) -> None:
        if let_in.done():  # whoever asked has gone
            return
        if stream is None:
            let_in.set_exception(Refused(401))
            return
        if sum(other.user.pk == stream.user.pk for other in self.streams) >= MOST_PER_PERSON:
            let_in.set_exception(Refused(429))
            return
        self.streams.add(stream)
        let_in.set_result(stream)
        if stream.watch.record:
            self._present(stream.watch.record)
