"""Uploads on their way in: to the disk, refused by what they say and what they are; of a half nothing is left."""

from __future__ import annotations

import gc
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.test import RequestFactory

from kizuna.base.files.receiving import is_refused
from kizuna.base.identity.models import User

MB = 1024 * 1024
BEFORE = b'--XX\r\nContent-Disposition: form-data; name="title"\r\n\r\nRoof\r\n'
FILE = b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
END = b"\r\n--XX--\r\n"


class Body(io.BytesIO):
    """What comes over the line; a line that is cut raises instead of ending."""

    def __init__(self, content: bytes, *, is_cut: bool = False) -> None:
        super().__init__(content)
        self.is_cut, self.taken = is_cut, 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.taken += len(piece)
        if not piece and self.is_cut and size:
            raise OSError("cut")
        return piece


@pytest.fixture
def send(haruto: User, rf: RequestFactory) -> Any:
    """A form on its way: `send(body, length=…, by=user)`."""

    def request(body: Body, *, length: int | None = None, by: Any = haruto) -> HttpRequest:
        length = length if length is not None else len(body.getvalue())
        made = rf.generic("POST", "/books/1/files", b"any", content_type="multipart/form-data; boundary=XX")
        made.META["CONTENT_LENGTH"] = str(length)
        made._stream = body
        made._read_started = False
        made.user = by
        return made

    return request


pytestmark = pytest.mark.django_db


def incoming(settings: Any) -> list[Path]:
    return list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


def test_even_a_small_file_goes_to_the_disk(send: Any, settings: Any) -> None:
    request = send(Body(BEFORE + FILE + b"hello" + END))
    file = request.FILES["file"]
    assert isinstance(file, TemporaryUploadedFile)
    assert Path(file.temporary_file_path()).parent == Path(settings.FILE_UPLOAD_TEMP_DIR)
    assert (file.read(), request.POST["title"], is_refused(request)) == (b"hello", "Roof", False)


def test_two_gigabytes_are_refused_by_what_they_say_before_they_are_read(send: Any, settings: Any) -> None:
    body = Body(BEFORE + FILE + b"x" * 3 * MB)
    request = send(body, length=2 * 1024 * MB)
    assert not request.FILES
    assert is_refused(request)
    assert request.POST["title"] == "Roof"
    assert body.taken < MB
    assert incoming(settings) == []


def test_who_lies_about_the_length_is_counted(send: Any, settings: Any) -> None:
    settings.FILE_LIMIT = settings.IMPORT_LIMIT = 100_000
    body = Body(BEFORE + FILE + b"x" * 3 * MB + END)
    request = send(body, length=500_000)
    assert not request.FILES
    assert is_refused(request)
    assert body.taken < 400_000
    assert incoming(settings) == []


def test_of_an_upload_that_is_cut_off_nothing_is_left(send: Any, settings: Any) -> None:
    request = send(Body(BEFORE + FILE + b"x" * MB, is_cut=True), length=10 * MB)
    with pytest.raises(UnreadablePostError):
        _ = request.FILES
    assert not request.FILES
    del request
    gc.collect()
    assert incoming(settings) == []


def test_from_a_stranger_no_file_is_taken(send: Any, settings: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    request = send(Body(BEFORE + FILE + b"hello" + END), by=AnonymousUser())
    assert not request.FILES
    assert request.POST["title"] == "Roof"
    assert incoming(settings) == []
