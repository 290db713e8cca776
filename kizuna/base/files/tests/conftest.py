"""Files to attach, made here, and a folder that only one test has."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from kizuna.base.files import services as files
from kizuna.base.files.models import Attachment
from kizuna.base.identity.models import User
from kizuna.base.testing.library.models import Book

Attach = Callable[..., Attachment]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def stored() -> Callable[[], list[str]]:
    """What lies in the storage, by name."""

    def walk(place: str = "") -> list[str]:
        try:
            folders, names = default_storage.listdir(place)
        except FileNotFoundError:
            return []
        inner = [name for folder in folders for name in walk(f"{place}/{folder}" if place else folder)]
        return sorted([f"{place}/{name}" if place else name for name in names] + inner)

    return walk


@pytest.fixture
def attach(haruto: User, kokoro: Book) -> Attach:
    """Haruto puts a file on Kokoro: `attach(b"…", "notes.txt", by=sora)`."""

    def put(
        content: bytes = b"Read until page 12.", name: str = "notes.txt", *, by: User | None = None, to: Any = None
    ):
        return files.attach(actor=by or haruto, record=to or kokoro, name=name, file=io.BytesIO(content))

    return put


def image(form: str = "PNG", size: tuple[int, int] = (400, 300), mode: str = "RGB", **more: Any) -> bytes:
    """A picture of one colour."""
    target = io.BytesIO()
    Image.new(mode, size, "teal" if mode != "1" else 1).save(target, form, **more)
    return target.getvalue()


def pdf(pages: int = 2) -> bytes:
    target = io.BytesIO()
    first, *rest = [Image.new("RGB", (200, 283), "white") for _ in range(pages)]
    first.save(target, "PDF", save_all=True, append_images=rest)
    return target.getvalue()
