"""A record comes into being: understood, normalised, indexed and told of, or not at all."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.models import Key
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.types.errors import Denied, Invalid

pytestmark = pytest.mark.django_db


def test_a_salesperson_makes_a_book_and_owns_it(haruto: User, books: Resource, soseki: Author) -> None:
    book = records.create(
        actor=haruto,
        resource=books,
        values={
            "title": "  Sanshirō\u200b ",
            "author": {"id": soseki.pk},
            "price": {"amount": "1200", "currency": "JPY"},
            "rating": "4.50",
            "published_on": "1908-09-01",
            "lent_at": "2026-03-01T10:00:00+09:00",
            "is_rare": True,
            "subjects": ["novel", "Novel", " Tokyo "],
            "website": "sanshiro.example/book",
        },
    )
    book = Book.objects.get(pk=book.pk)
    assert book.title == "Sanshirō"
    assert (book.owner, book.created_by, book.version) == (haruto, haruto, 1)
    assert str(book.price.amount) == "1200"
    assert book.rating == Decimal("4.50")
    assert book.subjects == ["novel", "Tokyo"]
    assert book.website == "https://sanshiro.example/book"
    assert book.lent_at.isoformat() == "2026-03-01T01:00:00+00:00"


def test_its_history_says_who_made_it(haruto: User, kokoro: Book, published) -> None:
    from kizuna.base.records.history import history

    (entry,) = history(actor=haruto, record=kokoro)
    assert (entry.name, entry.actor_id) == ("records.RecordsCreated", haruto.pk)


def test_every_mistake_is_named_at_once_and_nothing_is_stored(haruto: User, books: Resource) -> None:
    with pytest.raises(Invalid) as caught:
        records.create(
            actor=haruto,
            resource=books,
            values={"title": "", "pages": "many", "status": "burnt", "author": 999_999, "tilte": "x", "version": 3},
        )
    assert set(caught.value.errors) == {"title", "pages", "status", "author", "tilte", "version"}
    assert "Did you mean “title”?" in str(caught.value.errors["tilte"][0])
    assert not Book.objects.exists()


def test_a_rule_of_the_table_is_a_message_and_no_crash(haruto: User, books: Resource) -> None:
    with pytest.raises(Invalid, match="A book has pages"):
        records.create(actor=haruto, resource=books, values={"title": "Blank", "pages": 0})


@pytest.mark.parametrize("raw", [float("nan"), float("inf"), "1e999", [], {}, True, "12.5", 2**40])
def test_a_number_of_pages_is_a_whole_number_that_fits(haruto: User, books: Resource, raw: object) -> None:
    with pytest.raises(Invalid) as caught:
        records.create(actor=haruto, resource=books, values={"title": "Odd", "pages": raw})
    assert list(caught.value.errors) == ["pages"]


def test_a_viewer_makes_nothing(victor: User, books: Resource) -> None:
    with pytest.raises(Denied):
        records.create(actor=victor, resource=books, values={"title": "Mine"})


def test_a_salesperson_gives_a_book_to_a_team_mate_but_not_to_a_stranger(
    haruto: User, sora: User, carol: User, books: Resource
) -> None:
    book = records.create(actor=haruto, resource=books, values={"title": "Botchan", "owner": sora.pk})
    assert book.owner == sora
    with pytest.raises(Denied):
        records.create(actor=haruto, resource=books, values={"title": "Botchan", "owner": carol.pk})


def test_a_hidden_field_cannot_be_filled_in(haruto: User, books: Resource, hide) -> None:
    hide(haruto, "book", "price", access="read_only")
    with pytest.raises(Invalid) as caught:
        records.create(actor=haruto, resource=books, values={"title": "Free", "price": "5 EUR"})
    assert list(caught.value.errors) == ["price"]


def test_it_is_found_by_its_keys(soseki: Author, kokoro: Book) -> None:
    assert Key.objects.filter(resource="author", kind="emails", key="soseki@library.example").exists()
    found = set(Key.objects.filter(resource="book", kind="subjects").values_list("key", "record_id"))
    assert found == {("novel", kokoro.pk), ("meiji", kokoro.pk)}


def test_the_same_form_sent_twice_makes_one_book(haruto: User, books: Resource) -> None:
    first = records.create(actor=haruto, resource=books, values={"title": "Mon"}, once="token")
    second = records.create(actor=haruto, resource=books, values={"title": "Mon"}, once="token")
    assert first.pk == second.pk
    assert Book.objects.count() == 1


def test_a_token_used_for_a_book_may_be_used_for_an_author_too(haruto: User, books: Resource) -> None:
    for resource, name in ((books, "title"), (registry.get("author"), "name")):
        records.create(actor=haruto, resource=resource, values={name: "Mon"}, once="token" * 100)
    assert (Book.objects.count(), Author.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_the_same_moment_makes_one_book(haruto: User) -> None:
    made: list[int] = []
    start = threading.Barrier(4)

    def submit() -> None:
        try:
            start.wait()
            book = records.create(actor=haruto, resource=registry.get("book"), values={"title": "Once"}, once="t")
            made.append(book.pk)
        finally:
            connection.close()

    people = [threading.Thread(target=submit) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert Book.objects.count() == 1


def test_many_records_are_one_event(haruto: User, books: Resource, published) -> None:
    published.forget()
    made = records.create_many(
        actor=haruto,
        resource=books,
        records=[Book(title=f"Volume {n}", owner=haruto, subjects=["set"]) for n in range(3)],
    )
    assert published.names == ["records.RecordsCreated"]
    assert Key.objects.filter(kind="subjects", key="set").count() == 3
    assert {book.created_by for book in made} == {haruto}
