"""Exports that a job writes: for the person who asked, resumable by writing anew, and gone after some days."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.search.selecting import Selection
from kizuna.base.testing.library.models import Book
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import ExportFile, State
from kizuna.base.transfer.services import export_files
from kizuna.base.types.errors import Denied

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(mika: User, kokoro: Book) -> ExportFile:
    return transfer.start_export(actor=mika, resource=registry.get("book"), selection=Selection(), names=["title"])


def test_the_job_writes_the_file_and_it_can_be_fetched(mika: User, asked: ExportFile, client: Client) -> None:
    done = transfer.run_export(export_id=asked.pk)
    assert (done.state, done.count, done.done_count) == (State.DONE, 1, 1)
    client.force_login(mika)
    page = client.get(f"/books/export/{asked.pk}")
    assert b"/file" in page.content
    fetched = b"".join(client.get(f"/books/export/{asked.pk}/file"))
    assert fetched.decode("utf-8-sig").splitlines()[1].endswith(",Kokoro")


def test_nobody_else_finds_it(asked: ExportFile, haruto: User, alice: User, client: Client) -> None:
    transfer.run_export(export_id=asked.pk)
    for other in (haruto, alice):
        client.force_login(other)
        assert client.get(f"/books/export/{asked.pk}").status_code == 404
        assert client.get(f"/books/export/{asked.pk}/file").status_code == 404
        assert client.post(f"/books/export/{asked.pk}/cancel").status_code == 404


def test_who_lost_the_right_meanwhile_gets_nothing(mika: User, asked: ExportFile, grant: Any, client: Client) -> None:
    grant(mika, book={"read": "all"})
    failed = transfer.run_export(export_id=asked.pk)
    assert (failed.state, bool(failed.file)) == (State.FAILED, False)
    with pytest.raises(Denied):
        transfer.start_export(actor=mika, resource=registry.get("book"), selection=Selection())


def test_many_are_written_by_a_job_and_few_are_sent(
    mika: User, kokoro: Book, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(mika)
    few = client.post("/books/export", {"kind": "jsonl", "which": "picked", "names": ["title", "pages"]})
    assert b'"title":"Kokoro","pages":248' in b"".join(few)
    monkeypatch.setattr(export_files, "LARGE", 0)
    many = client.post("/books/export", {"kind": "xlsx", "ids": [kokoro.pk]})
    made = ExportFile.objects.get()
    assert many["Location"] == f"/books/export/{made.pk}"
    assert (made.name, made.scope["ids"]) == ("books.xlsx", [kokoro.pk])


def test_few_letters_that_an_encoding_lacks_are_told_of_before_the_file_is_fetched(
    mika: User, kokoro: Book, client: Client
) -> None:
    client.force_login(mika)
    asked = {"kind": "csv", "encoding": "cp932", "which": "picked", "names": ["title"]}
    whole = client.post("/books/export", asked)
    assert b"Kokoro" in b"".join(whole)
    Book.objects.update(title="Zoë")
    lossy = client.post("/books/export", asked)
    page = client.get(lossy["Location"]).content.decode()
    assert "1 character that the format does not have became a question mark." in page
    assert b"Zo?" in b"".join(client.get(f"{lossy['Location']}/file"))


def test_a_stopped_one_keeps_nothing(mika: User, asked: ExportFile) -> None:
    stopped = transfer.run_export(export_id=asked.pk, stops=lambda: True)
    assert (stopped.state, bool(stopped.file)) == (State.CANCELLED, False)


def test_after_some_days_the_file_is_gone(asked: ExportFile) -> None:
    done = transfer.run_export(export_id=asked.pk)
    storage, name = done.file.storage, str(done.file.name)
    now = timezone.now()
    assert transfer.forget_exports(now=now + dt.timedelta(days=2)) == 0
    assert transfer.forget_exports(now=now + dt.timedelta(days=4)) == 1
    assert not storage.exists(name)


def test_the_dialog_offers_what_there_is(mika: User, client: Client) -> None:
    client.force_login(mika)
    page = client.get("/books/export").content.decode()
    assert all(f'value="{kind}"' in page for kind in ("csv", "xlsx", "jsonl", "parquet"))
    assert 'value="vcf"' not in page
