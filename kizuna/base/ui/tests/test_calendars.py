"""A list as a calendar: which days, what lies on them in the reader's zone, and moves to another day."""

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.records import services as records
from kizuna.base.saved_views import services as views
from kizuna.base.saved_views.models import SavedView
from kizuna.base.testing.library.models import Book
from kizuna.base.testing.visiting import page_of, said, undo_of

pytestmark = pytest.mark.django_db

MONTH = {"mode": "calendar", "by": "published_on", "at": "2026-11-22"}


def days(answer) -> dict[str, list[str]]:
    """Titles by day; every day that is drawn."""
    found = {}
    for day in page_of(answer).split("<section ")[1:]:
        iso = re.findall(r'data-lane="([\d-]+)"', day)[0]
        found[iso] = re.findall(r'<span class="k-clip"[^>]*>(.*?)</span>', day)
    return found


def filled(answer) -> dict[str, list[str]]:
    return {day: titles for day, titles in days(answer).items() if titles}


def test_a_month_begins_with_the_first_day_of_the_readers_week(haruto, visit):
    drawn = list(days(visit(haruto).get("/books", **MONTH)))
    assert (drawn[0], drawn[-1]) == ("2026-10-26", "2026-12-06")
    haruto.language = "ja"
    haruto.save()
    drawn = list(days(visit(haruto).get("/books", **MONTH)))
    assert (drawn[0], drawn[-1]) == ("2026-11-01", "2026-12-05")


def test_a_week_and_an_agenda(shelve, haruto, visit):
    shelve("Kokoro", published_on="2026-11-22")
    drawn = days(visit(haruto).get("/books", **MONTH, span="week"))
    assert (next(iter(drawn)), len(drawn)) == ("2026-11-16", 7)
    assert drawn["2026-11-22"] == ["Kokoro"]
    assert len(days(visit(haruto).get("/books", **MONTH, span="agenda"))) == 30


def test_books_lie_on_their_days_as_the_list_has_them(shelve, haruto, carol, visit):
    shelve("Kokoro", published_on="2026-11-03", status="wanted")
    shelve("Mon", published_on="2026-11-03")
    shelve("Next year", published_on="2027-11-03")
    shelve("Undated")
    his = visit(haruto)
    assert filled(his.get("/books", **MONTH)) == {"2026-11-03": ["Kokoro", "Mon"]}
    narrowed = his.get("/books", **MONTH, filter='{"field":"status","op":"is","value":"wanted"}')
    assert filled(narrowed) == {"2026-11-03": ["Kokoro"]}
    assert filled(visit(carol).get("/books", **MONTH)) == {}


def test_a_moment_lies_on_the_day_that_it_is_where_the_reader_sits(shelve, haruto, visit):
    book = shelve("Kokoro")
    Book.objects.filter(pk=book.pk).update(lent_at=dt.datetime(2026, 11, 3, 20, 0, tzinfo=dt.UTC))
    asked = {**MONTH, "by": "lent_at"}
    haruto.time_zone = "Asia/Tokyo"
    haruto.save()
    answer = visit(haruto).get("/books", **asked)
    assert filled(answer) == {"2026-11-04": ["Kokoro"]}
    assert "05:00" in page_of(answer)
    haruto.time_zone = "Europe/London"
    haruto.save()
    assert list(filled(visit(haruto).get("/books", **asked))) == ["2026-11-03"]


def test_a_full_day_shows_some_and_leads_to_the_rest(shelve, haruto, visit):
    for number in range(7):
        shelve(f"Book {number}", published_on="2026-11-03")
    his = visit(haruto)
    answer = his.get("/books", **MONTH)
    assert len(days(answer)["2026-11-03"]) == 4
    assert "+3 more" in page_of(answer)
    rest = his.get(unescape(re.findall(r'class="k-day-more" href="([^"]*)"', page_of(answer))[0]))
    assert page_of(rest).count("data-row=") == 7


def test_a_calendar_asks_as_much_for_many_records_as_for_few(shelve, haruto, visit):
    his = visit(haruto)

    def questions() -> int:
        his.get("/books", **MONTH)
        with CaptureQueriesContext(connection) as asked:
            his.get("/books", **MONTH)
        return len(asked)

    shelve("One", published_on="2026-11-03")
    before = questions()
    for number in range(20):
        shelve(str(number), published_on=f"2026-11-{number + 1:02}")
    assert questions() == before


