"""Files on their way out: always downloads, never run, in parts when asked, and asked for again each time."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from kizuna.base.files import serving
from kizuna.base.files.tests.conftest import Attach, image
from kizuna.base.jobs import run_waiting
from kizuna.base.types.errors import Missing

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TEXT = b"Read until page 12."


def got(rf: RequestFactory, file: Any, method: str = "get", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return serving.download(getattr(rf, method)("/x", headers=named), file)


def test_a_download_is_never_shown_and_never_guessed_at(attach: Attach, rf: RequestFactory) -> None:
    answer = got(rf, attach())
    assert b"".join(answer) == TEXT
    assert answer["Content-Disposition"] == "attachment; filename=\"notes.txt\"; filename*=UTF-8''notes.txt"
    assert answer["Content-Type"] == "text/plain"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("content", [b"<html><script>", b"<svg onload=x>", b"<?xml version='1.0'?><a/>"])
def test_what_a_browser_would_run_goes_out_as_plain_bytes(attach: Attach, rf: RequestFactory, content: bytes) -> None:
    answer = got(rf, attach(content, "page.html"))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("wanted", "status", "part", "told"),
    [
        ("bytes=0-3", 206, b"Read", "bytes 0-3/19"),
        ("bytes=5-", 206, b"until page 12.", "bytes 5-18/19"),
        ("bytes=-3", 206, b"12.", "bytes 16-18/19"),
        ("bytes=15-900", 206, b" 12.", "bytes 15-18/19"),
        ("bytes=-900", 206, TEXT, "bytes 0-18/19"),
        ("bytes=19-", 416, b"", "bytes */19"),
        ("bytes=-0", 416, b"", "bytes */19"),
        ("bytes=3-1", 416, b"", "bytes */19"),
        ("bytes=0-1,3-4", 200, TEXT, ""),
        ("lines=1-2", 200, TEXT, ""),
        ("bytes=-", 200, TEXT, ""),
    ],
)
def test_a_part_is_given_when_it_is_asked_for(
    attach: Attach, rf: RequestFactory, wanted: str, status: int, part: bytes, told: str
) -> None:
    answer = got(rf, attach(), range=wanted)
    assert (answer.status_code, b"".join(answer), answer.get("Content-Range", "")) == (status, part, told)


def test_a_part_of_another_file_is_not_mixed_in(attach: Attach, rf: RequestFactory) -> None:
    assert got(rf, attach(), range="bytes=0-3", if_range='"another"').status_code == 200


def test_a_large_file_is_streamed_piece_by_piece(
    attach: Attach, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "AT_ONCE", 10)
    answer = got(rf, attach())
    assert answer.streaming
    assert (b"".join(answer), answer["Content-Length"]) == (TEXT, "19")


def test_what_the_browser_has_is_not_sent_again_but_asked_for(attach: Attach, rf: RequestFactory) -> None:
    file = attach(image(), "photo.png")
    run_waiting()
    file.refresh_from_db()
    tag = got(rf, file)["ETag"]
    assert got(rf, file, if_none_match=tag).status_code == 304
    picture = serving.picture(rf.get("/x"), file, 0)
    assert picture["Content-Type"] == "image/webp"
    again = serving.picture(rf.get("/x", headers={"if-none-match": picture["ETag"]}), file, 0)
    assert again.status_code == 304
    with pytest.raises(Missing):
        serving.picture(rf.get("/x"), file, 2)


def test_head_has_the_size_and_no_bytes(attach: Attach, rf: RequestFactory) -> None:
    answer = got(rf, attach(), "head")
    assert (answer["Content-Length"], b"".join(answer)) == ("19", b"")
