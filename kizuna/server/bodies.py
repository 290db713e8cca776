"""Request bodies that end too early are errors, whatever the server in front makes of them: half a file is no file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


class WholeBody:
    """A body of a known length. Reading past where it was cut off raises OSError, which Django knows how to answer."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream, self._left = stream, length

    def read(self, size: int = -1) -> bytes:
        return self._counted(self._stream.read(size), size)

    def readline(self, size: int = -1) -> bytes:
        return self._counted(self._stream.readline(size), size)

    def _counted(self, piece: bytes, size: int) -> bytes:
        self._left -= len(piece)
        if self._left > 0 and size != 0 and not piece:
            raise OSError("The request ended before its body did.")
        return piece


def whole_bodies(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """A WSGI application that sees to it."""

    def run(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isascii() and length.isdigit():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return run
