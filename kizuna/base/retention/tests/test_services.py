"""What lies in the trash long enough is removed for good, and nothing with it that somebody still has."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from kizuna.base.collaboration import services as collaboration
from kizuna.base.collaboration.models import Comment
from kizuna.base.events.models import Subject
from kizuna.base.identity import SYSTEM
from kizuna.base.merging.services import merge_records
from kizuna.base.records import returning
from kizuna.base.records import services as records
from kizuna.base.records.models import CustomRecord
from kizuna.base.resources import editions, registry
from kizuna.base.resources.models import Key
from kizuna.base.retention import services
from kizuna.base.testing.library.models import Author, Book, Review

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(days=91)


def add(key: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


def purge_later(after: dt.timedelta = LATER) -> int:
    return services.purge(now=timezone.now() + after)


@pytest.fixture
def author() -> Author:
    return add("author", name="夏目漱石")


@pytest.fixture
def book(author: Author) -> Book:
    return add("book", title="Kokoro", author=author.pk, subjects=["novel"])


def test_a_record_is_gone_after_three_months_and_not_a_day_before(book: Book) -> None:
    records.delete(actor=SYSTEM, record=book)
    assert purge_later(dt.timedelta(days=89)) == 0
    assert Book.objects.filter(pk=book.pk).exists()
    assert purge_later() == 1
    assert not Book.objects.filter(pk=book.pk).exists()


def test_what_nobody_deleted_stays(book: Book) -> None:
    assert purge_later() == 0
    assert Book.objects.filter(pk=book.pk).exists()


def test_a_record_to_which_something_points_stays(author: Author, book: Book) -> None:
    records.delete(actor=SYSTEM, record=author)
    assert purge_later() == 0
    book.refresh_from_db()
    assert book.author_id == author.pk


def test_what_was_deleted_together_goes_in_one_night(author: Author, book: Book) -> None:
    review = add("review", book=book.pk, body="Of the heart")
    for record in (author, book, review):
        records.delete(actor=SYSTEM, record=record)
    assert purge_later() == 3
    assert not any(model.objects.exists() for model in (Author, Book, Review))


def test_what_belongs_to_a_record_goes_with_it_and_the_history_loses_what_was_said(alice: Any, book: Book) -> None:
    collaboration.comment(actor=alice, record=book, text="Lent to Ken")
    records.update(actor=SYSTEM, record=book, changes={"title": "Botchan"})
    book.refresh_from_db()
    records.delete(actor=SYSTEM, record=book)
    purge_later()
    about = {"resource": "book", "record_id": book.pk}
    assert not Comment.objects.filter(**about).exists()
    assert not Key.objects.filter(**about).exists()
    told = Subject.objects.filter(**about)
    assert told.filter(event__name="retention.RecordsPurged").count() == 1
    assert not told.exclude(changes=None).exists()


def test_records_of_a_kind_of_our_own_go_too_unless_a_field_of_our_own_leads_to_them(alice: Any) -> None:
    records.add_custom_object(actor=alice, labels="Prize", plural_labels="Prizes")
    editions.look_again()
    records.add_custom_field(
        actor=alice, resource=registry.get("author"), kind="relation", labels="Prize", name="prize",
        settings={"target": "x_prize"},
    )  # fmt: skip
    editions.look_again()
    won, forgotten = add("x_prize", name="Bunkasho"), add("x_prize", name="Nobody's")
    add("author", name="夏目漱石", prize=won.pk)
    for prize in (won, forgotten):
        records.delete(actor=SYSTEM, record=prize)
    assert purge_later() == 1
    assert list(CustomRecord.objects.values_list("pk", flat=True)) == [won.pk]


def test_merged_records_stay_for_a_merge_can_be_taken_apart(author: Author) -> None:
    twin = add("author", name="漱石")
    merge_records(actor=SYSTEM, resource=registry.get("author"), survivor=author, others=[twin])
    author.refresh_from_db()
    records.delete(actor=SYSTEM, record=author)
    assert purge_later() == 0
    assert Author.objects.filter(pk__in=[author.pk, twin.pk]).count() == 2


def test_what_a_room_keeps_out_of_what_comes_back_stays(monkeypatch: pytest.MonkeyPatch, book: Book) -> None:
    monkeypatch.setattr(returning, "_bars", [lambda resource, ids: dict.fromkeys(ids, "Kept")])
    records.delete(actor=SYSTEM, record=book)
    assert purge_later() == 0


def test_nothing_goes_where_the_trash_is_kept_for_ever(settings: Any, book: Book) -> None:
    settings.TRASH_DAYS = 0
    records.delete(actor=SYSTEM, record=book)
    assert purge_later() == 0


def test_whoever_was_brought_back_stays(book: Book) -> None:
    deleted = records.delete(actor=SYSTEM, record=book)
    records.restore(actor=SYSTEM, record=deleted)
    assert purge_later() == 0