@pytest.mark.parametrize("asked", [{"at": "yesterday"}, {"at": "9999-12-31"}, {"at": "0001-01-01"}, {"span": "year"}])
def test_an_address_that_names_no_day_shows_this_month(haruto, visit, asked):
    assert len(days(visit(haruto).get("/books", **{**MONTH, **asked}))) >= 28


@pytest.mark.parametrize("by", ["status", "taste"])
def test_a_field_without_days_is_told(haruto, visit, by):
    page = page_of(visit(haruto).get("/books", mode="calendar", by=by))
    assert "This calendar cannot be shown" in page
    assert "By Published" in page


def test_a_day_that_is_hidden_is_no_calendar(haruto, hide, visit):
    hide(haruto, "book", "published_on")
    assert "This calendar cannot be shown" in page_of(visit(haruto).get("/books", **MONTH))


def test_a_free_day_leads_to_the_form_with_the_day_filled_in(haruto, visit):
    his = visit(haruto)
    assert 'href="/books/new?published_on=2026-11-03"' in page_of(his.get("/books", **MONTH))
    assert 'value="2026-11-03"' in page_of(his.get("/books/new", published_on="2026-11-03"))
    assert his.get("/books/new", published_on="soon").status_code == 200


# ── moving ──


def test_a_book_is_moved_to_another_day_and_back(shelve, haruto, visit):
    book = shelve("Kokoro", published_on="2026-11-03")
    his = visit(haruto)
    told = {"field": "published_on", "value": "2026-11-10", "version": 1}
    answer = his.send(f"/books/{book.pk}/move?mode=calendar&by=published_on", at="/books", **told)
    assert Book.objects.get().published_on == dt.date(2026, 11, 10)
    assert said(answer) == "Book moved."
    assert "kizuna:changed" in answer["HX-Trigger"]
    his.send(undo_of(answer), at="/books")
    assert Book.objects.get().published_on == dt.date(2026, 11, 3)


def test_a_moment_keeps_its_time_of_day(shelve, haruto, visit):
    haruto.time_zone = "Asia/Tokyo"
    haruto.save()
    book = shelve("Kokoro", lent_at="2026-11-03T20:00:00Z")
    told = {"field": "lent_at", "value": "2026-11-10", "version": 1}
    visit(haruto).send(f"/books/{book.pk}/move?mode=calendar&by=lent_at", **told)
    assert Book.objects.get().lent_at == dt.datetime(2026, 11, 9, 20, 0, tzinfo=dt.UTC)


def test_a_moment_is_moved_from_the_day_on_which_its_reader_saw_it(shelve, haruto, sora, visit):
    haruto.time_zone = "Asia/Tokyo"
    haruto.save()
    book = shelve("Kokoro", lent_at="2026-11-03T20:00:00Z")
    records.update(actor=sora, record=book, changes={"title": "Kokoro II"})
    told = {"field": "lent_at", "value": "2026-11-10", "version": 1}
    path = f"/books/{book.pk}/move?mode=calendar&by=lent_at"
    assert visit(haruto).send(path, **told, was="2026-11-03").status_code == 412
    assert visit(haruto).send(path, **told, was="2026-11-04").status_code == 204
    assert Book.objects.get().lent_at == dt.datetime(2026, 11, 9, 20, 0, tzinfo=dt.UTC)


def test_what_nobody_may_write_is_not_moved(shelve, victor, haruto, visit):
    book = shelve("Kokoro", published_on="2026-11-03")
    told = {"field": "published_on", "value": "2026-11-10", "version": 1}
    assert visit(victor).send(f"/books/{book.pk}/move?mode=calendar", **told).status_code == 403
    told["field"] = "created_at"
    assert visit(haruto).send(f"/books/{book.pk}/move?mode=calendar", **told).status_code == 403
    assert Book.objects.get().published_on == dt.date(2026, 11, 3)


# ── views ──


def test_a_view_keeps_the_calendar_without_the_day_it_stood_at(haruto, visit):
    his = visit(haruto)
    his.send("/books/views/new", name="Prints", **MONTH, span="week")
    view = SavedView.objects.get()
    assert (view.kind, view.settings) == ("calendar", {"by": "published_on", "span": "week"})
    answer = his.get("/books", view=view.pk, at="2026-11-22")
    assert next(iter(days(answer))) == "2026-11-16"
    assert "Edited" not in page_of(answer)


def test_what_divides_a_calendar_does_not_divide_a_board(haruto, visit):
    view = views.save_view(
        actor=haruto, resource="book", name="Prints", kind="calendar", settings={"by": "published_on"}
    )
    assert "On the shelf" in page_of(visit(haruto).get("/books", view=view.pk, mode="board"))
