"""Files on the record page: the panel, uploads with and without script, the dialog, rename, delete and Undo."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from kizuna.base.files.models import Attachment
from kizuna.base.identity.models import User
from kizuna.base.jobs import run_waiting
from kizuna.base.records import services as records
from kizuna.base.testing.library.models import Book
from kizuna.base.ui.attached import PAGE_SIZE
from kizuna.base.ui.tests.conftest import ATTACKS, MARKUP

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def as_(client: Client) -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in


def files_of(book: Book) -> str:
    return f"/books/{book.pk}/files"


def panels_of(book: Book) -> str:
    """Where what is related to a book is asked for, its files among it."""
    return f"/books/{book.pk}/panels"


def send(client: Client, book: Book, content: bytes = b"Hello", name: str = "notes.txt", **headers: str) -> Any:
    return client.post(files_of(book), {"file": SimpleUploadedFile(name, content)}, headers=headers)


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(target, "PNG")
    return target.getvalue()


def test_without_script_the_form_attaches_and_leads_back(as_: Any, haruto: User, kokoro: Book) -> None:
    client = as_(haruto)
    assert (
        f'<noscript><a class="k-btn" href="{panels_of(kokoro)}">' in client.get(f"/books/{kokoro.pk}").content.decode()
    )
    assert "enctype=" in client.get(panels_of(kokoro)).content.decode()
    answer = send(client, kokoro)
    assert (answer.status_code, answer["Location"]) == (302, f"/books/{kokoro.pk}")
    page = client.get(f"/books/{kokoro.pk}").content.decode()
    assert "notes.txt" in client.get(panels_of(kokoro)).content.decode()
    assert "Haruto attached “notes.txt”" in page.replace("<b>", "").replace("</b>", "")


def test_script_is_answered_in_words(as_: Any, haruto: User, kokoro: Book, settings: Any) -> None:
    client = as_(haruto)
    made = send(client, kokoro, Accept="application/json")
    assert (made.status_code, made.json()) == (201, {"names": ["notes.txt"]})
    settings.FILE_LIMIT = 3
    refused = send(client, kokoro, Accept="application/json")
    assert (refused.status_code, "too large" in refused.json()["words"]) == (413, True)
    nothing = client.post(files_of(kokoro), headers={"Accept": "application/json"})
    assert nothing.status_code == 422


def test_a_plain_form_that_is_refused_says_why_on_the_page(as_: Any, haruto: User, kokoro: Book, settings: Any) -> None:
    client = as_(haruto)
    settings.FILE_LIMIT = settings.IMPORT_LIMIT = 3
    send(client, kokoro)
    assert "This file is too large" in client.get(f"/books/{kokoro.pk}").content.decode()
    assert not Attachment.objects.exists()


def test_a_file_is_downloaded_under_its_name(as_: Any, haruto: User, kokoro: Book) -> None:
    client = as_(haruto)
    send(client, kokoro, name="見積.txt")
    file = Attachment.objects.get()
    answer = client.get(f"{files_of(kokoro)}/{file.pk}")
    assert b"".join(answer) == b"Hello"
    assert "%E8%A6%8B%E7%A9%8D.txt" in answer["Content-Disposition"]
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_picture_is_looked_at_in_the_dialog(as_: Any, haruto: User, kokoro: Book) -> None:
    client = as_(haruto)
    send(client, kokoro, photo(), "roof.png")
    file = Attachment.objects.get()
    url = f"{files_of(kokoro)}/{file.pk}"
    assert f"{files_of(kokoro)}?look=1" in client.get(files_of(kokoro), headers=PART).content.decode()
    run_waiting()
    listed = client.get(files_of(kokoro), headers=PART).content.decode()
    assert f"{url}/pictures/0" in listed
    assert "look=" not in listed
    assert f"{url}/pictures/1" in client.get(f"{url}/preview").content.decode()
    assert client.get(f"{url}/pictures/1")["Content-Type"] == "image/webp"
    assert client.get(f"{url}/pictures/2").status_code == 404


def test_a_name_that_lies_is_called_out(as_: Any, haruto: User, kokoro: Book) -> None:
    client = as_(haruto)
    send(client, kokoro, b"MZ\x90\0\x03", "invoice.pdf")
    assert "Called .pdf, but is: Program" in client.get(files_of(kokoro), headers=PART).content.decode()


def test_a_file_gets_another_name_in_the_dialog(as_: Any, haruto: User, kokoro: Book) -> None:
    client = as_(haruto)
    send(client, kokoro)
    url = f"{files_of(kokoro)}/{Attachment.objects.get().pk}/rename"
    assert 'value="notes.txt"' in client.get(url).content.decode()
    done = client.post(url, {"name": "read.txt", "version": 1}, headers=PART)
    assert json.loads(done["HX-Trigger"])["kizuna:toast"]["text"] == "Renamed."
    stale = client.post(url, {"name": "late.txt", "version": 1}, headers=PART)
    assert (stale.status_code, "late.txt" in stale.content.decode()) == (412, True)
    assert client.post(url, {"name": "", "version": 2}, headers=PART).status_code == 422
    assert Attachment.objects.get().name == "read.txt"


def test_a_deleted_file_comes_back_by_undo_and_from_the_trash(as_: Any, haruto: User, kokoro: Book) -> None:
    client = as_(haruto)
    send(client, kokoro)
    url = f"{files_of(kokoro)}/{Attachment.objects.get().pk}"
    toast = json.loads(client.post(f"{url}/delete", headers=PART)["HX-Trigger"])["kizuna:toast"]
    assert (toast["text"], toast["undo"]) == ("notes.txt is in the trash.", f"{url}/restore")
    assert client.get(url).status_code == 404
    assert "Deleted files" in client.get(panels_of(kokoro)).content.decode()
    assert f"{url}/restore" in client.get(f"{files_of(kokoro)}?view=trash", headers=PART).content.decode()
    for _again in range(2):
        assert client.post(f"{url}/restore", headers=PART).status_code == 204
    assert client.get(url).status_code == 200


def test_a_reader_sees_files_and_no_way_to_change_them(as_: Any, haruto: User, victor: User, kokoro: Book) -> None:
    send(as_(haruto), kokoro)
    url = f"{files_of(kokoro)}/{Attachment.objects.get().pk}"
    client = as_(victor)
    page = client.get(panels_of(kokoro)).content.decode()
    assert "notes.txt" in page
    assert "kizuna-upload" not in page
    assert f"{url}/delete" not in page
    assert send(client, kokoro).status_code == 403
    for change in ("delete", "restore", "rename"):
        assert client.post(f"{url}/{change}", {"name": "x"}).status_code == 403


def test_a_stranger_and_a_record_in_the_trash_have_no_files(
    as_: Any, haruto: User, carol: User, kokoro: Book, grant: Callable
) -> None:
    client = as_(haruto)
    send(client, kokoro, photo(), "roof.png")
    run_waiting()
    url = f"{files_of(kokoro)}/{Attachment.objects.get().pk}"
    doors = [files_of(kokoro), url, f"{url}/preview", f"{url}/pictures/0", f"{url}/rename"]
    assert [client.get(door, headers=PART).status_code for door in doors] == [200] * 5
    grant(carol, book={"read": "own", "update": "own"})
    stranger = as_(carol)
    assert [stranger.get(door, headers=PART).status_code for door in doors] == [404] * 5
    records.delete(actor=haruto, record=kokoro)
    client = as_(haruto)
    assert [client.get(door, headers=PART).status_code for door in doors] == [404] * 5
    assert "panel-files" not in client.get(panels_of(kokoro)).content.decode()


def test_many_files_take_as_many_questions_as_few_and_come_in_pages(as_: Any, haruto: User, kokoro: Book) -> None:
    client = as_(haruto)

    def questions() -> int:
        client.get(panels_of(kokoro))
        with CaptureQueriesContext(connection) as caught:
            client.get(panels_of(kokoro))
        return len(caught)

    send(client, kokoro, name="0.txt")
    few = questions()
    for number in range(1, PAGE_SIZE + 3):
        send(client, kokoro, name=f"{number}.txt")
    assert questions() == few
    oldest_shown = Attachment.objects.order_by("-pk")[PAGE_SIZE - 1]
    more = f"{files_of(kokoro)}?before={oldest_shown.pk}"
    assert more in client.get(panels_of(kokoro)).content.decode()
    rest = client.get(more, headers=PART).content.decode()
    assert [f">{number}.txt<" in rest for number in range(4)] == [True, True, True, False]


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_names_are_words(as_: Any, haruto: User, kokoro: Book, name: str) -> None:
    client = as_(haruto)
    send(client, kokoro, photo(), name.replace("/", "∕") + ".png")
    run_waiting()
    url = f"{files_of(kokoro)}/{Attachment.objects.get().pk}"
    for page in (f"/books/{kokoro.pk}", f"{url}/preview", f"{url}/rename", f"/books/{kokoro.pk}/history"):
        said = client.get(page).content.decode()
        assert not [mark for mark in MARKUP if mark in said]
    client.post(f"{url}/delete", headers=PART)
    assert Attachment.objects.get().is_deleted
