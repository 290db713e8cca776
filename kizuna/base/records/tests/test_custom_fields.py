"""Custom fields of every kind: defined by an administrator, then like any other field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.base import conditions
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.records.custom import storage
from kizuna.base.records.models import CustomField
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.resources.table import Sort, Table
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.testing.plans import explained, reluctant
from kizuna.base.types.errors import Denied, Invalid
from kizuna.base.types.money import Money

pytestmark = pytest.mark.django_db

ROOMS = {"choices": ["Window", "Garden", {"labels": {"": "Harbour", "ja": "港"}, "tone": "info"}]}
SETTINGS: dict[str, dict[str, Any]] = {
    "number": {"places": 2},
    "money": {"currency": "JPY"},
    "choice": ROOMS,
    "choices": ROOMS,
    "relation": {"target": "author"},
}
Define = Callable[..., Any]


@pytest.fixture
def books() -> Resource:
    return registry.get("book")


@pytest.fixture
def define(alice: Any) -> Define:
    """Add a field to books: `define("money", "Budget")`."""

    def add(kind: str, label: Any = "Extra", *, to: str = "book", **more: Any) -> CustomField:
        found = registry.get(to)
        more.setdefault("settings", SETTINGS.get(kind, {}))
        return records.add_custom_field(actor=alice, resource=found, kind=kind, labels=label, **more)

    return add


def make(actor: Any, title: str, **values: Any) -> Book:
    return records.create(actor=actor, resource=registry.get("book"), values={"title": title, **values})  # type: ignore[return-value]


def found(actor: Any, field: str, op: str, value: Any = None) -> list[str]:
    """Titles of the books for which a condition on a field holds."""
    resource = registry.get("book")
    tree = {"field": field, "op": op} | ({} if value is None else {"value": value})
    rows = resource.visible_to(actor).filter(
        conditions.compile(tree, schema=ResourceSchema(resource, actor), viewer=actor)
    )
    return sorted(rows.values_list("title", flat=True))


def listed(actor: Any, sort: str, size: int = 2) -> list[str]:
    """Titles in the order of a list, read page by page, there and back again."""
    resource = registry.get("book")
    table = Table(resource, actor, columns=[resource.fields["title"]], sort=Sort.of(resource, actor, sort))
    titles: list[str] = []
    backwards: list[str] = []
    cursor: str | None = None
    while True:
        page = table.page(cursor, size)
        titles += [row.values[0][0] for row in page.rows]
        if not page.next_cursor:
            break
        cursor = page.next_cursor
    while page.previous_cursor:
        page = table.page(page.previous_cursor, size)
        backwards = [row.values[0][0] for row in page.rows] + backwards
    assert backwards == titles[: len(backwards)]
    return titles


def shown(actor: Any, name: str, book: Book) -> Any:
    """What a list reads for one cell."""
    resource = registry.get("book")
    rows = Book.objects.filter(pk=book.pk)
    sort = Sort(resource.title_field, False)
    return Table(resource, actor, columns=[resource.fields[name]], sort=sort, rows=rows).page().rows[0].values[0]


# ── every kind ──

GIVEN: dict[str, list[Any]] = {
    "text": ["Kokoro", "ｶﾅ", "a'b\"c%{}"],
    "long": ["one\ntwo", "three"],
    "number": ["12.50", "-3", "999999999999.99"],
    "money": [{"amount": "1200", "currency": "JPY"}, {"amount": "-3.25", "currency": "EUR"}],
    "date": ["2026-11-20", "1000-01-01"],
    "moment": ["2026-11-20T06:30:00Z", "2026-11-20T06:30:00.123456+09:00"],
    "choice": ["window", "harbour"],
    "choices": [["harbour", "window"], ["garden"]],
    "boolean": [True],
    "url": ["https://aoba.example/a?b=c"],
    "email": ["yoko@aoba.example"],
    "position": ["35.4437, 139.638", {"lat": -33.5, "lon": 179.999999, "precision": "city"}, "Yokohama, Japan"],
    "phone": ["+81 3-1234-5678", {"value": "090-1234-5678", "key": "+819012345678"}],
}


@pytest.mark.parametrize("kind", GIVEN)
def test_a_value_is_kept_shown_and_given_back_as_it_was(kind: str, define: Define, mika: Any) -> None:
    define(kind)
    for raw in GIVEN[kind]:
        book = make(mika, "Kokoro", extra=raw)
        field = registry.get("book").fields["extra"]
        stored = Book.objects.get(pk=book.pk)
        value = field.read(stored)
        assert not field.is_empty(value)
        assert shown(mika, "extra", book) == value
        assert field.from_json(field.to_json(value)) == value
        assert field.parse(field.to_json(value), Reader.of(mika)) == value
        assert field.cell(value, Reader.of(mika))["kind"] != "empty"


@pytest.mark.parametrize("kind", GIVEN)
def test_a_value_can_be_taken_away_and_put_back(kind: str, define: Define, mika: Any) -> None:
    define(kind)
    book = make(mika, "Kokoro", extra=GIVEN[kind][0])
    before = registry.get("book").fields["extra"].to_json(registry.get("book").fields["extra"].read(book))
    emptied = records.update(actor=mika, record=book, changes={"extra": False if kind == "boolean" else ""})
    assert registry.get("book").fields["extra"].is_empty(shown(mika, "extra", book)) or kind == "boolean"
    undone = records.undo(actor=mika, record=emptied, version=emptied.version)
    field = registry.get("book").fields["extra"]
    assert field.to_json(field.read(undone)) == before


SAID: dict[str, list[tuple[Any, ...]]] = {
    "text": [
        ("is", "ＫＯＫＯＲＯ"),
        ("starts_with", "ko"),
        ("ends_with", "RO"),
        ("contains", "oko"),
        ("is_not_empty",),
    ],
    "long": [("contains", "one"), ("is_not_empty",)],
    "number": [("eq", "12.5"), ("between", [12, 13]), ("gt", 12), ("is_not_empty",)],
    "money": [("eq", {"amount": "1200", "currency": "JPY"}), ("gte", {"amount": "100", "currency": "JPY"})],
    "date": [("on", "2026-11-20"), ("before", "2026-11-21"), ("anniversary_in_period", "this_year"), ("is_not_empty",)],
    "moment": [("on_or_after", "2026-11-20T06:30Z"), ("between", ["2026-11-19", "2026-11-21"])],
    "choice": [("is", "window"), ("any_of", ["window", "garden"]), ("is_not_empty",)],
    "choices": [("has_any", ["window"]), ("has_all", ["window", "Harbour"]), ("is_not_empty",)],
    "boolean": [("is_true",)],
    "url": [("contains", "aoba"), ("is_not_empty",)],
    "email": [("is", "YOKO@aoba.example"), ("ends_with", "@aoba.example")],
    "phone": [("is", "+81 3 1234 5678"), ("starts_with", "+813"), ("is_not_empty",)],
}
OPPOSITE = {"is_not_empty": "is_empty", "is": "is_not", "eq": "ne", "is_true": "is_false", "any_of": "none_of"}


@pytest.mark.parametrize("kind", SAID)
def test_conditions_find_it_and_their_opposites_find_the_others(kind: str, define: Define, mika: Any) -> None:
    define(kind)
    make(mika, "With", extra=GIVEN[kind][0])
    make(mika, "Without")
    for op, *value in SAID[kind]:
        assert found(mika, "extra", op, *value) == ["With"], op
        tree = {"not": {"field": "extra", "op": op} | ({"value": value[0]} if value else {})}
        resource = registry.get("book")
        q = conditions.compile(tree, schema=ResourceSchema(resource, mika), viewer=mika)
        assert list(resource.visible_to(mika).filter(q).values_list("title", flat=True)) == ["Without"], op
        if op in OPPOSITE and kind != "phone":
            assert found(mika, "extra", OPPOSITE[op], *value) == ["Without"], op


ORDERED: dict[str, list[Any]] = {
    "text": ["a", "b", "c"],
    "number": ["-10", "2", "10.25"],
    "money": [{"amount": amount, "currency": "JPY"} for amount in ("-10", "2", "1000")],
    "date": ["1999-12-31", "2026-02-03", "2026-11-20"],
    "moment": ["2026-11-20T06:30:00Z", "2026-11-20T06:30:00.5Z", "2026-11-21T01:00:00+09:00"],
    "choice": ["garden", "harbour", "window"],
    "url": ["https://a.example", "https://b.example", "https://c.example"],
}


@pytest.mark.parametrize("kind", ORDERED)
def test_lists_are_sorted_by_it_with_what_is_empty_last(kind: str, define: Define, mika: Any) -> None:
    define(kind)
    make(mika, "Without")
    for title, raw in zip("BAC", [ORDERED[kind][1], ORDERED[kind][0], ORDERED[kind][2]], strict=True):
        make(mika, title, extra=raw)
    make(mika, "Without either")
    assert listed(mika, "extra") == ["A", "B", "C", "Without", "Without either"]
    assert listed(mika, "-extra") == ["C", "B", "A", "Without either", "Without"]


@pytest.mark.parametrize("kind", sorted({*ORDERED, "boolean", "email", "relation"}))
def test_an_index_answers_sorting_and_filtering(kind: str, define: Define, mika: Any) -> None:
    definition = define(kind)
    run_waiting()
    resource = registry.get("book")
    field = resource.fields["extra"]
    rows = Book.objects.filter(deleted_at__isnull=True)
    if field.sort_path:
        assert storage.index_name(definition) in plan_of(
            rows.filter(**{f"{field.path}__isnull": False}).order_by(field.path, "pk")[:50]
        )
    example = {"text": "a", "number": 2, "money": 2, "choice": "a", "boolean": True, "email": "a", "relation": 1}
    value = example.get(kind, dt.datetime(2026, 1, 1, tzinfo=dt.UTC) if kind == "moment" else "2026-01-01")
    assert storage.index_name(definition) in plan_of(rows.filter(**{field.path: value}))


@pytest.mark.parametrize("sort", ["extra", "-extra"])
def test_every_page_of_a_sorted_list_walks_the_index(sort: str, define: Define, alice: Any, mika: Any) -> None:
    definition = define("number")
    for number in range(5):
        make(mika, f"Book {number}", extra=number)
    connection.check_constraints()  # PostgreSQL makes no index while some of this transaction are to be checked
    storage.make_index(definition)
    resource = registry.get("book")
    table = Table(resource, alice, columns=[resource.fields["extra"]], sort=Sort.of(resource, alice, sort))
    reluctant()
    with CaptureQueriesContext(connection) as captured:
        table.page(table.page(None, 2).next_cursor, 2)
    assert len(captured) == 2
    for query in captured:
        plan = explained(query["sql"])
        assert storage.index_name(definition) in plan
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan


def test_a_lane_of_a_board_walks_an_index(define: Define, alice: Any, mika: Any) -> None:
    definition = define("choice")
    for number, raw in enumerate([*ORDERED["choice"], *ORDERED["choice"]]):
        make(mika, f"Book {number}", extra=raw)
    connection.check_constraints()  # as above
    storage.make_index(definition)
    reluctant()
    path, value = registry.get("book").fields["extra"].path, Book.objects.first().custom[definition.slot]
    lane = Book.objects.filter(**{path: value}, deleted_at__isnull=True).order_by("-updated_at", "-pk")
    plan = plan_of(lane.values_list("pk")[:13])
    assert f"{storage.index_name(definition)}_newest" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
    storage.drop_index(definition)
    assert storage.index_name(definition) not in plan_of(lane.values_list("pk")[:14])  # SQLite remembers plans of 13


def plan_of(rows: Any) -> str:
    reluctant()
    return rows.explain()


# ── relations ──


def test_a_relation_shows_titles_only_to_those_who_may_see_them(define: Define, mika: Any, carol: Any) -> None:
    definition = define("relation", "Translator")
    author = records.create(actor=mika, resource=registry.get("author"), values={"name": "Sōseki"})
    book = make(mika, "Kokoro", translator=author.pk)
    Book.objects.filter(pk=book.pk).update(owner_id=carol.pk)
    field = registry.get("book").fields["translator"]
    seen, hidden = shown(mika, "translator", book), shown(carol, "translator", book)
    assert (seen.id, field.to_text(seen, Reader.of(mika))) == (author.pk, "Sōseki")
    assert (hidden.id, hidden.is_visible, hidden.title) == (author.pk, False, None)
    assert found(mika, "translator", "is", author.pk) == ["Kokoro"]
    assert found(mika, "translator.name", "contains", "seki") == ["Kokoro"]
    assert found(carol, "translator", "is", author.pk) == []
    with pytest.raises(Invalid):
        records.update(actor=carol, record=book, changes={"translator": author.pk})
    assert [panel.field.name for panel in registry.get("author").related_lists] == ["author", "translator"]
    assert definition.name == "translator"
    Author.objects.filter(pk=author.pk).update(deleted_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert not shown(mika, "translator", book).is_visible


# ── round trips of anything ──

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=50),
    "number": st.decimals(min_value=-(10**12), max_value=10**12, places=2),
    "date": st.dates(),
    "moment": st.datetimes(
        min_value=dt.datetime(2, 1, 1), max_value=dt.datetime(9998, 1, 1), timezones=st.just(dt.UTC)
    ),
    "money": st.integers(-(10**11), 10**11).map(lambda amount: Money(Decimal(amount), "JPY")),
    "boolean": st.booleans(),
}


@pytest.mark.parametrize("kind", VALUES)
def test_whatever_is_parsed_survives_the_store(kind: str, define: Define, mika: Any) -> None:
    define(kind)
    field = registry.get("book").fields["extra"]
    reader = Reader.of(mika)
    book = make(mika, "Kokoro")

    @settings(max_examples=15)
    @given(VALUES[kind])
    def survives(raw: Any) -> None:
        value = field.parse(field.to_json(raw) if kind != "text" else raw, reader)
        field.assign(book, value)
        Book.objects.filter(pk=book.pk).update(custom=book.custom)
        assert field.read(Book.objects.get(pk=book.pk)) == value == shown(mika, "extra", book)
        assert field.from_json(field.to_json(value)) == value

    survives()


BAD: dict[str, list[Any]] = {
    "text": [{}, ["a"], "x" * 256],
    "number": ["abc", "1.234", "NaN", "1e99", True, {}, "99999999999999"],
    "money": ["12", {"amount": "1"}, {"amount": "1.5", "currency": "JPY"}, {"amount": "9" * 14, "currency": "EUR"}],
    "date": ["2026-02-30", 7, {}],
    "moment": ["tomorrow", [], "9999-12-31T23:59:59Z"],
    "choice": ["attic", 7, {}],
    "choices": [["attic"], {"a": 1}, 7],
    "boolean": ["perhaps", {}],
    "relation": [0, 999_999, "x", True],
    "url": ["javascript:alert(1)", {}],
    "email": ["nobody", "a@b@c", 7],
    "phone": ["12", {}, {"value": 7}, {"value": "a", "key": "b"}],
}


@pytest.mark.parametrize("kind", BAD)
def test_what_does_not_fit_is_refused_by_name(kind: str, define: Define, mika: Any) -> None:
    define(kind)
    for raw in BAD[kind]:
        with pytest.raises(Invalid) as refusal:
            make(mika, "Kokoro", extra=raw)
        assert all(path.split(".")[0] == "extra" for path in refusal.value.errors), raw


# ── like any other field ──


def test_required_fields_are_asked_for_and_defaults_are_filled_in(define: Define, mika: Any, books: Resource) -> None:
    define("text", "Shelf", required=True)
    define("number", "Copies", settings={"default": 3})
    with pytest.raises(Invalid) as refusal:
        make(mika, "Kokoro")
    assert set(refusal.value.errors) == {"shelf"}
    book = make(mika, "Kokoro", shelf="A1")
    assert books.fields["copies"].read(book) == 3
    assert records.update(actor=mika, record=book, changes={"copies": ""}).custom.keys() == {books.fields["shelf"].slot}


def test_many_records_get_a_value_at_once(define: Define, mika: Any, books: Resource) -> None:
    define("choice", "Room")
    made = [make(mika, title) for title in ("Kokoro", "Botchan")]
    rows = Book.objects.filter(pk__in=[book.pk for book in made])
    assert records.update_many(actor=mika, queryset=rows, changes={"room": "garden"}) == 2
    assert found(mika, "room", "is", "garden") == ["Botchan", "Kokoro"]
    assert records.update_many(actor=mika, queryset=rows, changes={"room": "garden"}) == 0


def test_a_choice_is_added_to_those_that_records_have_and_taken_away(
    define: Define, mika: Any, books: Resource
) -> None:
    define("choices", "Rooms")
    book = make(mika, "Kokoro", rooms=["garden"])
    rows = Book.objects.filter(pk=book.pk)
    records.update_many(actor=mika, queryset=rows, changes={"rooms": {"add": ["window"]}})
    assert books.fields["rooms"].read(rows.get()) == ["window", "garden"]
    records.update_many(actor=mika, queryset=rows, changes={"rooms": {"remove": ["garden"]}})
    assert books.fields["rooms"].read(rows.get()) == ["window"]


def test_who_may_not_see_or_change_it_cannot(define: Define, mika: Any, sora: Any, hide: Any, books: Resource) -> None:
    define("text", "Secret")
    define("text", "Fixed")
    hide(sora, "book", "secret")
    hide(sora, "book", "fixed", access="read_only")
    assert "secret" not in books.readable_fields(sora)
    assert "fixed" not in books.writable_fields(sora)
    with pytest.raises(Invalid):
        make(sora, "Kokoro", secret="x")
    with pytest.raises(Invalid):
        make(sora, "Kokoro", fixed="x")
    with pytest.raises(conditions.InvalidCondition):
        found(sora, "secret", "is_not_empty")


def test_only_administrators_define_fields(mika: Any, books: Resource) -> None:
    with pytest.raises(Denied):
        records.add_custom_field(actor=mika, resource=books, kind="text", labels="Shelf")
