"""Several servers: wake-ups and presence travel through a Redis or Valkey server (KIZUNA_LIVE_BROKER), if there is one.

Nothing that counts is in it. A wake-up that is lost costs seconds, because the log is read in any case; presence is
said again every few seconds. So a broker that dies and comes back makes nobody miss anything, or hear it twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

logger = logging.getLogger("kizuna.live")

PATIENCE = 0.25
"""Seconds that somebody who saved something waits for a broker, twice; then it is left alone for a while."""
REST_SECONDS = 5.0
RETRY_SECONDS = 2.0
BEAT_SECONDS = 10.0
"""How often presence is said again."""
SILENCE = 3 * BEAT_SECONDS
"""After so long without a word, our own included, a connection counts as broken."""
MOST_WAITING = 1_000
WAKE, PEOPLE = "wake", "people"

Message = dict[str, Any]


def channel(name: str) -> str:
    """One of our own: several sites may share a broker, and only who knows the secret key knows the name."""
    return f"kizuna:{salted_hmac('kizuna.live.broker', name).hexdigest()[:32]}"


class Knocker:
    """Wakes every live process, from any process. Calling it is True when the broker took it."""

    def __init__(self) -> None:
        self._url = ""
        self._client: Any = None
        self._rests_until = 0.0

    def __call__(self) -> bool:
        url = settings.LIVE_BROKER
        if not url or time.monotonic() < self._rests_until:
            return False
        try:
            self._connected(url).publish(channel(WAKE), "")
        except Exception as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            logger.warning("The broker does not answer (%s); live processes are woken without it", error)
            return False
        return True

    def _connected(self, url: str) -> Any:
        if self._client is None or self._url != url:
            import redis
            from redis.backoff import NoBackoff
            from redis.retry import Retry

            wait = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
            self._client = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 1), **wait)
            self._url = url
        return self._client


knock = Knocker()


class Exchange:
    """A live process at the broker: `run()` until cancelled; `woken` for each wake-up, `heard` for what others say,
    `opened` whenever the connection stands anew."""

    def __init__(
        self, url: str, *, woken: Callable[[], None], heard: Callable[[Message], None], opened: Callable[[], None]
    ) -> None:
        self.url = url
        self.is_open = False
        self._woken, self._heard, self._opened = woken, heard, opened
        self._waiting: asyncio.Queue[Message] = asyncio.Queue(MOST_WAITING)

    def tell(self, message: Message) -> None:
        """Say something to the other processes; what cannot be said now is said with the next beat."""
        if self.is_open and not self._waiting.full():
            self._waiting.put_nowait(message)

    async def run(self) -> None:
        is_known = False
        while True:
            try:
                await self._follow()
            except Exception as error:
                is_known = is_known and not self.is_open
                if not is_known:
                    reasons = error.exceptions if isinstance(error, ExceptionGroup) else [error]
                    logger.warning("The broker does not answer (%s); the log is read every few seconds", reasons[0])
                is_known = True
            self.is_open = False
            self._woken()  # from now on the log is read more often
            await asyncio.sleep(RETRY_SECONDS)

    async def leave(self, message: Message) -> None:
        """The last word, if it can be said at once."""
        if not self.is_open:
            return
        self.tell(message)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._waiting.join()

    async def _follow(self) -> None:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        # A connection that breaks is seen here, and never mended in silence: what came meanwhile has to be read.
        client = Redis.from_url(self.url, socket_connect_timeout=RETRY_SECONDS, retry=Retry(NoBackoff(), 0))
        async with client, client.pubsub() as listener, asyncio.TaskGroup() as tasks:
            await listener.subscribe(channel(WAKE), channel(PEOPLE))
            self._waiting = asyncio.Queue(MOST_WAITING)
            self.is_open = True
            self._opened()
            self._woken()  # what happened while nobody listened
            tasks.create_task(self._say(client))
            tasks.create_task(self._listen(listener))

    async def _say(self, client: Any) -> None:
        while True:
            text = json.dumps(await self._waiting.get(), ensure_ascii=False)
            async with asyncio.timeout(SILENCE):
                await client.publish(channel(PEOPLE), text)
            self._waiting.task_done()

    async def _listen(self, listener: Any) -> None:
        people = channel(PEOPLE).encode()
        while True:
            async with asyncio.timeout(SILENCE):
                said = await listener.get_message(ignore_subscribe_messages=True, timeout=None)
            if said is None:
                continue
            if said["channel"] != people:
                self._woken()
            elif isinstance(found := _parsed(said["data"]), dict):
                self._heard(found)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None
