"""The ASGI application: GET /live is the stream of one page, as server-sent events."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings

from kizuna.base.live.addresses import PATH, is_ours, may_read
from kizuna.base.live.hub import Hub, Refused
from kizuna.base.live.streams import Stream
from kizuna.base.live.watching import Unclear, Watch

BEAT_SECONDS = 20.0
"""A line at least this often, so that proxies keep the connection and a client knows how far it has come."""
SEND_SECONDS = 20.0
"""What a client gets to take a message; one that does not is let go, and comes back."""

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class Live:
    """`Live()` is the application; a server calls it for its lifetime and for each request."""

    def __init__(self) -> None:
        self.hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.hub = hub = Hub()
        hub.start()
        _end_at_stop(hub)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await hub.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            allowed = _check(scope, headers)
        except Refused as refusal:
            await _refuse(send, refusal.status, [])
            return
        try:
            stream = await self._join(scope, headers)
        except Refused as refusal:
            await _refuse(send, refusal.status, allowed)
            return
        assert self.hub
        try:
            await _serve(stream, receive, send, allowed)
        finally:
            self.hub.leave(stream)

    async def _join(self, scope: Scope, headers: dict[str, str]) -> Stream:
        key = _session_key(headers.get("cookie", ""))
        if not key or self.hub is None:
            raise Refused(401 if self.hub else 503)
        query = scope["query_string"].decode("latin-1")
        if "last-event-id" in headers:
            query = f"after={headers['last-event-id']}&{query}"
        try:
            watch = Watch.parse(query)
        except Unclear:
            raise Refused(400) from None
        return await self.hub.join(key, watch)


def _check(scope: Scope, headers: dict[str, str]) -> Headers:
    """Who may ask: GET, under a name of ours, from a page of ours. Returns the headers that let that page read."""
    host, origin = headers.get("host", ""), headers.get("origin")
    if not is_ours(host):
        raise Refused(400)
    if origin is not None and not may_read(origin, host):
        raise Refused(403)
    if origin is None and headers.get("sec-fetch-site", "none") == "cross-site":
        raise Refused(403)
    if scope["path"] != PATH or scope["method"] != "GET":
        raise Refused(404)
    if origin is None:
        return [(b"vary", b"origin")]
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin"),
    ]


def _session_key(cookies: str) -> str:
    try:
        found = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return found.value if found else ""


async def _refuse(send: Send, status: int, headers: Headers) -> None:
    own = [(b"content-type", b"text/plain"), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": own + headers})
    await send({"type": "http.response.body", "body": b""})


async def _serve(stream: Stream, receive: Receive, send: Send, headers: Headers) -> None:
    """Tell the page what its stream has to say until either end has enough."""
    own = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": own + headers})
    gone = asyncio.create_task(_gone(receive))
    gone.add_done_callback(lambda _task: stream.end())
    try:
        while not stream.is_over:
            async with asyncio.timeout(SEND_SECONDS):
                await send({"type": "http.response.body", "body": stream.take(), "more_body": True})
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_SECONDS):
                    await stream.ready.wait()
        if not gone.done():
            await send({"type": "http.response.body", "body": b""})
    except TimeoutError:
        return
    finally:
        gone.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def _end_at_stop(hub: Hub) -> None:
    """Servers wait for open answers before they end: at the first wish to stop, ours are over."""
    loop = asyncio.get_running_loop()

    def end(number: int) -> Callable[..., None]:
        before = signal.getsignal(number)

        def handle(*arguments: Any) -> None:
            loop.call_soon_threadsafe(hub.end_streams)
            if callable(before):
                before(*arguments)

        return handle

    with suppress(ValueError):  # not the main thread: whoever runs the loop there ends it
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end(number))
