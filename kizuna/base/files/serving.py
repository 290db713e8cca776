"""Files on their way out: originals are only ever downloads, and only pictures that Kizuna drew are shown."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from kizuna.base.files import kinds, names
from kizuna.base.files.models import Attachment
from kizuna.base.files.services import storage
from kizuna.base.types.errors import Missing

AT_ONCE = 4 * 1024 * 1024
"""What is not larger is handed to the server whole: a thread does not wait for a slow line then."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
"""Never run, never guessed at, never lent to other sites; kept by the browser but asked for again, because the right to
see a file may end at any moment."""


def download(request: HttpRequest, file: Attachment) -> HttpResponseBase:
    """The file as it was given, or the part of it that was asked for. The caller has checked who asks."""
    kind = kinds.by_type(file.content_type)
    headers = _SAFE | {
        "Content-Disposition": names.disposition(file.name),
        "Content-Type": kinds.UNKNOWN.type if kind.is_active else kind.type,
        "Accept-Ranges": "bytes",
        "ETag": f'"{file.sha256}"',
    }
    return _answer(request, file.key, file.size, headers)


def picture(request: HttpRequest, file: Attachment, number: int) -> HttpResponseBase:
    """A page as Kizuna drew it; 0 is the small picture. Raises Missing."""
    if not file.pictures or number > file.pictures:
        raise Missing()
    headers = _SAFE | {"Content-Type": "image/webp", "ETag": f'"{file.sha256[:32]}-{number}"'}
    name = storage.picture_key(file.key, number)
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponse(status=304, headers=headers)
    with storage.open_file(name) as content:
        return HttpResponse(content.read(), headers=headers)


def _answer(request: HttpRequest, name: str, size: int, headers: dict[str, str]) -> HttpResponseBase:
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponse(status=304, headers=headers)
    start, end, status = 0, size, 200
    wanted = _wanted(request, size, headers["ETag"])
    if wanted is not None:
        start, end = wanted
        status = 206 if start < end else 416
        headers = headers | {"Content-Range": f"bytes {start}-{end - 1}/{size}" if status == 206 else f"bytes */{size}"}
    if status == 416:
        return HttpResponse(status=416, headers=headers)
    headers = headers | {"Content-Length": str(end - start)}
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    pieces = storage.pieces(name, start, end)
    if end - start <= AT_ONCE:
        return HttpResponse(b"".join(pieces), status=status, headers=headers)
    return StreamingHttpResponse(pieces, status=status, headers=headers)


def _wanted(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The one part that was asked for, from and up to; an empty one cannot be given. None stands for all of it."""
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if match is None or request.headers.get("If-Range", etag) != etag or match[1] == match[2] == "":
        return None
    if not match[1]:
        return max(size - int(match[2]), 0), size
    start = int(match[1])
    end = min(int(match[2]) + 1, size) if match[2] else size
    return (start, end) if start < end else (0, 0)
