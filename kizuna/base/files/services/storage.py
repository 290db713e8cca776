"""Where the bytes lie: in the storage of the settings, private, under keys that say nothing and cannot be guessed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

FOLDER = "attachments"
PIECE = 256 * 1024


def new_key() -> str:
    return f"{FOLDER}/{timezone.now():%Y-%m}/{secrets.token_hex(16)}"


def picture_key(key: str, number: int) -> str:
    """Where picture `number` of a file lies: 0 is the small one, the pages follow."""
    return f"{key}.{number}.webp"


def owner_of(name: str) -> str:
    """The key of the file that a stored name belongs to."""
    folder, _slash, last = name.rpartition("/")
    return f"{folder}/{last.partition('.')[0]}"


def put(name: str, content: Any) -> None:
    """Store under a name that is not in use yet. An upload that lies on the disk already is moved, not copied."""
    default_storage.save(name, content if hasattr(content, "chunks") else File(content))


def replace(name: str, content: Any) -> None:
    default_storage.delete(name)
    put(name, content)


def remove(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)


def open_file(name: str) -> Any:
    return default_storage.open(name, "rb")


def pieces(name: str, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` up to, not including, `end`; a part of an object in S3 is asked for as a part."""
    bucket = getattr(default_storage, "bucket", None)
    if bucket is not None:
        place = default_storage._normalize_name(name)  # type: ignore[attr-defined] # django-storages has no public one
        found = bucket.Object(place).get(Range=f"bytes={start}-{end - 1}")
        yield from found["Body"].iter_chunks(PIECE)
        return
    with default_storage.open(name, "rb") as file:
        file.seek(start)
        left = end - start
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


def everything() -> Iterator[str]:
    """Every name stored below our folder, month by month."""
    try:
        months, _files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for month in sorted(months):
        _folders, names = default_storage.listdir(f"{FOLDER}/{month}")
        yield from (f"{FOLDER}/{month}/{name}" for name in names)


def stored_at(name: str) -> Any:
    return default_storage.get_modified_time(name)
