"""Formula fields: defined by an administrator, computed by both databases and by Python alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.base import conditions
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import jobs
from kizuna.base.records import services as records
from kizuna.base.records.custom import catalogue, figuring, storage
from kizuna.base.records.models import CustomField
from kizuna.base.resources import editions, registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.resources.table import Sort, Table
from kizuna.base.testing.library.models import Book
from kizuna.base.testing.plans import explained, reluctant
from kizuna.base.types.custom_values import part_of
from kizuna.base.types.errors import Invalid
from kizuna.base.types.money import Money

pytestmark = pytest.mark.django_db

Define = Callable[..., CustomField]


@pytest.fixture
def define(alice: Any) -> Define:
    """Add a formula to books: `define("total", "pages * 2")`."""

    def add(name: str, expression: str, kind: str = "formula", **more: Any) -> CustomField:
        settings = {"expression": expression, **more} if kind == "formula" else more
        book = registry.get("book")
        return records.add_custom_field(
            actor=alice, resource=book, kind=kind, labels=name, name=name, settings=settings
        )

    return add


def make(actor: Any, title: str, **values: Any) -> Book:
    return records.create(actor=actor, resource=registry.get("book"), values={"title": title, **values})  # type: ignore[return-value]


def listed(actor: Any, name: str, sort: str = "title") -> list[Any]:
    """What a list shows of a field, read page by page."""
    resource = registry.get("book")
    table = Table(resource, actor, columns=[resource.fields[name]], sort=Sort.of(resource, actor, sort))
    found: list[Any] = []
    cursor: str | None = None
    while True:
        page = table.page(cursor, 2)
        found += [row.values[0] for row in page.rows]
        if not page.next_cursor:
            return found
        cursor = page.next_cursor


def work() -> None:
    connection.check_constraints()  # PostgreSQL makes no index while some of this transaction are to be checked
    assert all(job.state == "done" for job in run_waiting())
    editions.look_again()


def titles(actor: Any, field: str, op: str, value: Any = None) -> list[str]:
    resource = registry.get("book")
    tree = {"field": field, "op": op} | ({} if value is None else {"value": value})
    asked = conditions.compile(tree, schema=ResourceSchema(resource, actor), viewer=actor)
    return sorted(resource.visible_to(actor).filter(asked).values_list("title", flat=True))


def test_a_list_shows_filters_and_sorts_by_a_formula(alice: Any, haruto: Any, define: Define) -> None:
    define("page_price", "price / pages", places=2)
    define("score", "or_else(pages, 0) / 3", places=1)
    for title, pages, price in (("A", 100, "500"), ("B", 250, "1000"), ("C", 0, "10"), ("D", None, "10")):
        values = {"pages": pages or None, "price": {"amount": price, "currency": "JPY"}}
        make(haruto, title, **values)

    assert listed(haruto, "page_price") == [Money(5, "JPY"), Money(4, "JPY"), None, None]
    assert listed(haruto, "score") == [Decimal("33.3"), Decimal("83.3"), Decimal("0.0"), Decimal("0.0")]
    assert listed(haruto, "title", "-score")[0] == ("B", "")
    assert titles(haruto, "score", "gt", 50) == ["B"]
    assert titles(haruto, "page_price", "is_empty") == ["C", "D"]
    assert titles(haruto, "page_price", "is_not_empty") == ["A", "B"]


def test_every_type_of_answer_can_be_asked_for(haruto: Any, define: Define) -> None:
    define("label", "title & ' (' & pages & ')'")
    define("is_long", "pages > 200")
    define("back_on", "published_on + 30")
    make(haruto, "Kokoro", pages=250, published_on="2026-11-01")
    make(haruto, "Botchan", pages=120)

    assert listed(haruto, "label") == ["Botchan (120)", "Kokoro (250)"]
    assert titles(haruto, "label", "contains", "KOKORO") == ["Kokoro"]
    assert titles(haruto, "is_long", "is_true") == ["Kokoro"]
    assert listed(haruto, "back_on") == [None, dt.date(2026, 12, 1)]
    assert titles(haruto, "back_on", "after", "2026-11-30") == ["Kokoro"]
    assert listed(haruto, "title", "-back_on") == [("Kokoro", ""), ("Botchan", "")]


def test_formulas_build_on_custom_fields_and_on_each_other(haruto: Any, define: Define) -> None:
    define("hours", "", kind="number", places=2)
    define("cost", "hours * 12.5", places=1)
    define("with_tax", "cost * 1.1", places=2)
    book = make(haruto, "Kokoro", hours="1.05")

    assert listed(haruto, "cost") == [Decimal("13.1")]
    assert listed(haruto, "with_tax") == [Decimal("14.41")]
    assert registry.get("book").fields["with_tax"].read(book) == Decimal("14.41")


def test_a_formula_that_needs_itself_is_refused_however_long_the_way(alice: Any, define: Define) -> None:
    first = define("first", "pages + 1")
    define("second", "first + 1")

    for expression in ("second * 2", "first * 2"):
        with pytest.raises(Invalid, match="circle"):
            records.change_custom_field(actor=alice, field=first, changes={"settings": {"expression": expression}})


def test_a_circle_that_two_people_closed_at_once_breaks_no_page(haruto: Any, define: Define) -> None:
    first = define("first", "pages + 1")
    define("second", "first + 1")
    CustomField.objects.filter(pk=first.pk).update(settings=first.settings | {"expression": "second + 1"})
    catalogue.publish_edition()

    assert not {"first", "second"} & registry.get("book").fields.keys()


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("", "needed"),
        ("pages +", "At character 8"),
        ("subjects & title", "“subjects” is of a kind"),
        ("lent_at", "cannot give a moment"),
        ("pagse", "Did you mean “pages”"),
    ],
)
def test_what_is_wrong_is_told_when_it_is_saved(define: Define, expression: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        define("wrong", expression)


def test_the_type_of_a_formula_stays(alice: Any, define: Define) -> None:
    field = define("score", "pages * 2")
    with pytest.raises(Invalid, match="So far it was a number"):
        records.change_custom_field(actor=alice, field=field, changes={"settings": {"expression": "title"}})


def test_nobody_writes_a_formula(haruto: Any, define: Define) -> None:
    define("score", "pages * 2")
    with pytest.raises(Invalid, match="cannot be changed"):
        make(haruto, "Kokoro", score=5)


def test_a_formula_tells_nobody_what_is_hidden_from_them(alice: Any, haruto: Any, hide: Any, define: Define) -> None:
    define("double", "pages * 2")
    define("fourfold", "double * 2")
    hide(haruto, "book", "pages")

    assert not {"double", "fourfold"} & registry.get("book").readable_fields(haruto).keys()
    assert {"double", "fourfold"} <= registry.get("book").readable_fields(alice).keys()


def test_nor_what_another_formula_would_tell_them(haruto: Any, hide: Any, define: Define) -> None:
    define("double", "pages * 2")
    define("fourfold", "double * 2")
    hide(haruto, "book", "double")

    assert "fourfold" not in registry.get("book").readable_fields(haruto)
    assert "pages" in registry.get("book").readable_fields(haruto)


def test_a_formula_is_away_while_a_field_that_it_needs_is(alice: Any, haruto: Any, define: Define) -> None:
    hours = define("hours", "", kind="number", places=2)
    define("cost", "hours * 2")
    define("more", "cost + 1")
    records.remove_custom_field(actor=alice, field=hours)
    assert not {"cost", "more"} & registry.get("book").fields.keys()

    records.restore_custom_field(actor=alice, field=hours)
    assert {"cost", "more"} <= registry.get("book").fields.keys()


def test_a_record_says_why_a_formula_has_no_value(haruto: Any, define: Define) -> None:
    define("each", "100 / pages")
    field = registry.get("book").fields["each"]

    assert "“pages” is empty" in str(field.why_empty(make(haruto, "Kokoro")))
    assert field.why_empty(make(haruto, "Botchan", pages=4)) == ""


# ── indexes ──


def asked_of_the_database(actor: Any, sort: str) -> str:
    """The plans of the second page of a sorted list, as if the table were large."""
    resource = registry.get("book")
    table = Table(resource, actor, columns=[resource.title_field], sort=Sort.of(resource, actor, sort))
    reluctant()
    with CaptureQueriesContext(connection) as captured:
        table.page(table.page(None, 2).next_cursor, 2)
    return "\n".join(explained(query["sql"].replace("%%", "%")) for query in captured)


def indexes_of(definition: CustomField) -> list[str]:
    return [name for name, number, _mark in storage._existing() if number == definition.pk]


@pytest.mark.parametrize(
    "expression",
    ["pages * 2", "price * pages", "published_on + 30", "pages > 200", 'if(pages > 200, \'5% "x"\', "o\'hare")'],
)
def test_an_index_answers_sorting_and_filtering_by_a_formula(
    alice: Any, haruto: Any, define: Define, expression: str
) -> None:
    definition = define("result", expression)
    for number in range(5):
        values = {"pages": number * 100 + 1, "published_on": "2026-11-01"}
        make(haruto, f"Book {number}", price={"amount": "5", "currency": "JPY"}, **values)
    before = listed(alice, "title", "-result"), listed(alice, "result")
    work()

    (name,) = indexes_of(definition)
    assert (listed(alice, "title", "-result"), listed(alice, "result")) == before
    plan = asked_of_the_database(alice, "result")
    assert name in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
    field = registry.get("book").fields["result"]
    wanted = Book.objects.filter(deleted_at__isnull=True).order_by("pk").values_list(field.path, flat=True)[1]
    assert name in Book.objects.filter(deleted_at__isnull=True, **{field.path: wanted}).explain()


def test_an_index_is_true_whoever_writes_a_row(alice: Any, haruto: Any, define: Define) -> None:
    define("double", "pages * 2")
    books = [make(haruto, title, pages=100) for title in "ABC"]
    work()
    Book.objects.filter(pk=books[1].pk).update(pages=300)

    assert listed(alice, "title", "-double")[0] == ("B", "")
    assert titles(alice, "double", "eq", 600) == ["B"]


def test_another_meaning_is_in_force_at_once_and_gets_an_index_of_its_own(
    alice: Any, haruto: Any, define: Define
) -> None:
    first = define("first", "pages * 2")
    second = define("second", "first + 1")
    make(haruto, "A", pages=10)
    make(haruto, "B", pages=300)
    work()
    (before,) = indexes_of(second)

    records.change_custom_field(actor=alice, field=first, changes={"settings": {"expression": "0 - pages"}})
    assert listed(alice, "title", "second")[0] == ("B", "")
    assert titles(alice, "second", "eq", -9) == ["A"]
    work()
    assert listed(alice, "title", "second")[0] == ("B", "")
    assert before in indexes_of(second)  # somebody's request may still ask for it
    jobs.tend_custom_fields.call()
    assert len(indexes_of(second)) == 1
    assert before not in indexes_of(second)


@pytest.mark.parametrize("expression", ["days(published_on, today())", "date(lent_at)", "1 + 1", "note & title"])
def test_what_a_calendar_changes_or_fits_no_index_has_none(haruto: Any, define: Define, expression: str) -> None:
    define("note", "", kind="long")
    definition = define("result", expression)
    make(haruto, "Kokoro", note="x" * 10_000)
    work()

    assert indexes_of(definition) == []


def test_a_formula_that_goes_for_good_leaves_no_index(alice: Any, define: Define) -> None:
    definition = define("double", "pages * 2")
    work()
    records.remove_custom_field(actor=alice, field=definition)
    records.purge_custom_field(actor=alice, field=definition, confirmation="double")
    work()

    assert indexes_of(definition) == []


# ── Python and SQL agree ──

NUMBERS = st.one_of(
    st.just("pages"), st.just("rating"), st.just("hours"), st.just("amount(price)"), st.just("amount(budget)"),
    st.decimals(min_value=0, max_value=99999, places=3, allow_nan=False).map(lambda value: f"{value:f}"),
)  # fmt: skip
TEXTS = st.sampled_from(["title", "status", "note", "'a'", "'日本'", "currency(price)"])
DAYS = st.sampled_from(["published_on", "visited_on", "today()", "date(lent_at)", "date(seen_at)"])
MONEY = st.sampled_from(["price", "budget"])


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("round({}, {})".format, inner, st.integers(0, 4)),
        st.builds("if({} {} {}, {}, {})".format, inner, st.sampled_from(["<", ">=", "="]), inner, inner, inner),
        st.builds("or_else({}, {})".format, inner, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.builds("if(is_empty({}) or {} <> {}, {}, -{})".format, inner, TEXTS, TEXTS, inner, inner),
        st.builds("days({}, {})".format, DAYS, DAYS),
        st.builds("year({} + {})".format, DAYS, inner),
        st.builds("amount({} {} {})".format, MONEY, st.sampled_from("+-"), MONEY),
        st.builds("({} / {})".format, MONEY, MONEY),
        st.builds("if({} < {}, 1, {})".format, MONEY, MONEY, inner),
        st.builds("if(not (is_rare and {} > 1), {}, 0)".format, inner, inner),
    )


FORMULAS = st.one_of(
    st.recursive(NUMBERS, _deeper, max_leaves=6),
    st.builds("concat({}, {}, {})".format, TEXTS, st.recursive(NUMBERS, _deeper, max_leaves=3), DAYS),
    st.builds("{} & or_else({}, 'none')".format, TEXTS, TEXTS),
    st.builds("if({} < {}, {}, {})".format, TEXTS, TEXTS, DAYS, DAYS),
    st.builds("({} * {} + {})".format, MONEY, NUMBERS, MONEY),
    st.builds("max({}, {} / {})".format, MONEY, MONEY, NUMBERS),
    st.builds("{} + {}".format, DAYS, st.recursive(NUMBERS, _deeper, max_leaves=3)),
    st.builds("{} >= {} or is_rare".format, DAYS, DAYS),
)
ROWS: tuple[dict[str, Any], ...] = (
    {},
    {
        "pages": 300, "rating": "4.25", "price": {"amount": "1200", "currency": "JPY"}, "published_on": "2026-02-28",
        "lent_at": "2026-11-20T16:30:00Z", "is_rare": True, "status": "lent", "hours": "0.333", "note": "a\"b%'",
        "budget": {"amount": "999999.99", "currency": "EUR"}, "visited_on": "1000-01-01",
        "seen_at": "2026-11-20T14:59:59.123456Z",
    },
    {
        "pages": 7, "rating": "-0.05", "price": {"amount": "0.30", "currency": "EUR"}, "published_on": "9999-12-30",
        "hours": "-12345678.125", "budget": {"amount": "-0.10", "currency": "EUR"}, "note": "日本",
    },
)  # fmt: skip


@pytest.fixture
def shelf(alice: Any, haruto: Any, define: Define) -> list[Book]:
    define("hours", "", kind="number", places=3)
    define("budget", "", kind="money")
    define("visited_on", "", kind="date")
    define("seen_at", "", kind="moment")
    define("note", "", kind="text")
    define("result", "1 + 1", places=4)
    return [make(haruto, f"Book {number}", **values) for number, values in enumerate(ROWS)]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expression=FORMULAS)
def test_the_database_gives_the_answers_of_python(alice: Any, shelf: list[Book], expression: str) -> None:
    definition = CustomField.objects.get(name="result")
    before = {} if "type" not in definition.settings else {"places": 4}
    definition.settings = figuring.understood(definition, registry.get("book"), {"expression": expression}, before)
    resource = registry.get("book")
    others = {name: field for name, field in resource.fields.items() if name != "result"}
    field = figuring.fields_of([definition], others)["result"]
    field.resource = resource
    fields = {**editions.current().fields_of("book"), "result": field}
    edition = editions.Edition("here", {"book": fields})

    with editions.staying_with(edition, catalogue.alias()), timezone.override("Asia/Tokyo"):
        table = Table(resource, alice, columns=[field], sort=Sort(resource.title_field, False))
        by_sql = [row.values[0] for row in table.page().rows]
        in_order = resource.visible_to(alice).order_by(field.path, "pk").values_list("pk", flat=True)
        assert by_sql == [field.read(Book.objects.get(pk=book.pk)) for book in shelf], expression
        assert set(in_order) == {book.pk for book in shelf}
        answers = list(Book.objects.order_by("pk").values_list(field.path, flat=True))
    assert not field.is_indexed or by_index(field, fields) == answers, expression


def by_index(field: Any, fields: dict[str, Any]) -> list[Any]:
    """What the expression gives that an index is made on: on PostgreSQL a function of its own."""
    field.formula = replace(field.formula, indexed=field.formula.mark)
    with editions.staying_with(editions.Edition("there", {"book": fields}), catalogue.alias()):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(part_of(field.path).create_function(Book, connection))
        return list(Book.objects.order_by("pk").values_list(field.path, flat=True))
