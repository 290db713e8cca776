"""Files over the API: sent as a form, described, downloaded whole and in parts, renamed, deleted, brought back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kizuna.base.identity.models import User
from kizuna.base.testing.library.models import Book
from kizuna.interfaces.api.tests.conftest import ROOT

pytestmark = pytest.mark.django_db

CONTENT = b"Read until page 12."


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def path(kokoro: Book) -> str:
    return f"/books/{kokoro.pk}/files"


def send(program: Any, path: str, content: bytes = CONTENT, name: str = "見積.txt") -> Any:
    return program._client.post(ROOT + path, {"file": SimpleUploadedFile(name, content, "application/pdf")})


def test_a_file_is_sent_and_described_by_its_bytes(program, haruto: User, path: str) -> None:
    api = program(haruto)
    answer = send(api, path)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["content_type"], made["size"]) == ("見積.txt", "text/plain", len(CONTENT))
    assert made["uploaded_by"] == {"id": haruto.pk, "title": "Haruto"}
    assert answer["Location"] == f"{ROOT}{path}/{made['id']}"
    assert answer["ETag"] == '"1"'
    assert api.get(path).json() == {"items": [made], "next_cursor": None}
    assert api.get(f"{path}/{made['id']}").json() == made
    assert send(api, path).json() == made


def test_a_file_comes_back_whole_and_in_parts(program, haruto: User, path: str) -> None:
    api = program(haruto)
    url = f"{path}/{send(api, path).json()['id']}/content"
    whole = api.get(url)
    assert b"".join(whole) == CONTENT
    assert whole["Content-Disposition"].startswith("attachment;")
    part = api._client.get(ROOT + url, headers={"range": "bytes=5-9"})
    assert (part.status_code, b"".join(part)) == (206, CONTENT[5:10])


def test_it_is_renamed_deleted_and_brought_back(program, haruto: User, path: str) -> None:
    api = program(haruto)
    one = f"{path}/{send(api, path).json()['id']}"
    assert api.patch(one, {"name": "a.txt"}, if_match='"1"').json()["name"] == "a.txt"
    stale = api.patch(one, {"name": "b.txt"}, if_match='"1"')
    assert (stale.status_code, stale.json()["current"]["name"], stale["ETag"]) == (412, "a.txt", '"2"')
    assert api.patch(one, {"nom": "b"}).json()["errors"][0]["pointer"] == "/nom"
    assert api.patch(one, {"name": 3}).status_code == 422
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404
    assert api.get(f"{one}/content").status_code == 404
    assert api.get(path, view="trash").json()["items"][0]["deleted_at"]
    assert api.post(f"{one}/restore").json()["deleted_at"] is None
    assert api.get(one).status_code == 200


def test_a_reader_reads_and_a_stranger_finds_nothing(
    program, haruto: User, victor: User, carol: User, grant: Any, path: str
) -> None:
    one = f"{path}/{send(program(haruto), path).json()['id']}"
    reader = program(victor)
    assert reader.get(f"{one}/content").status_code == 200
    assert send(reader, path).status_code == 403
    assert reader.delete(one).status_code == 403
    assert reader.get(path, view="trash").status_code == 403
    grant(carol, book={"read": "own", "update": "own"})
    stranger = program(carol)
    asked = [stranger.get(path), stranger.get(one), stranger.get(f"{one}/content"), send(stranger, path)]
    assert [answer.status_code for answer in asked] == [404] * 4


def test_long_lists_come_in_pages(program, haruto: User, path: str) -> None:
    api = program(haruto)
    for number in range(3):
        send(api, path, name=f"{number}.txt")
    first = api.get(path, limit=2).json()
    rest = api.get(path, limit=2, cursor=first["next_cursor"]).json()
    assert [file["name"] for file in first["items"] + rest["items"]] == ["2.txt", "1.txt", "0.txt"]
    assert rest["next_cursor"] is None


def test_what_is_no_upload_is_refused_with_a_reason(program, haruto: User, path: str, settings: Any) -> None:
    api = program(haruto)
    assert api.post(path, {"file": "x"}).status_code == 415
    assert api._client.post(ROOT + path, {"file": "no file"}).json()["errors"][0]["pointer"] == "/file"
    assert send(api, path, b"").json()["errors"][0]["pointer"] == "/file"
    settings.FILE_LIMIT = settings.IMPORT_LIMIT = 10
    large = send(api, path)
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    settings.FILE_LIMIT, settings.FILES_QUOTA = 100, 10
    assert send(api, path).json()["code"] == "refused"


def test_colleagues_have_no_files(program, haruto: User, alice: User) -> None:
    assert program(alice).get(f"/users/{haruto.pk}/files").status_code == 404
