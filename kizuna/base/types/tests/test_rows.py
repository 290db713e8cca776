"""A row stored by `rows.insert` is the row that `save` would have stored."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kizuna.base.events.models import EventRow
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.types import rows
from kizuna.base.types.money import Money

pytestmark = pytest.mark.django_db


def test_a_new_row_gets_an_id_and_keeps_every_value() -> None:
    author = Author(name="田中", emails=[{"value": "t@x.example", "key": "t@x.example", "label": "work"}])
    author.normalise()
    rows.insert(author)
    book = Book(title="“Quoted” % %s", author=author, price=Money("12.50", "EUR"), subjects=["Poetry"], pages=None)
    rows.insert(book)
    stored = Book.objects.select_related("author").get(pk=book.pk)
    for column in Book._meta.concrete_fields:
        assert getattr(stored, column.attname) == getattr(book, column.attname), column.name
    assert stored.author.emails == author.emails
    assert (book._state.adding, book._state.db) == (False, "default")


def test_a_stored_row_can_be_saved_again() -> None:
    row = EventRow(name="x.Y", data={"ids": [1]}, via="web", address="::1", occurred_at=timezone.now())
    rows.insert(row)
    row.depth = 3
    row.save()
    assert list(EventRow.objects.values_list("pk", "depth", "data", "address")) == [(row.pk, 3, {"ids": [1]}, "::1")]


def test_custom_values_that_nobody_gave_are_null_however_a_row_is_stored() -> None:
    rows.insert(Author(name="田中"))
    again = Author.objects.create(name="Soseki", custom={"f1": "x"})
    again.custom = {}
    again.save()
    Author.objects.bulk_create([Author(name="Ogai")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM library_author WHERE custom IS NULL")
        assert cursor.fetchone() == (3,)
    assert [author.custom for author in Author.objects.all()] == [{}, {}, {}]


def many(first: int) -> list[list[Any]]:
    """More new rows than PostgreSQL is told in one statement."""
    ids = list(range(first, first + 2 * rows.FEW))
    return [ids, ["x.Y"] * len(ids), ["{}"] * len(ids), ["web"] * len(ids), [0] * len(ids), [timezone.now()] * len(ids)]


def insert(first: int) -> None:
    names = ("id", "name", "data", "via", "depth", "occurred_at")
    rows.insert_columns(EventRow._meta.db_table, names, many(first), using="default")


def test_what_is_stored_without_waiting_is_there_for_the_next_question() -> None:
    with transaction.atomic(), rows.unhurried("default"):
        insert(1000)
        insert(2000)
        assert EventRow.objects.count() == 4 * rows.FEW
        insert(3000)
    assert EventRow.objects.count() == 6 * rows.FEW


def insert_without_waiting(*batches: int, then: Exception | None = None) -> None:
    with transaction.atomic(), rows.unhurried("default"), transaction.atomic():
        for first in batches:
            insert(first)
        if then is not None:
            raise then


def test_what_is_refused_without_waiting_is_told_in_the_block_and_undone_with_it() -> None:
    insert(1000)
    with pytest.raises(IntegrityError):
        insert_without_waiting(2000, 1000)
    with pytest.raises(IntegrityError):
        insert_without_waiting(1000, 2000)
    assert EventRow.objects.count() == 2 * rows.FEW


def test_who_gives_up_inside_the_block_hears_why_and_not_what_was_still_to_come() -> None:
    insert(1000)
    refused = [1000] if connection.vendor == "postgresql" else []
    with pytest.raises(KeyError):
        insert_without_waiting(2000, *refused, then=KeyError())
    assert EventRow.objects.count() == 2 * rows.FEW
