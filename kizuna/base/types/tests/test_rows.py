"""A row stored by `rows.insert` is the row that `save` would have stored."""

from __future__ import annotations

import pytest
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
