"""The page of a record: fields edited in place, the composer, the timeline and the history."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.access import policy
from kizuna.base.access.services import set_grant
from kizuna.base.records import services as records
from kizuna.base.records.history import history
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book, Review
from kizuna.base.testing.visiting import content_of, page_of, said, undo_of
from kizuna.base.ui.finding import may

RARE = 7_310_264  # pages that no time, key or token on a page could look like


def review(actor, book, body="Moving."):
    return records.create(actor=actor, resource=registry.get("review"), values={"book": book.pk, "body": body})


def test_the_page_shows_facts_fields_and_what_is_related(haruto, kokoro, soseki, visit):
    review(haruto, kokoro, "A quiet ending.")
    page = page_of(visit(haruto).get(f"/books/{kokoro.pk}"))
    assert all(words in page for words in ("Kokoro", "248", "夏目 漱石", "novel", "A quiet ending.", "added this"))
    assert f'href="/authors/{soseki.pk}"' in page
    assert "Kokoro" in page_of(visit(haruto).ask(f"/authors/{soseki.pk}/panels"))


def test_what_is_related_and_hides_all_of_its_columns_goes_by_its_number(haruto, kokoro, soseki, hide, visit):
    for name in registry.get("book").columns:
        if name != "author":
            hide(haruto, "book", name)
    panels = page_of(visit(haruto).ask(f"/authors/{soseki.pk}/panels"))
    assert f"#{kokoro.pk}" in panels
    assert "Kokoro" not in panels


def test_nothing_is_added_to_what_lies_in_the_trash(haruto, soseki, visit):
    url = f"/authors/{soseki.pk}"
    assert "/books/new?author=" in page_of(visit(haruto).ask(f"{url}/panels"))
    records.delete(actor=haruto, record=soseki)
    assert "/books/new" not in page_of(visit(haruto).ask(f"{url}/panels"))


def test_who_works_without_bounds_is_asked_about_nothing(alice, victor, kokoro, django_assert_num_queries):
    books = registry.get("book")
    policy.permissions_of(alice).reach("book", "update")
    with django_assert_num_queries(0):
        assert may(alice, books, kokoro, "update")
    assert not may(victor, books, kokoro, "update")


def test_a_record_outside_ones_scope_does_not_exist(carol, kokoro, visit):
    hers = visit(carol)
    for path in ("", "/history", "/timeline", "/fields/pages", "/cells/pages", "/edit"):
        assert hers.get(f"/books/{kokoro.pk}{path}").status_code == 404
    assert page_of(hers.get(f"/books/{kokoro.pk}/row")) == ""
    for path in ("/fields/pages", "/delete", "/edit", "/merge-edits", "/undo/1", "/actions/lend_book"):
        assert hers.send(f"/books/{kokoro.pk}{path}", pages=1).status_code == 404


def test_a_right_that_leads_to_no_row_at_all_is_none(alice, haruto, kokoro):
    """A role that may change what it may not read may change nothing."""
    set_grant(actor=alice, role=haruto.roles.get(), resource="book", operation="read", scope=0)
    policy.forget(haruto)
    assert policy.permissions_of(haruto).can("book", "update")
    assert may(haruto, registry.get("book"), kokoro, "update") is False


@pytest.mark.parametrize("number", ["0", "999999", "9" * 18])
def test_a_number_without_a_record_is_not_found(haruto, visit, number):
    assert visit(haruto).get(f"/books/{number}").status_code == 404


def test_who_may_only_read_gets_no_way_to_change(victor, kokoro, visit):
    page = page_of(visit(victor).get(f"/books/{kokoro.pk}"))
    assert "?edit" not in page
    assert "/delete" not in page
    assert visit(victor).send(f"/books/{kokoro.pk}/fields/pages", pages="1").status_code == 403


# ── fields in place ──


def test_a_field_becomes_its_control_and_back(haruto, kokoro, visit):
    his = visit(haruto)
    editor = page_of(his.ask(f"/books/{kokoro.pk}/fields/pages", edit=""))
    assert 'name="pages"' in editor
    assert f'name="version" value="{kokoro.version}"' in editor
    shown = page_of(his.ask(f"/books/{kokoro.pk}/fields/pages"))
    assert "<input" not in shown
    assert "<html" not in shown


def test_what_is_written_in_another_script_says_in_which(haruto, kokoro, visit):
    his = visit(haruto)
    for summary, mark in (("ひとりで読む、静かな本。", 'lang="ja"'), ("조용한 책", 'lang="ko"')):
        Book.objects.filter(pk=kokoro.pk).update(summary=summary)
        assert f"{mark}>{summary}" in page_of(his.ask(f"/books/{kokoro.pk}/fields/summary")).replace("\n", "")


def test_a_saved_field_comes_back_with_head_and_facts_and_an_undo(haruto, kokoro, visit):
    answer = visit(haruto).send(f"/books/{kokoro.pk}/fields/pages", pages="250", version=kokoro.version)
    kokoro.refresh_from_db()
    assert kokoro.pages == 250
    assert "250" in page_of(answer)
    assert 'hx-swap-oob="outerMorph"' in page_of(answer)
    assert said(answer) == "Pages saved."
    assert undo_of(answer) == f"/books/{kokoro.pk}/undo/{kokoro.version}"


def test_undo_puts_back_what_stood_there_once(haruto, kokoro, visit):
    his = visit(haruto)
    answer = his.send(f"/books/{kokoro.pk}/fields/pages", pages="250", version=kokoro.version)
    assert his.send(undo_of(answer), at=f"/books/{kokoro.pk}").status_code == 204
    kokoro.refresh_from_db()
    assert kokoro.pages == 248
    assert his.send(undo_of(answer)).status_code == 412


def test_undo_does_not_overwrite_what_somebody_saved_since(haruto, sora, kokoro, visit):
    his = visit(haruto)
    answer = his.send(f"/books/{kokoro.pk}/fields/pages", pages="250", version=kokoro.version)
    visit(sora).send(f"/books/{kokoro.pk}/fields/pages", pages="260", version=kokoro.version + 1)
    assert his.send(undo_of(answer)).status_code == 412
    kokoro.refresh_from_db()
    assert kokoro.pages == 260


def test_saving_what_stands_there_already_says_nothing(haruto, kokoro, visit):
    answer = visit(haruto).send(f"/books/{kokoro.pk}/fields/pages", pages="248", version=kokoro.version)
    assert (answer.status_code, said(answer)) == (200, "")


@pytest.mark.parametrize("typed", ["many", "-3", "9" * 30, "1e400", "２４８x"])
def test_a_value_that_does_not_fit_keeps_its_characters_and_says_why(haruto, kokoro, visit, typed):
    answer = visit(haruto).send(f"/books/{kokoro.pk}/fields/pages", pages=typed, version=kokoro.version)
    assert answer.status_code == 422
    assert f'value="{typed}"' in page_of(answer)
    assert "k-error" in page_of(answer)


@pytest.mark.parametrize("place", ["fields", "cells"])
def test_what_others_did_to_other_fields_meanwhile_is_no_obstacle(haruto, sora, kokoro, visit, place):
    his, address = visit(haruto), f"/books/{kokoro.pk}/{place}/pages"
    drawn = hidden(page_of(his.ask(f"{address}?edit")))
    records.update(actor=sora, record=kokoro, changes={"status": "lent"})
    assert his.send(address, pages="250", **drawn).status_code == 200
    kokoro.refresh_from_db()
    assert (kokoro.pages, kokoro.status) == (250, "lent")
    drawn = hidden(page_of(his.ask(f"{address}?edit")))
    records.update(actor=sora, record=kokoro, changes={"pages": 260})
    assert his.send(address, pages="270", **drawn).status_code == 412


def hidden(page: str) -> dict[str, str]:
    """What a control in place carries along."""
    return dict(re.findall(r'name="(version|seen)" value="(\w+)"', page))


def test_a_stale_edit_shows_what_stands_there_and_can_be_saved_over(haruto, sora, kokoro, visit):
    visit(sora).send(f"/books/{kokoro.pk}/fields/pages", pages="260", version=kokoro.version)
    answer = visit(haruto).send(f"/books/{kokoro.pk}/fields/pages", pages="250", version=kokoro.version)
    assert answer.status_code == 412
    assert "260" in page_of(answer)
    assert 'value="250"' in page_of(answer)
    again = visit(haruto).send(f"/books/{kokoro.pk}/fields/pages", pages="250", version=kokoro.version + 1)
    assert again.status_code == 200


def test_a_hidden_field_does_not_exist_and_a_read_only_one_is_not_written(haruto, kokoro, hide, visit):
    Book.objects.filter(pk=kokoro.pk).update(pages=RARE)
    hide(haruto, "book", "pages")
    hide(haruto, "book", "rating", access="read_only")
    his = visit(haruto)
    assert his.ask(f"/books/{kokoro.pk}/fields/pages").status_code == 404
    assert his.send(f"/books/{kokoro.pk}/fields/pages", pages="1").status_code == 404
    assert his.send(f"/books/{kokoro.pk}/fields/rating", rating="1").status_code == 403
    assert his.ask(f"/books/{kokoro.pk}/fields/nonsense").status_code == 404
    assert str(RARE) not in content_of(his.get(f"/books/{kokoro.pk}"))


# ── composer and timeline ──


def test_what_is_written_in_the_composer_stands_on_the_timeline(haruto, kokoro, visit):
    his = visit(haruto)
    answer = his.send(f"/books/{kokoro.pk}/compose/review", body="A quiet ending.", once="a" * 32)
    assert answer.status_code == 200
    assert "A quiet ending." not in page_of(answer)
    assert said(answer) == "Review added."
    assert "A quiet ending." in page_of(his.ask(f"/books/{kokoro.pk}/timeline"))


def test_what_is_composed_belongs_to_who_wrote_it_unless_they_choose_somebody_else(haruto, kokoro, visit):
    visit(haruto).send(f"/books/{kokoro.pk}/compose/review", body="Mine.")
    assert Review.objects.get().owner == haruto


def test_sent_twice_it_is_written_once(haruto, kokoro, visit):
    for _time in range(2):
        visit(haruto).send(f"/books/{kokoro.pk}/compose/review", body="A quiet ending.", once="a" * 32)
    assert Review.objects.count() == 1


def test_an_empty_entry_is_refused_beside_the_field(haruto, kokoro, visit):
    answer = visit(haruto).send(f"/books/{kokoro.pk}/compose/review", body="", once="a" * 32)
    assert answer.status_code == 422
    assert "k-error" in page_of(answer)
    assert not Review.objects.exists()


@pytest.mark.parametrize("key", ["author", "nonsense", "book"])
def test_only_what_belongs_on_the_timeline_can_be_composed(haruto, kokoro, visit, key):
    assert visit(haruto).send(f"/books/{kokoro.pk}/compose/{key}", body="x").status_code == 404


def test_the_timeline_shows_one_kind_and_goes_on_where_it_ended(haruto, kokoro, visit):
    for number in range(40):
        review(haruto, kokoro, f"Thought {number:02}")
    his = visit(haruto)
    first = page_of(his.ask(f"/books/{kokoro.pk}/timeline", show="review"))
    assert first.count("Thought ") == 30
    assert "added this" not in first
    before = Review.objects.order_by("-created_at", "-pk")[29].created_at.isoformat()
    older = page_of(his.ask(f"/books/{kokoro.pk}/timeline", show="review", before=before))
    assert older.count("Thought ") == 10
    assert "k-timeline-filters" not in older
    assert "Thought" not in page_of(his.ask(f"/books/{kokoro.pk}/timeline", show="changes"))


@pytest.mark.parametrize("before", ["yesterday", "2026-01-01", "2026-13-45T00:00:00Z", "0", "\x00"])
def test_a_moment_that_is_none_is_refused(haruto, kokoro, visit, before):
    assert visit(haruto).ask(f"/books/{kokoro.pk}/timeline", before=before).status_code == 422


def test_what_was_said_is_not_shown_to_who_may_not_read_it(haruto, grant, kokoro, visit):
    review(haruto, kokoro, "A quiet ending.")
    grant(haruto, book={"read": "all"}, author={"read": "all"})
    page = page_of(visit(haruto).get(f"/books/{kokoro.pk}"))
    assert "A quiet ending." not in page
    assert "compose/review" not in page


# ── history ──


def test_history_says_who_changed_what_from_where_before_and_after(haruto, sora, kokoro, visit):
    visit(sora).send(f"/books/{kokoro.pk}/fields/pages", pages="260", version=kokoro.version)
    page = page_of(visit(haruto).get(f"/books/{kokoro.pk}/history"))
    assert all(words in page for words in ("Sora", "248", "260", "in Kizuna", "127.0.0.1"))


def test_history_shows_the_way_back_on_a_phone_too(haruto, kokoro, visit):
    page = page_of(visit(haruto).get(f"/books/{kokoro.pk}/history"))
    ways = [way.partition(">")[0] for way in page.split("<a ") if 'aria-label="Back"' in way]
    assert all(f'href="/books/{kokoro.pk}"' in way for way in ways)
    assert ["k-only-phone" in way for way in ways] == [True, False]
    assert ["k-not-phone" in way for way in ways] == [False, True]


def test_history_keeps_hidden_fields_hidden(haruto, sora, kokoro, hide, visit):
    visit(sora).send(f"/books/{kokoro.pk}/fields/pages", pages=str(RARE), version=kokoro.version)
    visit(sora).send(f"/books/{kokoro.pk}/fields/pages", pages=str(RARE + 1), version=kokoro.version + 1)
    hide(haruto, "book", "pages")
    for path in ("history", "timeline"):
        shown = content_of(visit(haruto).get(f"/books/{kokoro.pk}/{path}"))
        assert "Haruto" in shown
        assert str(RARE) not in shown
        assert str(RARE + 1) not in shown


def test_an_earlier_value_is_put_back_from_history_and_that_taken_back(haruto, kokoro, visit):
    his, address = visit(haruto), f"/books/{kokoro.pk}/history"
    for pages in ("260", "300"):
        his.send(f"/books/{kokoro.pk}/fields/pages", pages=pages)
    newest, oldest = (entry.event_id for entry in history(actor=haruto, record=kokoro)[:2])
    assert f'hx-post="{address}/{newest}/pages"' in page_of(his.get(address))
    assert his.send(f"{address}/{oldest}/pages")["HX-Redirect"] == address
    assert Book.objects.get(pk=kokoro.pk).pages == 248
    page = page_of(his.get(address))
    assert "put back." in page
    his.send(f"/books/{kokoro.pk}/undo/{Book.objects.get(pk=kokoro.pk).version}")
    assert Book.objects.get(pk=kokoro.pk).pages == 300


def test_who_may_only_read_puts_nothing_back(haruto, victor, kokoro, visit):
    visit(haruto).send(f"/books/{kokoro.pk}/fields/pages", pages="260")
    (newest, *_older) = history(actor=haruto, record=kokoro)
    hers, address = visit(victor), f"/books/{kokoro.pk}/history"
    assert "Put this value" not in page_of(hers.get(address))
    assert hers.send(f"{address}/{newest.event_id}/pages").status_code == 403
    assert visit(haruto).send(f"{address}/{newest.event_id}/title").status_code == 404
    assert Book.objects.get(pk=kokoro.pk).pages == 260


def test_history_goes_on_page_by_page(haruto, kokoro, visit):
    for pages in range(1, 120):
        records.update(actor=haruto, record=kokoro, changes={"pages": pages})
        kokoro.refresh_from_db()
    his, seen, address = visit(haruto), 0, f"/books/{kokoro.pk}/history"
    while address:
        page = page_of(his.ask(address))
        assert "<html" not in page
        seen += page.count("k-history-entry")
        address = page.partition('hx-get="')[2].partition('"')[0]
    assert seen == 120


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "１"])
def test_a_place_in_history_that_is_none_starts_at_the_top(haruto, kokoro, visit, before):
    assert visit(haruto).get(f"/books/{kokoro.pk}/history", before=before).status_code == 200


def test_the_page_costs_the_same_queries_however_much_is_on_it(haruto, kokoro, soseki, shelve, visit):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            his.get(f"/books/{kokoro.pk}")
            his.get(f"/authors/{soseki.pk}")
        return len(queries)

    his = visit(haruto)
    review(haruto, kokoro)
    his.get("/books")
    once = cost()
    for number in range(12):
        review(haruto, kokoro, f"Thought {number}")
        shelve(f"Book {number}", author=soseki.pk)
        kokoro.refresh_from_db()
        records.update(actor=haruto, record=kokoro, changes={"pages": number + 1})
    assert cost() == once


# ── what is related ──


def test_lists_of_what_is_related_come_in_one_request_after_the_page(alice, haruto, visit, shelve):
    """Of these the page itself says only what they are."""
    shelve("Kokoro", owner=haruto)
    client = visit(alice)
    page = page_of(client.get(f"/users/{haruto.pk}"))
    assert f'hx-get="/users/{haruto.pk}/panels" hx-trigger="load"' in page
    later = re.findall('id="(panel-[a-z]+)"', page_of(client.ask(f"/users/{haruto.pk}/panels")))
    assert 'id="panel-' not in page
    assert later
    assert page.count('aria-busy="true"') == len(later)


def test_panels_are_asked_for_without_what_the_page_has_read(haruto, kokoro, visit):
    """Reading every field of the record again would cost as much as all panels."""
    client = visit(haruto)
    client.ask(f"/books/{kokoro.pk}/panels")
    with CaptureQueriesContext(connection) as asked:
        client.ask(f"/books/{kokoro.pk}/panels")
    rows = [one["sql"] for one in asked if 'FROM "library_book"' in one["sql"] and '"summary"' in one["sql"]]
    assert len(rows) == 1


def test_nobody_finds_panels_of_what_they_may_not_see(carol, kokoro, visit):
    assert visit(carol).ask(f"/books/{kokoro.pk}/panels").status_code == 404


def test_what_narrows_the_timeline_comes_when_it_is_opened(haruto, kokoro, visit):
    client = visit(haruto)
    page = page_of(client.get(f"/books/{kokoro.pk}"))
    assert f'hx-get="/books/{kokoro.pk}/timeline/narrowing"' in page
    assert "asked-since" not in page
    assert "asked-since" in page_of(client.ask(f"/books/{kokoro.pk}/timeline/narrowing"))
    assert "asked-since" in page_of(client.ask(f"/books/{kokoro.pk}/timeline", since="2026-01-01"))
