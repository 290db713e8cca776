"""By night: the trash is emptied, strays go, the sum is right; and nothing that is needed is touched."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from kizuna.base.files import services as files
from kizuna.base.files.events import FilesPurged
from kizuna.base.files.jobs import tidy
from kizuna.base.files.models import Attachment, Usage
from kizuna.base.files.tests.conftest import Attach, image
from kizuna.base.identity.models import User
from kizuna.base.jobs import run_waiting
from kizuna.base.testing.library.models import Book

pytestmark = pytest.mark.django_db


def later(days: int) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=days)


def test_a_deleted_file_stays_thirty_days_and_then_goes_with_its_pictures(
    attach: Attach, haruto: User, stored: Callable, published: Any, django_capture_on_commit_callbacks: Any
) -> None:
    kept, gone = attach(), attach(image(), "photo.png")
    run_waiting()
    files.delete(actor=haruto, file=gone)
    assert files.purge(now=later(29)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert files.purge(now=later(31)) == 1
    assert stored() == [kept.key]
    assert list(Attachment.objects.all()) == [kept]
    assert Usage.objects.get().bytes == kept.size
    assert published.one(FilesPurged).file_ids == (gone.pk,)
    assert [subject.record_id for subject in published.subjects(FilesPurged)] == [kept.record_id]


def test_bytes_are_removed_only_after_commit(attach: Attach, haruto: User, stored: Callable) -> None:
    files.delete(actor=haruto, file=attach())
    files.purge(now=later(31))
    assert len(stored()) == 1


def test_files_of_a_record_that_is_gone_for_good_go_too(attach: Attach, kokoro: Book) -> None:
    attach()
    Book.objects.filter(pk=kokoro.pk).delete()
    assert files.purge(now=timezone.now()) == 1


def test_files_of_a_kind_that_is_not_installed_now_stay(attach: Attach) -> None:
    file = attach()
    Attachment.objects.filter(pk=file.pk).update(resource="spaceship")
    assert files.purge(now=later(400)) == 0


def test_strays_go_after_a_day_and_nothing_else(attach: Attach, stored: Callable, settings: Any) -> None:
    file = attach(image(), "photo.png")
    run_waiting()
    wanted = stored()
    default_storage.save("attachments/2026-01/0123abcd", ContentFile(b"lost"))
    default_storage.save("attachments/2026-01/0123abcd.1.webp", ContentFile(b"lost"))
    default_storage.save("imports/2026-01/people.csv", ContentFile(b"of another room"))
    half = Path(settings.FILE_UPLOAD_TEMP_DIR) / "half.upload"
    half.write_bytes(b"half")
    yesterday = (timezone.now() - dt.timedelta(days=2)).timestamp()
    os.utime(half, (yesterday, yesterday))
    assert files.remove_strays(now=timezone.now()) == 1
    assert not half.exists()
    assert files.remove_strays(now=later(2)) == 2
    assert stored() == sorted([*wanted, "imports/2026-01/people.csv"])
    assert file.key in stored()


def test_the_night_sets_the_sum_right(attach: Attach) -> None:
    file = attach()
    Usage.objects.update(bytes=7)
    assert tidy.call() == {"purged": 0, "strays": 0, "bytes": file.size}
    assert Usage.objects.get().bytes == file.size
