"""What a file is stands in its bytes; whoever lies about it is found out."""

from __future__ import annotations

import io
import zipfile

import pytest

from kizuna.base.files import kinds
from kizuna.base.files.tests.conftest import image, pdf


def packed(*entries: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return target.getvalue()


WORD = packed(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>"))
SHEET = packed(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<w/>"))
WRITER = packed(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<c/>"))


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (image("PNG"), "photo.pdf", "image/png"),
        (image("JPEG"), "x", "image/jpeg"),
        (image("GIF"), "x.jpg", "image/gif"),
        (image("WEBP"), "x.webp", "image/webp"),
        (image("BMP"), "x.bmp", "image/bmp"),
        (image("TIFF"), "x.tif", "image/tiff"),
        (pdf(), "picture.png", "application/pdf"),
        (WORD, "offer.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (SHEET, "offer.docx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (WRITER, "letter.odt", "application/vnd.oasis.opendocument.text"),
        (packed(("a.txt", b"a")), "letter.docx", "application/zip"),
        (b"PK\x03\x04 cut off", "letter.docx", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 80, "old.doc", "application/x-ole-storage"),
        (b"MZ\x90\0\x03", "invoice.pdf", "application/x-executable"),
        (b"\x7fELF\x02\x01", "photo.jpg", "application/x-executable"),
        (b"#!/bin/sh\nrm -r /", "notes.txt", "text/x-script"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "photo.png", "text/html"),
        (b"  \n<!-- hello -->\n<ScRiPt>alert(1)</sCrIpT>", "a.csv", "text/html"),
        (b"\xff\xfe" + "<html><script>".encode("utf-16-le"), "a.txt", "text/html"),
        (b"\xef\xbb\xbf<svg onload=alert(1)>", "logo.png", "image/svg+xml"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg xmlns="x"/>', "logo.txt", "image/svg+xml"),
        (b'<?xml version="1.0"?><x:html xmlns:x="http://www.w3.org/1999/xhtml"/>', "a.xml", "application/xml"),
        (b'<?xml version="1.0"?><note/>', "note.xml", "application/xml"),
        ("お客様名,電話\n田中,03".encode("cp932"), "list.csv", "text/csv"),
        (b"Called, wants a roof.", "notes.txt", "text/plain"),
        (b"alert(1)", "run.js", "text/plain"),
        (bytes(range(32)) * 4, "photo.png", "application/octet-stream"),
        (b"\0\0\0\x18ftypheic\0\0", "photo.heic", "image/heic"),
    ],
)
def test_the_bytes_decide(content: bytes, name: str, expected: str) -> None:
    assert kinds.kind_of(io.BytesIO(content), name).type == expected


@pytest.mark.parametrize(
    ("content", "name", "is_true"),
    [
        (image("PNG"), "photo.png", True),
        (image("PNG"), "photo.pdf", False),
        (image("JPEG"), "photo", True),
        (image("JPEG"), "photo.2026", True),
        (b"MZ\x90\0", "invoice.pdf", False),
        (b"MZ\x90\0", "setup.exe", True),
        (b"<html>", "photo.png", False),
        (b"<html>", "page.html", True),
    ],
)
def test_a_name_that_lies_is_known(content: bytes, name: str, is_true: bool) -> None:
    assert kinds.kind_of(io.BytesIO(content), name).fits(name) is is_true


@pytest.mark.parametrize("content", [b"<html>", b"<svg>", b"<?xml?><a/>"])
def test_what_a_browser_would_run_is_marked(content: bytes) -> None:
    kind = kinds.kind_of(io.BytesIO(content))
    assert kind.is_active
    assert not kind.drawn


def test_only_kinds_that_can_be_drawn_have_previews() -> None:
    drawn = {kind.type for kind in kinds.KINDS.values() if kind.drawn}
    images = {f"image/{name}" for name in ("avif", "bmp", "gif", "jpeg", "png", "tiff", "webp")}
    assert drawn == {"application/pdf", *images}


def test_a_type_that_is_no_longer_known_is_a_plain_file() -> None:
    assert kinds.by_type("image/from-the-past") is kinds.UNKNOWN


@pytest.mark.parametrize("content", [b"", b"\0", b"P", b"%PD", b"<", b"\xff\xfe\x00"])
def test_stumps_of_files_are_no_trouble(content: bytes) -> None:
    assert kinds.kind_of(io.BytesIO(content)).type
