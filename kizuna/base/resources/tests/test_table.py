"""Pages of rows: by keyset, over the whole set, in a fixed number of queries, and never a title too many."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Cursor, Sort, Table
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.types.errors import Invalid

pytestmark = pytest.mark.django_db


def table(actor: User, sort: str, *columns: str) -> Table:
    books = registry.get("book")
    fields = [books.fields[name] for name in columns or ("title",)]
    return Table(books, actor, columns=fields, sort=Sort.of(books, actor, sort))


@pytest.fixture
def shelf(alice: User) -> None:
    author = Author.objects.create(name="Someone", sort_key="someone")
    for number in range(23):
        Book.objects.create(
            title=f"Book {number % 5}",
            author=author if number % 3 else None,
            pages=number % 4 or None,
            rating=Decimal(number % 3) / 2 if number % 2 else None,
            published_on=dt.date(2000, 1, 1 + number % 6) if number % 5 else None,
            lent_at=dt.datetime(2026, 1, 1, number % 7, tzinfo=dt.UTC) if number % 4 else None,
            is_rare=number % 2 == 0,
        )


SORTS = ["title", "pages", "rating", "published_on", "lent_at", "is_rare", "status", "created_at"]


@pytest.mark.parametrize("name", SORTS)
@pytest.mark.parametrize("down", ["", "-"])
def test_walking_the_pages_meets_every_row_once_there_and_back(shelf: None, alice: User, name: str, down: str) -> None:
    wanted = table(alice, down + name)
    forward, cursor, pages = [], None, []
    while True:
        page = wanted.page(cursor, size=4)
        pages.append([row.id for row in page.rows])
        forward += pages[-1]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert sorted(forward) == sorted(Book.objects.values_list("pk", flat=True))
    backward = [pages[-1]]
    while page.previous_cursor:
        page = wanted.page(page.previous_cursor, size=4)
        backward.insert(0, [row.id for row in page.rows])
    assert [pk for part in backward for pk in part] == forward
    assert page.first_position == 1


@pytest.mark.parametrize("name", ["pages", "published_on"])
@pytest.mark.parametrize("down", ["", "-"])
def test_empty_values_come_last_either_way(shelf: None, alice: User, name: str, down: str) -> None:
    rows = table(alice, down + name, name).page(size=50).rows
    is_empty = [row.values[0] is None for row in rows]
    assert is_empty == sorted(is_empty)
    assert any(is_empty)


def test_a_row_added_meanwhile_moves_no_other_row(shelf: None, alice: User) -> None:
    wanted = table(alice, "title")
    first = wanted.page(size=5)
    Book.objects.create(title="Aaa: the very first")
    second = wanted.page(first.next_cursor, size=5)
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}
    assert second.first_position == 6


def test_the_number_of_queries_does_not_grow_with_the_rows(shelf: None, mika: User, django_assert_num_queries) -> None:
    columns = ("title", "author", "status", "subjects", "price", "published_on", "owner")
    wanted = table(mika, "title", *columns)
    wanted.page(size=1)
    with django_assert_num_queries(1):
        table(mika, "title", *columns).page(size=2)
    with django_assert_num_queries(1):
        table(mika, "title", *columns).page(size=50)


@pytest.mark.parametrize("sort", ["-created_at", "title", "-pages"])
def test_the_first_pages_of_several_parts_are_those_of_each_part(shelf: None, alice: User, sort: str) -> None:
    rows = Book.objects.all()
    books = registry.get("book")
    wanted = Sort.of(books, alice, sort)
    whole = Table(books, alice, columns=[books.fields["title"]], sort=wanted, rows=rows)
    parts = [Q(is_rare=True), Q(is_rare=False, title="Book 3"), Q(title="No book"), Q(pk__in=())]
    expected = [
        Table(books, alice, columns=[books.fields["title"]], sort=wanted, rows=rows.filter(part)).page(size=4)
        for part in parts
    ]
    assert whole.firsts(parts, 4) == expected
    assert [bool(page.next_cursor) for page in expected] == [True, False, False, False]


def test_the_first_pages_of_many_parts_take_two_questions(shelf: None, alice: User, django_assert_num_queries) -> None:
    wanted = table(alice, "-created_at")
    with django_assert_num_queries(2):
        wanted.firsts([Q(title=f"Book {number}") for number in range(5)], 4)


def test_the_title_of_a_hidden_author_is_not_told(haruto: User, carol: User, kokoro: Book, grant) -> None:
    secret = Author.objects.create(name="Secret Writer", sort_key="secret", owner=carol)
    Book.objects.filter(pk=kokoro.pk).update(author=secret)
    grant(haruto, book={"read": "own"}, author={"read": "own"})
    (row,) = table(haruto, "title", "author").page().rows
    found = row.values[0]
    assert (found.id, found.title, found.is_visible) == (secret.pk, None, False)
    cell = registry.get("book").fields["author"].cell(found, Reader.of(haruto))
    assert "Secret" not in str(cell)


def test_the_title_of_an_author_in_the_trash_is_not_told(alice: User, soseki: Author, kokoro: Book) -> None:
    from kizuna.base.records import services as records

    records.delete(actor=alice, record=soseki)
    (row,) = table(alice, "title", "author").page().rows
    assert row.values[0].title is None


def test_a_title_hidden_from_a_role_is_not_told_by_what_leads_there(haruto: User, kokoro: Book, hide) -> None:
    hide(haruto, "author", "name")
    (row,) = table(haruto, "title", "author").page().rows
    field, number = registry.get("book").fields["author"], kokoro.author_id
    assert (row.values[0].title, row.values[0].is_visible) == (None, True)
    assert field.to_json(row.values[0]) == {"id": number, "title": None}
    assert field.to_text(row.values[0], Reader.of(haruto)) == f"#{number}"
    cell = field.cell(row.values[0], Reader.of(haruto))
    assert (cell["text"], cell["url"]) == (f"#{number}", f"/authors/{number}")
    assert field.titles(haruto, [number]) == {number: f"#{number}"}


def test_what_is_no_person_and_has_no_list_in_the_navigation_is_a_word_among_words(
    alice: User, kokoro: Book, monkeypatch
) -> None:
    (row,) = table(alice, "title", "author").page().rows
    field, reader = registry.get("book").fields["author"], Reader.of(alice)
    assert field.cell(row.values[0], reader)["tint"]
    monkeypatch.setattr(field.target, "is_person", False, raising=False)
    assert field.cell(row.values[0], reader)["square"]
    monkeypatch.setattr(field.target, "group", "", raising=False)
    assert "tint" not in field.cell(row.values[0], reader)


def test_the_count_stops_counting(shelf: None, alice: User, monkeypatch) -> None:
    assert table(alice, "title").count() == (23, False)
    monkeypatch.setattr("kizuna.base.resources.table.COUNT_LIMIT", 10)
    assert table(alice, "title").count() == (10, True)


@pytest.mark.parametrize("sort", ["summary", "subjects", "author", "nothing", "--title", "title; drop table", "pk", ""])
def test_only_known_sortable_fields_sort(alice: User, books: Resource, sort: str) -> None:
    if sort == "":
        assert str(Sort.of(books, alice, sort)) == "title"
        return
    with pytest.raises(Invalid) as caught:
        Sort.of(books, alice, sort)
    assert list(caught.value.errors) == ["sort"]


def test_a_hidden_field_does_not_sort(haruto: User, books: Resource, hide) -> None:
    hide(haruto, "book", "pages")
    with pytest.raises(Invalid):
        Sort.of(books, haruto, "pages")


def test_where_the_usual_sort_is_hidden_rows_come_in_another_order(haruto: User, books: Resource, hide) -> None:
    hide(haruto, "book", "title")
    assert Sort.of(books, haruto, None).field.name != "title"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=60), st.binary(max_size=60).map(lambda raw: raw.hex())))
def test_a_made_up_page_marker_is_refused_and_breaks_nothing(text: str) -> None:
    for column in [one for one in Book._meta.concrete_fields if one.name in SORTS]:
        try:
            Cursor.decode(text, column)
        except Invalid as error:
            assert list(error.errors) == ["cursor"]  # noqa: PT017 - any answer but this one fails


def test_a_colleague_who_has_left_keeps_their_name(haruto: User, sora: User, books: Resource) -> None:
    User.objects.filter(pk=sora.pk).update(is_active=False)
    assert set(books.fields["owner"].titles(haruto, [sora.pk])) == {sora.pk}
