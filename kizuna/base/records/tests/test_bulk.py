"""Many rows at once are written as the ORM would write them, letter for letter."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, models, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kizuna.base.identity.models import User
from kizuna.base.records import bulk
from kizuna.base.records.bulk import UPDATED_AT_ONCE
from kizuna.base.resources.models import Key
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.types.money import Money
from kizuna.base.types.rows import AT_ONCE, FEW

pytestmark = pytest.mark.django_db

AWKWARD = [
    "\\N",
    "\\",
    "\\.",
    "tab\there",
    "two\nlines",
    "\r\n",
    "NULL",
    "\"quoted\", 'single'",
    "山本 🎎 عربى",
    "\x1e\x1f",
    "a\\tb",
]


def rows(model: type[models.Model], **where: Any) -> list[dict[str, Any]]:
    return list(model._default_manager.filter(**where).order_by("pk").values())


def without_key(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "id"} for row in found]


def test_a_blank_record_is_what_the_model_makes(haruto: User) -> None:
    made, usual = bulk.blank(Book), Book()
    moments = {"created_at", "updated_at", "_state"}
    assert {name: value for name, value in made.__dict__.items() if name not in moments} == {
        name: value for name, value in usual.__dict__.items() if name not in moments
    }
    assert made._state.adding
    assert bulk.blank(Book).subjects is not made.subjects
    made.title = "Saved"
    made.save()
    assert Book.objects.get().title == "Saved"


def test_every_column_is_written_as_the_orm_writes_it(soseki: Author) -> None:
    def shelf() -> list[Book]:
        at = dt.datetime(2026, 3, 1, 1, 2, 3, 456, tzinfo=dt.UTC)
        full = {
            "author": soseki, "summary": "two\nlines", "pages": 12, "rating": Decimal("4.50"), "is_rare": True,
            "price": Money(Decimal("12.50"), "EUR"), "published_on": dt.date(1914, 9, 20), "lent_at": at,
            "website": "https://library.example", "subjects": ["novel", "明治", 'a "b"'], "status": Book.Status.LENT,
        }  # fmt: skip
        found = [Book(title="Full", **full), Book(title="Bare"), *[Book(title=text, summary=text) for text in AWKWARD]]
        for book in found:
            book.created_at = book.updated_at = at
        return found

    Book.objects.bulk_create(shelf())
    usual = rows(Book)
    Book.objects.all().delete()
    made = shelf()
    bulk.insert(Book, made)
    assert without_key(rows(Book)) == without_key(usual)
    assert [book.pk for book in made] == [row["id"] for row in rows(Book)]
    assert Book.objects.get(title="Full").price == Money(Decimal("12.50"), "EUR")


def test_ids_go_on_after_those_that_were_given_out(db: None) -> None:
    first = Author.objects.create(name="One")
    made = [Author(name="Two"), Author(name="Three")]
    bulk.insert(Author, made)
    assert [author.pk for author in made] == [first.pk + 1, first.pk + 2]
    assert Author.objects.create(name="Four").pk == first.pk + 3
    assert not made[0]._state.adding


def test_nothing_is_written_for_nobody(db: None) -> None:
    bulk.insert(Author, [])
    bulk.insert_columns(Key, ("resource",), [])
    bulk.update(Author, [], ["name"])


@pytest.mark.parametrize("count", [20, UPDATED_AT_ONCE + 20])
def test_each_row_gets_its_own_values_back(soseki: Author, count: int) -> None:
    made = [Book(title=f"Volume {n}", pages=n + 1) for n in range(count)]
    bulk.insert(Book, made)
    for number, book in enumerate(made):
        book.title, book.summary, book.subjects = f"New {number}", AWKWARD[number % len(AWKWARD)], [f"s{number}"]
        book.author, book.pages = soseki, 999
    bulk.update(Book, made[5:], ["title", "summary", "subjects", "author_id"])
    stored = list(Book.objects.order_by("pk"))
    assert [book.title for book in stored[:5]] == [f"Volume {n}" for n in range(5)]
    assert [(b.title, b.summary, b.subjects) for b in stored[5:]] == [
        (b.title, b.summary, b.subjects) for b in made[5:]
    ]
    assert {book.author for book in stored[5:]} == {soseki}
    assert [book.pages for book in stored] == [n + 1 for n in range(count)]
    bulk.update(Book, made, ["pages"])
    assert {book.pages for book in Book.objects.all()} == {999}


def test_what_is_too_long_is_refused_and_never_cut(soseki: Author) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite knows no lengths")
    made = [Book(title="Kokoro"), Book(title="Mon")]
    bulk.insert(Book, made)
    made[0].title, made[1].title = "Botchan", "x" * 10_000
    with pytest.raises(DataError), transaction.atomic():
        bulk.update(Book, made, ["title"])
    assert {book.title for book in Book.objects.all()} == {"Kokoro", "Mon"}


def test_hundreds_are_written_like_a_few(db: None) -> None:
    made = [Author(name=f"Author {n}", reading=AWKWARD[n % len(AWKWARD)]) for n in range(2 * AT_ONCE + FEW + 3)]
    bulk.insert(Author, made)
    stored = Author.objects.order_by("pk").values_list("pk", "name", "reading")
    assert list(stored) == [(author.pk, author.name, author.reading) for author in made]


def test_what_the_database_refuses_stores_nothing(db: None) -> None:
    ids = [*range(1, AT_ONCE + 1), 1]
    values = [ids, ["author"] * len(ids), ["name"] * len(ids), ["key"] * len(ids), ids]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert_columns(Key, ("id", "resource", "kind", "key", "record_id"), values)
    assert not Key.objects.exists()


def test_records_are_found_by_many_keys_at_once(db: None) -> None:
    Key.objects.bulk_create(
        Key(resource=resource, kind=kind, key=key, record_id=pk)
        for resource, kind, key, pk in [
            ("author", "emails", "a@x.example", 2),
            ("author", "emails", "a@x.example", 1),
            ("author", "name", "a@x.example", 3),
            ("author", "name", 'o\'brien "x"', 4),
            ("book", "emails", "a@x.example", 5),
        ]
    )
    asked = {("emails", "a@x.example"), ("name", 'o\'brien "x"'), ("name", "nobody")}
    assert bulk.records_having("author", asked) == [
        ("emails", "a@x.example", 1),
        ("emails", "a@x.example", 2),
        ("name", 'o\'brien "x"', 4),
    ]
    assert bulk.records_having("author", set()) == []


class AnyText(TestCase):
    """Whatever letters a text has."""

    @given(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30), min_size=1, max_size=20)
    )
    def test_text_comes_back_as_it_was(self, texts: list[str]) -> None:
        made = [Author(name="x", reading=text) for text in texts]
        bulk.insert(Author, made)
        ids = [author.pk for author in made]
        assert list(Author.objects.filter(pk__in=ids).order_by("pk").values_list("reading", flat=True)) == texts
