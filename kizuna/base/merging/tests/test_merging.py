"""Records become one, and two again, bit for bit."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.collaboration.models import Comment, Follow
from kizuna.base.identity.models import User
from kizuna.base.jobs import run_waiting
from kizuna.base.merging import queries
from kizuna.base.merging import services as merging
from kizuna.base.merging.events import RecordsMerged, RecordsUnmerged
from kizuna.base.merging.outcome import Reason
from kizuna.base.merging.tests.conftest import look, make, merge, stored
from kizuna.base.records import services as records
from kizuna.base.records.history import history
from kizuna.base.resources import redirects, registry
from kizuna.base.resources.models import Key
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.events import Published
from kizuna.base.testing.library.models import Author, Book, Review
from kizuna.base.types.errors import Invalid, Refused
from kizuna.base.types.money import Money

pytestmark = pytest.mark.django_db
BACK = {"version"}


@pytest.fixture
def authors() -> Resource:
    return registry.get("author")


def line(preview: queries.Preview, name: str) -> Any:
    return next(one for one in preview.outcome.lines if one.name == name)


# What stays ---------------------------------------------------------------------------------------------------------


def test_an_empty_field_is_filled_from_the_other_record(haruto: User) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro", pages=248)
    assert line(look(haruto, one, two), "pages").reason == Reason.ONLY
    merge(haruto, one, two)
    assert Book.objects.get(pk=one.pk).pages == 248


def test_what_changed_last_stays_and_the_person_may_choose_otherwise(haruto: User) -> None:
    one = make(haruto, "book", title="Kokoro", summary="A student and his teacher.")
    two = make(haruto, "book", title="Kokoro", summary="Old.")
    records.update(actor=haruto, record=two, changes={"summary": "New."})
    found = line(look(haruto, one, two), "summary")
    assert (found.chosen, found.reason) == (two.pk, Reason.NEWEST)
    merge(haruto, one, two, choices={"summary": one.pk})
    assert Book.objects.get(pk=one.pk).summary == "A student and his teacher."


def test_of_two_equally_old_texts_the_longer_stays(haruto: User) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro, a novel")
    Book.objects.filter(pk=one.pk).update(created_at=two.created_at)
    assert line(look(haruto, one, two), "title").reason == Reason.LONGEST


def test_lists_are_united_and_a_checked_address_comes_first(haruto: User) -> None:
    one = make(haruto, "author", name="Soseki", emails=["soseki@library.example", "s@library.example"])
    two = make(haruto, "author", name="Soseki", emails=[{"value": "natsume@library.example", "verified": True}])
    merge(haruto, one, two)
    points = Author.objects.get(pk=one.pk).emails
    assert [point["key"] for point in points] == [
        "soseki@library.example",
        "s@library.example",
        "natsume@library.example",
    ]
    assert [point["primary"] for point in points] == [False, False, True]
    assert Key.objects.filter(resource="author", record_id=one.pk, kind="emails").count() == 3


def test_the_preview_says_what_the_merge_does(haruto: User) -> None:
    one = make(
        haruto, "book", title="Kokoro", subjects=["novel"], pages=248, price={"amount": "9.50", "currency": "EUR"}
    )
    two = make(haruto, "book", title="Kokoro", subjects=["Meiji", "NOVEL"], rating="4.5", status="lent")
    preview = look(haruto, one, two)
    merge(haruto, one, two, versions=preview.versions)
    now = Book.objects.get(pk=one.pk)
    for found in preview.outcome.lines:
        for field, value in zip(found.fields, found.result, strict=True):
            assert field.to_json(field.read(now)) == field.to_json(value), found.name
    assert now.price == Money("9.50", "EUR")


# What hangs on them -------------------------------------------------------------------------------------------------


def test_everything_that_hangs_on_the_other_moves_and_comes_back(haruto: User, sora: User) -> None:
    one, two = make(haruto, "author", name="Soseki"), make(haruto, "author", name="Natsume Soseki")
    book = make(haruto, "book", title="Kokoro", author=two.pk)
    trashed = records.delete(actor=haruto, record=make(haruto, "book", title="Botchan", author=two.pk))
    comment = Comment.objects.create(resource="author", record_id=two.pk, text="Hello", author=sora)
    for author in (one, two):
        Follow.objects.create(resource="author", record_id=author.pk, user=sora)
    follow = Follow.objects.create(resource="author", record_id=two.pk, user=haruto)
    before = [stored(row) for row in (one, two, book, trashed, comment, follow)]

    made = merge(haruto, one, two)
    for row in (book, trashed, comment, follow):
        row.refresh_from_db()
    assert (book.author_id, trashed.author_id, comment.record_id, follow.record_id) == (one.pk,) * 4
    assert Follow.objects.filter(record_id=one.pk, user=sora).count() == 1

    merging.unmerge_records(actor=haruto, merge=made)
    assert [stored(row) for row in (one, two, book, trashed, comment, follow)] == before
    assert redirects.survivor("author", two.pk) is None


def test_ten_thousand_children_move_in_as_many_queries_as_ten(haruto: User) -> None:
    counts = []
    for size in (10, 3000):
        one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro")
        Review.objects.bulk_create(Review(book=two, body="Good", owner=haruto) for _number in range(size))
        with CaptureQueriesContext(
            connection,
        ) as found:
            made = merge(haruto, one, two)
        counts.append(len(found))
        assert Review.objects.filter(book=one).count() == made.moved_count == size
        merging.unmerge_records(actor=haruto, merge=made)
        assert Review.objects.filter(book=two).count() == size
    assert counts[1] <= counts[0] + 2


def test_a_preview_takes_as_many_queries_whatever_hangs_there(haruto: User) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as found:
            look(haruto, one, two)
        counts.append(len(found))
        for _number in range(5):
            make(haruto, "review", body="Good", book=two.pk)
            records.update(actor=haruto, record=Book.objects.get(pk=two.pk), changes={"pages": _number + 1})
    assert counts[0] == counts[1]


def test_the_preview_counts_what_moves(haruto: User) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro")
    make(haruto, "review", body="Good", book=two.pk)
    preview = look(haruto, one, two)
    assert [(str(one.label), dict(one.counts)) for one in preview.hanging] == [("Reviews", {two.pk: 1})]
    assert preview.moving == 1


# Where the others went ----------------------------------------------------------------------------------------------


def test_the_other_is_in_no_list_no_trash_and_cannot_be_brought_back(haruto: User, authors: Resource) -> None:
    one, two = make(haruto, "author", name="Soseki"), make(haruto, "author", name="Soseki")
    merge(haruto, one, two)
    assert list(authors.visible_to(haruto).filter(pk=two.pk)) == []
    assert list(Author.objects.trashed().filter(pk=two.pk)) == []
    assert redirects.survivor("author", two.pk) == one.pk
    with pytest.raises(Refused):
        records.restore(actor=haruto, record=Author.objects.get(pk=two.pk))


def test_the_old_id_is_good_in_a_relation(haruto: User) -> None:
    one, two = make(haruto, "author", name="Soseki"), make(haruto, "author", name="Soseki")
    merge(haruto, one, two)
    assert make(haruto, "book", title="Kokoro", author=two.pk).author_id == one.pk


@pytest.mark.parametrize("theirs", [{}, {"reading": "なつめ そうせき"}])
def test_an_edit_from_before_a_merge_is_not_taken_back_in_its_stead(haruto: User, theirs: dict[str, Any]) -> None:
    soseki, twin = make(haruto, "author", name="Soseki"), make(haruto, "author", name="Sōseki", **theirs)
    edited = records.update(actor=haruto, record=soseki, changes={"name": "Natsume Sōseki"})
    merge(haruto, edited, twin, choices={"name": edited.pk})
    edited.refresh_from_db()
    with pytest.raises(Refused):
        records.undo(actor=haruto, record=edited, version=edited.version)


def test_the_history_shows_both_lives(haruto: User) -> None:
    one, two = make(haruto, "author", name="Soseki"), make(haruto, "author", name="Natsume")
    records.update(actor=haruto, record=two, changes={"reading": "なつめ"})
    merge(haruto, one, two)
    entries = history(actor=haruto, record=one)
    assert {"reading"} in [set(entry.changes) for entry in entries]
    names = [entry.name for entry in entries]
    assert (names.count("records.RecordsCreated"), names.count(RecordsMerged.event_name)) == (2, 1)


# Taking apart -------------------------------------------------------------------------------------------------------


def random_book(actor: User, chance: random.Random, author: Author) -> Book:
    values: dict[str, Any] = {"title": chance.choice(["Kokoro", "Botchan", "草枕"])}
    offered: dict[str, Any] = {
        "summary": chance.choice(["", "短い", "A long summary 🐈\n\nwith lines"]),
        "pages": chance.randint(1, 900),
        "rating": chance.choice(["0", "4.25"]),
        "price": {"amount": str(chance.randint(0, 5000)), "currency": "JPY"},
        "published_on": dt.date(1900 + chance.randint(0, 99), 2, 28).isoformat(),
        "lent_at": "2026-03-29T02:30:00.123456Z",
        "subjects": chance.sample(["novel", "Meiji", "猫", "School"], 2),
        "status": chance.choice(["wanted", "held", "lent"]),
        "is_rare": chance.random() < 0.5,
        "author": author.pk,
    }
    values |= {name: value for name, value in offered.items() if chance.random() < 0.6}
    return make(actor, "book", **values)


@pytest.mark.parametrize("seed", range(12))
def test_taking_apart_restores_everything_bit_for_bit(haruto: User, seed: int) -> None:
    chance = random.Random(seed)
    author = make(haruto, "author", name="Soseki")
    books = [random_book(haruto, chance, author) for _number in range(chance.randint(2, 5))]
    reviews = [make(haruto, "review", body="Good", book=chance.choice(books).pk) for _number in range(6)]
    before = [stored(row) for row in (*books, *reviews)]
    choices = {name: chance.choice(books).pk for name in ("title", "pages", "subjects") if chance.random() < 0.5}
    made = merge(haruto, *books, choices=choices)
    assert Book.objects.live().filter(pk__in=[book.pk for book in books]).count() == 1
    assert {review.book_id for review in Review.objects.all()} == {books[0].pk}
    merging.unmerge_records(actor=haruto, merge=made)
    assert [stored(row) for row in (*books, *reviews)] == before


def test_what_was_changed_since_stays_on_the_survivor(haruto: User) -> None:
    one = make(haruto, "book", title="Kokoro", subjects=["novel"], pages=248)
    two = make(haruto, "book", title="Kokoro", subjects=["Meiji"], summary="Sad.", rating="4")
    made = merge(haruto, one, two)
    records.update(
        actor=haruto,
        record=Book.objects.get(pk=one.pk),
        changes={"summary": "Sad and long.", "subjects": ["novel", "Meiji", "classic"]},
    )
    assert merging.kept_since(registry.get("book"), made, Book.objects.get(pk=one.pk)) == ["summary"]
    merging.unmerge_records(actor=haruto, merge=made)
    now = Book.objects.get(pk=one.pk)
    assert (now.summary, now.subjects, now.rating, now.pages) == ("Sad and long.", ["novel", "classic"], None, 248)
    assert Book.objects.get(pk=two.pk).summary == "Sad."


def test_what_was_changed_since_goes_back_where_the_person_says_so(haruto: User) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro", summary="Sad.")
    made = merge(haruto, one, two)
    records.update(actor=haruto, record=Book.objects.get(pk=one.pk), changes={"summary": "Sad and long."})
    merging.unmerge_records(actor=haruto, merge=made, put_back=["summary"])
    assert Book.objects.get(pk=one.pk).summary == ""


def test_what_came_since_stays_or_is_given_to_the_other(haruto: User) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro")
    made = merge(haruto, one, two)
    stays = make(haruto, "review", body="For one", book=one.pk)
    goes = make(haruto, "review", body="For two", book=one.pk)
    assert [found.record.pk for found in queries.newcomers(haruto, made)] == [goes.pk, stays.pk]
    with pytest.raises(Invalid):
        merging.unmerge_records(actor=haruto, merge=made, assignments={"review:999:book": two.pk})
    merging.unmerge_records(actor=haruto, merge=made, assignments={f"review:{goes.pk}:book": two.pk})
    assert Review.objects.get(pk=stays.pk).book_id == one.pk
    assert Review.objects.get(pk=goes.pk).book_id == two.pk


def test_a_row_that_somebody_moved_elsewhere_stays_there(haruto: User) -> None:
    one, two, other = (make(haruto, "book", title="Kokoro") for _number in range(3))
    review = make(haruto, "review", body="Good", book=two.pk)
    made = merge(haruto, one, two)
    records.update(actor=haruto, record=Review.objects.get(pk=review.pk), changes={"book": other.pk})
    merging.unmerge_records(actor=haruto, merge=made)
    assert Review.objects.get(pk=review.pk).book_id == other.pk


def test_merges_in_a_chain_come_apart_from_the_last(haruto: User) -> None:
    a, b, c = (make(haruto, "book", title=title, subjects=[title]) for title in "ABC")
    review = make(haruto, "review", body="Of B", book=b.pk)
    before = [stored(row) for row in (a, b, c, review)]
    first = merge(haruto, a, b)
    second = merge(haruto, c, Book.objects.get(pk=a.pk))
    assert redirects.survivor("book", b.pk) == redirects.survivor("book", a.pk) == c.pk
    with pytest.raises(Refused):
        merging.unmerge_records(actor=haruto, merge=first)
    merging.unmerge_records(actor=haruto, merge=second)
    assert redirects.survivor("book", b.pk) == a.pk
    merging.unmerge_records(actor=haruto, merge=first)
    assert [stored(row) for row in (a, b, c, review)] == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_merges_into_one_record_come_apart_in_any_order(haruto: User, order: tuple[int, int]) -> None:
    a, b, c = (make(haruto, "book", title=title, subjects=[title]) for title in "ABC")
    records.update(actor=haruto, record=b, changes={"summary": "B"})
    records.update(actor=haruto, record=c, changes={"summary": "C"})
    reviews = [make(haruto, "review", body="Good", book=book.pk) for book in (b, c)]
    before = [stored(row) for row in (a, b, c, *reviews)]
    made = [merge(haruto, a, b)]
    made.append(merge(haruto, a, c))
    assert Book.objects.get(pk=a.pk).subjects == ["A", "B", "C"]
    for place in order:
        merging.unmerge_records(actor=haruto, merge=made[place])
    assert [stored(row) for row in (a, b, c, *reviews)] == before


def test_taking_apart_twice_does_it_once(haruto: User, published: Published) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro")
    made = merge(haruto, one, two)
    for _time in range(2):
        merging.unmerge_records(actor=haruto, merge=made)
    told = published.one(RecordsUnmerged)
    assert (told.survivor_id, told.others) == (one.pk, (two.pk,))


def test_what_is_forgotten_cannot_be_taken_apart_but_leads_on(haruto: User) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro")
    made = merge(haruto, one, two)
    assert merging.forget_images("book", [two.pk]) == 1
    with pytest.raises(Refused):
        merging.unmerge_records(actor=haruto, merge=made)
    assert redirects.survivor("book", two.pk) == one.pk


def test_what_a_purged_field_said_goes_from_merges_too_and_they_come_apart(alice: User) -> None:
    words = records.add_custom_field(actor=alice, resource=registry.get("book"), kind="text", labels="Shelf mark")
    one, other = (make(alice, "book", title=title, **{words.name: title * 2}) for title in ("Kokoro", "Botchan"))
    done = merge(alice, one, other)
    records.remove_custom_field(actor=alice, field=words)
    records.purge_custom_field(actor=alice, field=words, confirmation=words.name)
    run_waiting()
    done.refresh_from_db()
    assert "KokoroKokoro" not in str([done.before, done.after])
    merging.unmerge_records(actor=alice, merge=done)
    assert {book.custom.get(words.slot) for book in Book.objects.all()} == {None}
