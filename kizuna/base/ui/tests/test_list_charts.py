"""A list as a chart: groups, parts, measures; every figure opens the list of exactly its records."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.access.models import FieldRule
from kizuna.base.records import services as records
from kizuna.base.resources import exchange, grouping, registry
from kizuna.base.resources.patience import TooLong
from kizuna.base.saved_views import services as views
from kizuna.base.testing.visiting import page_of
from kizuna.base.types.errors import Invalid
from kizuna.base.types.money import Money
from kizuna.base.ui import list_charts
from kizuna.base.ui.listing import Listing

pytestmark = pytest.mark.django_db

CELL = re.compile(r"<t[hd][^>]*>(?:<a href=\"([^\"]*)\">)?([^<]*)")


def table(visitor, **asked) -> dict[str, list[tuple[str, str]]]:
    """Of each row of the table: what its figures say, and where they lead."""
    answer = visitor.ask("/books/chart/figures", mode="chart", **asked)
    body = page_of(answer).partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [CELL.findall(row) for row in body.split("<tr>")[1:]]
    return {unescape(row[0][1]): [(unescape(text), unescape(url)) for url, text in row[1:]] for row in rows}


def figures(visitor, **asked) -> dict[str, list[str]]:
    return {label: [text for text, _url in cells] for label, cells in table(visitor, **asked).items()}


def opened(visitor, url: str) -> set[str]:
    """The titles on the list that a figure opens, which must not be a chart again."""
    assert url.startswith("/books?")
    page = page_of(visitor.get(url))
    assert 'class="k-table' in page
    return {unescape(title) for title in re.findall(r'aria-label="Select ([^"]+)"', page)} - {"all on this page"}


@pytest.fixture
def shelf(shelve):
    return [
        shelve("Kokoro", status="held", pages=248, subjects=["Friends", "Meiji"], is_rare=True),
        shelve("Botchan", status="wanted", pages=100, subjects=["meiji"]),
        shelve("Sanshiro", status="held", pages=52),
        shelve("Mon", status="held"),
    ]


def test_books_are_counted_by_status_and_each_figure_opens_its_books(shelf, haruto, visit):
    shown = table(visit(haruto), by="status")
    assert {label: cells[0][0] for label, cells in shown.items()} == {
        "Wanted": "1",
        "On the shelf": "3",
        "Lent out": "0",
    }
    assert opened(visit(haruto), shown["On the shelf"][0][1]) == {"Kokoro", "Sanshiro", "Mon"}
    assert opened(visit(haruto), shown["Wanted"][0][1]) == {"Botchan"}
    assert shown["Lent out"][0][1] == ""


def test_groups_are_divided_once_more(shelf, haruto, visit):
    shown = table(visit(haruto), by="status", split="is_rare")
    assert [text for text, _url in shown["On the shelf"]] == ["2", "1", "3"]
    assert opened(visit(haruto), shown["On the shelf"][1][1]) == {"Kokoro"}
    assert opened(visit(haruto), shown["On the shelf"][0][1]) == {"Sanshiro", "Mon"}


def test_a_book_with_two_subjects_is_in_both_groups_whatever_their_letters(shelf, haruto, visit):
    shown = table(visit(haruto), by="subjects")
    assert {label.lower(): cells[0][0] for label, cells in shown.items()} == {
        "meiji": "2",
        "friends": "1",
        "no subjects": "2",
    }
    assert opened(visit(haruto), shown["No subjects"][0][1]) == {"Sanshiro", "Mon"}
    assert opened(visit(haruto), next(iter(shown.values()))[0][1]) == {"Kokoro", "Botchan"}


def test_numbers_are_added_up_and_averaged_over_those_that_have_one(shelf, haruto, visit):
    assert figures(visit(haruto), by="status", measure="sum:pages")["On the shelf"] == ["300"]
    assert figures(visit(haruto), by="status", measure="average:pages")["On the shelf"] == ["150"]
    assert figures(visit(haruto), by="status", measure="min:pages")["On the shelf"] == ["52"]
    assert figures(visit(haruto), by="status", measure="max:pages")["Wanted"] == ["100"]
    assert figures(visit(haruto), by="status", measure="max:pages")["Lent out"] == ["–"]


def test_amounts_of_several_currencies_are_never_added_up(shelve, haruto, visit, monkeypatch):
    for price in ("10 EUR", "5 EUR", "900 JPY"):
        shelve(f"For {price}", price=price)
    shelve("Gift")
    monkeypatch.setattr(exchange, "_sources", [])
    apart = figures(visit(haruto), by="status", measure="sum:price")
    assert apart["On the shelf"] == [Money(900, "JPY").format(), Money(15, "EUR").format()]
    assert figures(visit(haruto), by="status", measure="sum:price", split="is_rare") == apart
    monkeypatch.setattr(exchange, "_sources", [lambda reader: ("EUR", {"EUR": 1, "JPY": Decimal("0.01")})])
    assert figures(visit(haruto), by="status", measure="sum:price")["On the shelf"] == [Money(24, "EUR").format()]
    shelve("For dollars", price="7 USD")
    page = page_of(visit(haruto).ask("/books/chart/figures", mode="chart", by="status", measure="sum:price"))
    assert Money(24, "EUR").format() in page
    assert "1 amount is left out" in page


def test_a_group_is_the_sum_of_the_converted_parts_beside_it(shelve, haruto, visit, monkeypatch):
    monkeypatch.setattr(exchange, "_sources", [lambda reader: ("EUR", {"EUR": 1, "JPY": Decimal("0.00615")})])
    for is_rare in (False, True):
        shelve("Half a cent", price="900 JPY", is_rare=is_rare)
    shown = figures(visit(haruto), by="status", measure="sum:price", split="is_rare")
    assert shown["On the shelf"] == [Money(amount, "EUR").format() for amount in ("5.54", "5.54", "11.08")]


def test_moments_are_gathered_by_the_calendar_of_the_reader(shelve, haruto, visit):
    haruto.time_zone = "Asia/Tokyo"
    haruto.save()
    shelve("Late", lent_at="2026-01-31T15:30:00Z")  # the first of February in Tokyo
    shelve("Early", lent_at="2026-01-31T14:30:00Z")
    shelve("Spring", lent_at="2026-04-02T00:00:00Z")
    shown = table(visit(haruto), by="lent_at", span="month")
    assert [(label, cells[0][0]) for label, cells in shown.items()] == [
        ("January 2026", "1"), ("February 2026", "1"), ("March 2026", "0"), ("April 2026", "1"),
    ]  # fmt: skip
    assert opened(visit(haruto), shown["February 2026"][0][1]) == {"Late"}


@pytest.mark.parametrize(
    ("span", "label"),
    [
        ("day", "31 Dec 2025"),
        ("week", "Week of 29 Dec 2025"),
        ("month", "December 2025"),
        ("quarter", "Q4 2025"),
        ("year", "2025"),
    ],
)
def test_days_are_gathered_by_any_span(shelve, haruto, visit, span, label):
    shelve("Old year", published_on="2025-12-31")
    shelve("Undated")
    shown = table(visit(haruto), by="published_on", span=span)
    assert {one: cells[0][0] for one, cells in shown.items()} == {label: "1", "No date": "1"}
    assert opened(visit(haruto), shown[label][0][1]) == {"Old year"}
    assert opened(visit(haruto), shown["No date"][0][1]) == {"Undated"}


def test_what_is_too_much_to_be_told_apart_is_taken_together(shelve, haruto, visit, monkeypatch):
    monkeypatch.setattr(grouping, "MOST_GROUPS", 2)
    authors = registry.get("author")
    written = {"Soseki": 3, "Ogai": 2, "Ichiyo": 1, "Basho": 1}
    for name, count in written.items():
        author = records.create(actor=haruto, resource=authors, values={"name": name})
        for number in range(count):
            shelve(f"{name} {number}", author=author.pk)
    shelve("By nobody")
    shown = table(visit(haruto), by="author")
    assert {label: cells[0][0] for label, cells in shown.items()} == {
        "Soseki": "3", "Ogai": "2", "Others (2)": "2", "No author": "1",
    }  # fmt: skip
    assert opened(visit(haruto), shown["Others (2)"][0][1]) == {"Ichiyo 0", "Basho 0"}
    assert opened(visit(haruto), shown["No author"][0][1]) == {"By nobody"}


def test_a_record_that_the_reader_may_not_see_is_no_group(shelve, haruto, visit):
    author = records.create(actor=haruto, resource=registry.get("author"), values={"name": "Soseki"})
    shelve("Kokoro", author=author.pk)
    shelve("Botchan")
    records.delete(actor=haruto, record=author)
    shown = table(visit(haruto), by="author")
    assert {label: cells[0][0] for label, cells in shown.items()} == {"No author": "2"}
    assert opened(visit(haruto), shown["No author"][0][1]) == {"Kokoro", "Botchan"}


def test_a_chart_counts_what_the_list_shows(shelf, alice, carol, haruto, visit):
    """The same condition, search and rights."""
    records.create(actor=alice, resource=registry.get("book"), values={"title": "Carol’s", "owner": carol.pk})
    pages = '{"field":"pages","op":"gte","value":100}'
    assert figures(visit(haruto), by="status", filter=pages)["On the shelf"] == ["1"]
    shown = table(visit(haruto), by="status", filter=pages)
    assert opened(visit(haruto), shown["On the shelf"][0][1]) == {"Kokoro"}
    visible = Listing(registry.get("book"), carol, {}).rows.count()
    total = sum(int(cells[0]) for cells in figures(visit(carol), by="status").values())
    assert total == visible


def test_nobody_groups_or_adds_up_by_a_field_that_is_hidden_from_them(shelf, haruto, visit):
    role = haruto.roles.get()
    FieldRule.objects.create(role=role, resource="book", field="pages", access="hidden")
    FieldRule.objects.create(role=role, resource="book", field="status", access="hidden")
    visitor = visit(haruto)
    for asked in ({"by": "status"}, {"by": "is_rare", "measure": "sum:pages"}):
        assert "cannot be shown" in page_of(visitor.get("/books", mode="chart", **asked))
        assert visitor.ask("/books/chart/figures", mode="chart", **asked).status_code == 404
        assert visitor.get("/books/chart/table.csv", mode="chart", **asked).status_code == 404


def test_the_figures_come_after_the_page_in_one_statement(shelf, haruto, visit):
    page = page_of(visit(haruto).get("/books", mode="chart", by="status"))
    assert 'hx-trigger="load"' in page
    listing = Listing(registry.get("book"), haruto, {"mode": "chart", "by": "status", "split": "is_rare"})
    chart = list_charts.of(listing)
    with CaptureQueriesContext(connection) as queries:
        assert chart.gathered.whole.count == len(shelf)
    assert len([one for one in queries if "library_book" in one["sql"]]) == 1


def test_the_table_is_a_file_for_those_who_may_export(shelf, shelve, alice, haruto, visit):
    shelve("Formula", subjects=["=1+1"])
    answer = visit(alice).get("/books/chart/table.csv", mode="chart", by="subjects")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0] == ["Subjects", "Number of records"]
    assert ["'=1+1", "1"] in lines
    assert visit(haruto).get("/books/chart/table.csv", mode="chart", by="status").status_code == 403


def test_a_chart_is_kept_as_a_view(shelf, haruto, visit):
    settings = {"by": "status", "measure": "sum:pages", "look": "shares"}
    view = views.save_view(actor=haruto, resource="book", name="Pages", kind="chart", settings=settings, condition={})
    listing = Listing(registry.get("book"), haruto, {"view": str(view.pk)})
    chart = list_charts.of(listing)
    assert (chart.field.name, chart.measure.way, chart.look) == ("status", "sum", "shares")
    assert chart.settings() == settings
    assert not listing.is_edited
    with pytest.raises(Invalid):
        views.save_view(
            actor=haruto, resource="book", name="Other", kind="chart", settings={"colour": "red"}, condition={}
        )


def test_a_chart_that_takes_too_long_says_so(shelf, haruto, visit, monkeypatch):
    def endless(*_args):
        raise TooLong("Narrow the list.")

    monkeypatch.setattr(list_charts, "gather", endless)
    answer = visit(haruto).ask("/books/chart/figures", mode="chart", by="status")
    assert "Narrow the list." in page_of(answer)


def test_weeks_go_on_over_the_end_of_a_year():
    by = grouping.Grouping(registry.get("book").fields["published_on"], grouping.QUARTER)
    assert by.after(dt.date(2026, 10, 1)) == dt.date(2027, 1, 1)
