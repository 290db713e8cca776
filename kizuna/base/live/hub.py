"""The open streams of this process, told of what happens: one reader of the log, however many pages are open."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import close_old_connections, connections

from kizuna.base.live import waking
from kizuna.base.live.desk import TROUBLE, Asked, Desk, Turn
from kizuna.base.live.streams import Stream
from kizuna.base.live.watching import Record, Watch
from kizuna.base.resources import editions

logger = logging.getLogger("kizuna.live")

LOOK_SECONDS = 3.0
"""How often the log is read although nothing woke the process; per process, not per page."""
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
            asyncio.get_running_loop().call_later(LINGER, self._show_people, stream.watch.record)

    def _show_people(self, record: Record) -> None:
        """Tell every page of a record who else has it open, each colleague once, those who edit first."""
        here = [stream for stream in self.streams if stream.watch.record == record and stream.has_record]
        people: dict[int, dict[str, Any]] = {}
        for stream in here:
            one = people.setdefault(stream.user.pk, {"name": stream.user.name, "editing": False})
            one["editing"] = one["editing"] or stream.watch.is_editing
        for stream in here:
            others = [one for number, one in people.items() if number != stream.user.pk]
            stream.show_people(sorted(others, key=lambda one: (not one["editing"], one["name"])))

    # ── turns ──

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._listen(self._awake.set)), asyncio.create_task(self._run())]

    def end_streams(self) -> None:
        """Let every page go; they come back to the next process. Callable from a signal handler by way of the loop."""
        self.is_stopping = True
        for stream in self.streams:
            stream.end()

    async def stop(self) -> None:
        self.end_streams()
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
                async with asyncio.timeout(LOOK_SECONDS):
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
            self._show_people(record)
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
            self._show_people(stream.watch.record)
        editions.look_again()
