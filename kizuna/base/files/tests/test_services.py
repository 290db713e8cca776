"""Attach, rename, delete, restore: who may, what is kept, what is told, and what is left when it fails."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from kizuna.base.events.models import Subject
from kizuna.base.files import queries
from kizuna.base.files import services as files
from kizuna.base.files.events import FileAttached, FileDeleted, FileRenamed, FileRestored
from kizuna.base.files.models import Attachment, Usage
from kizuna.base.files.services import storage
from kizuna.base.files.tests.conftest import Attach, image
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.records.history import history
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused, Stale

pytestmark = pytest.mark.django_db


def test_a_file_is_kept_byte_by_byte_with_its_sum_and_its_real_type(attach: Attach, haruto: User) -> None:
    content = image("PNG")
    file = attach(content, "Cover.txt")
    assert (file.name, file.content_type, file.size) == ("Cover.txt", "image/png", len(content))
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert b"".join(storage.pieces(file.key, 0, file.size)) == content
    assert "Cover" not in file.key
    assert file.uploaded_by == haruto


def test_only_the_user_that_kizuna_runs_as_reads_the_files(attach: Attach, folder) -> None:
    file = attach()
    assert (folder / file.key).stat().st_mode & 0o077 == 0


def test_the_history_of_the_record_tells_what_happened_to_its_files(
    attach: Attach, kokoro: Book, haruto: User, published: Any
) -> None:
    file = attach()
    file = files.rename(actor=haruto, file=file, name="read.txt")
    files.delete(actor=haruto, file=file)
    files.restore(actor=haruto, file=file)
    told = [entry.name for entry in history(actor=haruto, record=kokoro)][:4]
    assert told == ["files.FileRestored", "files.FileDeleted", "files.FileRenamed", "files.FileAttached"]
    for event in (FileAttached, FileRenamed, FileDeleted, FileRestored):
        assert published.one(event).name


def test_a_field_edited_before_a_file_was_attached_can_still_be_taken_back(
    attach: Attach, kokoro: Book, haruto: User
) -> None:
    changed = records.update(actor=haruto, record=kokoro, changes={"pages": 1})
    attach()
    assert records.undo(actor=haruto, record=changed, version=changed.version).pages == 248


def test_whoever_reads_the_record_reads_its_files_and_whoever_changes_it_attaches(
    attach: Attach, kokoro: Book, victor: User, carol: User, sora: User
) -> None:
    books = registry.get("book")
    file = attach()
    assert queries.find(victor, books, kokoro.pk, file.pk) == file
    with pytest.raises(Denied):
        attach(by=victor)
    for change in (files.delete, files.restore):
        with pytest.raises(Denied):
            change(actor=victor, file=file)
    assert files.rename(actor=sora, file=file, name="n.txt").name == "n.txt"


def test_for_a_stranger_neither_record_nor_file_exists(
    attach: Attach, kokoro: Book, carol: User, nobody: User, grant: Callable
) -> None:
    file = attach()
    grant(carol, book={"read": "own", "update": "all"})
    for stranger in (carol, nobody):
        with pytest.raises(Missing):
            queries.find(stranger, registry.get("book"), kokoro.pk, file.pk)
        with pytest.raises(Missing):
            attach(by=stranger)
        with pytest.raises(Missing):
            files.delete(actor=stranger, file=file)


def test_files_of_a_record_in_the_trash_are_not_there_until_it_comes_back(
    attach: Attach, kokoro: Book, haruto: User, alice: User
) -> None:
    books, file = registry.get("book"), attach()
    records.delete(actor=haruto, record=kokoro)
    for who in (haruto, alice):
        with pytest.raises(Missing):
            queries.find(who, books, kokoro.pk, file.pk)
        with pytest.raises(Missing):
            attach(b"more", by=who)
        with pytest.raises(Missing):
            files.rename(actor=who, file=file, name="x")
    records.restore(actor=haruto, record=kokoro)
    assert queries.find(haruto, books, kokoro.pk, file.pk) == file


def test_a_file_of_another_record_is_not_found_through_this_one(
    attach: Attach, kokoro: Book, haruto: User, soseki: Any
) -> None:
    file = attach()
    with pytest.raises(Missing):
        queries.find(haruto, registry.get("author"), soseki.pk, file.pk)
    with pytest.raises(Missing):
        queries.find(haruto, registry.get("author"), kokoro.pk, file.pk)


def test_what_is_no_record_has_no_files(haruto: User, alice: User) -> None:
    with pytest.raises(Missing):
        queries.files_of(alice, registry.get("user"), haruto.pk)
    with pytest.raises(Missing):
        files.attach(actor=alice, record=haruto, name="x", file=io.BytesIO(b"x"))  # type: ignore[arg-type]


def test_the_same_file_sent_twice_is_there_once(attach: Attach, stored: Callable) -> None:
    assert attach() == attach()
    assert Attachment.objects.count() == len(stored()) == 1
    assert Usage.objects.get().bytes == len(b"Read until page 12.")
    assert attach(name="other.txt") != attach()


def test_a_file_too_large_or_empty_leaves_nothing(attach: Attach, stored: Callable, settings: Any) -> None:
    settings.FILE_LIMIT = 10
    with pytest.raises(files.FileTooLarge):
        attach(b"x" * 11)
    with pytest.raises(Invalid):
        attach(b"")
    assert stored() == []


def test_all_files_together_stay_below_the_quota_and_the_trash_counts(
    attach: Attach, haruto: User, stored: Callable, settings: Any
) -> None:
    settings.FILES_QUOTA = 30
    files.delete(actor=haruto, file=attach(b"x" * 20))
    with pytest.raises(Refused, match="no room"):
        attach(b"y" * 11)
    assert len(stored()) == 1
    attach(b"y" * 10)
    assert Usage.objects.get().bytes == 30


def test_when_the_row_cannot_be_written_the_bytes_go(
    attach: Attach, stored: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **more: Any) -> None:
        raise RuntimeError("The database is gone.")

    monkeypatch.setattr("kizuna.base.files.services.attaching.publish", fail)
    with pytest.raises(RuntimeError):
        attach()
    assert stored() == []
    assert not Attachment.objects.exists()
    assert not Subject.objects.filter(event__name="files.FileAttached").exists()


def test_a_stale_rename_shows_what_is_there_now(attach: Attach, haruto: User, sora: User) -> None:
    file = attach()
    files.rename(actor=sora, file=file, name="b.txt", version=1)
    with pytest.raises(Stale) as caught:
        files.rename(actor=haruto, file=file, name="c.txt", version=1)
    assert caught.value.current.name == "b.txt"
    with pytest.raises(Invalid):
        files.rename(actor=haruto, file=file, name="  ")
    with pytest.raises(Stale):
        files.delete(actor=haruto, file=file, version=1)


def test_an_equal_file_in_its_place_keeps_a_deleted_one_in_the_trash(attach: Attach, haruto: User) -> None:
    first = attach()
    files.delete(actor=haruto, file=first)
    second = attach()
    assert second != first
    with pytest.raises(Refused):
        files.restore(actor=haruto, file=first)
    files.rename(actor=haruto, file=second, name="second.txt")
    assert not files.restore(actor=haruto, file=first).is_deleted
    with pytest.raises(Refused):
        files.rename(actor=haruto, file=first, name="second.txt")


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_cannot_both_take_the_last_room(
    attach: Attach, kokoro: Book, haruto: User, stored: Callable, settings: Any
) -> None:
    settings.FILES_QUOTA = 30
    start = threading.Barrier(2)

    def upload(content: bytes) -> str:
        try:
            start.wait()
            return attach(content, f"{content[:1].decode()}.txt").name
        except Refused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(upload, [b"a" * 20, b"b" * 20]))
    assert said[1] == "refused"
    assert said[0] in ("a.txt", "b.txt")
    assert Usage.objects.get().bytes == 20
    assert len(stored()) == 1
