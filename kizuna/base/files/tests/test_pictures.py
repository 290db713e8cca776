"""Pictures are drawn in a process of its own; what is meant to harm it harms nothing but itself."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from kizuna.base.files.models import Attachment, Preview
from kizuna.base.files.services import storage
from kizuna.base.files.tests.conftest import Attach, image, pdf
from kizuna.base.jobs import run_waiting

pytestmark = pytest.mark.django_db


def drawn(file: Attachment) -> Attachment:
    run_waiting()
    file.refresh_from_db()
    return file


def shown(file: Attachment, number: int) -> Image.Image:
    with storage.open_file(storage.picture_key(file.key, number)) as stored:
        return Image.open(io.BytesIO(stored.read()))


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few bytes that says it is 50,000 pixels wide and high."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_an_image_gets_a_small_picture_and_a_large_one(attach: Attach) -> None:
    file = drawn(attach(image("PNG", (3000, 1500)), "photo.png"))
    assert (file.preview, file.pictures, file.pages) == (Preview.MADE, 1, 1)
    assert shown(file, 0).size == (96, 96)
    assert shown(file, 1).size == (1600, 800)


@pytest.mark.once
def test_a_photo_is_turned_as_the_camera_was_held_and_says_nothing_of_where_it_was_taken(attach: Attach) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    exif[0x8825] = {1: "N", 2: (35.0, 41.0, 0.0)}
    file = drawn(attach(image("JPEG", (400, 300), exif=exif), "photo.jpg"))
    picture = shown(file, 1)
    assert picture.size == (300, 400)
    assert not picture.getexif()


@pytest.mark.once
@pytest.mark.parametrize("form", ["GIF", "WEBP", "BMP", "TIFF", "AVIF"])
@pytest.mark.parametrize("mode", ["RGB", "1", "L"])
def test_every_kind_of_image_is_drawn(attach: Attach, form: str, mode: str) -> None:
    if (form, mode) in {("AVIF", "1"), ("WEBP", "1")}:
        return  # there is no such thing
    assert drawn(attach(image(form, mode=mode), "photo")).pictures == 1


@pytest.mark.once
def test_a_transparent_picture_stays_transparent(attach: Attach) -> None:
    target = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(target, "PNG")
    assert shown(drawn(attach(target.getvalue(), "logo.png")), 1).getpixel((5, 5))[3] == 0


@pytest.mark.once
def test_the_first_ten_pages_of_a_pdf_are_drawn(attach: Attach) -> None:
    file = drawn(attach(pdf(12), "offer.pdf"))
    assert (file.pictures, file.pages) == (10, 12)
    assert shown(file, 10).height == 1132


@pytest.mark.once
@pytest.mark.parametrize(
    "content",
    [bomb(), image("PNG")[:60], b"%PDF-1.7 nothing", b"GIF89a" + b"\xff" * 20, b"II*\0" + b"\xff" * 40],
    ids=["bomb", "half", "no PDF", "no GIF", "no TIFF"],
)
def test_what_cannot_be_drawn_is_kept_without_a_preview(attach: Attach, content: bytes, stored: Callable) -> None:
    file = drawn(attach(content, "photo.png"))
    assert (file.preview, file.pictures) == (Preview.FAILED, 0)
    assert stored() == [file.key]


@pytest.mark.once
def test_a_file_that_takes_too_long_is_given_up(attach: Attach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kizuna.base.files.pictures.MOST_SECONDS", 0.001)
    assert drawn(attach(image(), "photo.png")).preview == Preview.FAILED


@pytest.mark.once
@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b"MZ\x90\0"])
def test_what_a_browser_or_a_system_would_run_is_never_drawn(attach: Attach, content: bytes) -> None:
    assert drawn(attach(content, "photo.png")).preview == Preview.NONE


def test_drawing_twice_draws_once(attach: Attach, stored: Callable) -> None:
    file = drawn(attach(image(), "photo.png"))
    from kizuna.base.files import services as files

    assert files.make_pictures(file_id=file.pk) == 0
    assert len(stored()) == 3
