"""Pictures of a file, made by a child process that is thrown away (see `services/drawing.py`)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from kizuna.base.files.services import drawing, storage

MOST_SECONDS = 30


class Undrawable(Exception):
    """The file is damaged, too large when unpacked, or not what its first bytes promise."""


@dataclass(frozen=True)
class Drawn:
    """How many pages are drawn, and how many there are."""

    pictures: int
    pages: int


def draw(key: str, how: str) -> Drawn:
    """Draw the pages of a stored file and keep them beside it. Raises Undrawable."""
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        source = Path(folder) / "source"
        with source.open("wb") as copy, storage.open_file(key) as original:
            _copy(original, copy)
        pages = _run(how, source, Path(folder))
        found = sorted(Path(folder).glob("*.webp"), key=lambda path: int(path.stem))
        for picture in found:
            with picture.open("rb") as content:
                storage.replace(storage.picture_key(key, int(picture.stem)), content)
    return Drawn(pictures=len(found) - 1, pages=pages)


def _copy(original: BinaryIO, copy: BinaryIO) -> None:
    while piece := original.read(storage.PIECE):
        copy.write(piece)


def _run(how: str, source: Path, folder: Path) -> int:
    command = [sys.executable, "-I", drawing.__file__, how, str(source), str(folder)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and paths that we made
            command, cwd=folder, env={}, stdin=subprocess.DEVNULL, capture_output=True, timeout=MOST_SECONDS, check=True
        )
        return int(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise Undrawable("It took too long.") from error
    except (subprocess.CalledProcessError, ValueError) as error:
        said = getattr(error, "stderr", b"") or b""
        raise Undrawable(said.decode("utf-8", "replace").strip()[-200:]) from error
