"""Favourites in the navigation, and what was looked at last in the palette: never more than one may see now."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.identity.models import User
from kizuna.base.testing.visiting import page_of
from kizuna.base.types.errors import Refused
from kizuna.base.types.refs import RecordRef
from kizuna.base.ui import favourites


def mark(client, record, on: str = "on"):
    return client.send(f"/books/{record.pk}/favourite", on=on)


def test_a_marked_record_stands_in_the_navigation_of_whoever_marked_it(shelve, haruto, mika, visit) -> None:
    kokoro = shelve("Kokoro")
    answer = mark(visit(haruto), kokoro)
    assert 'aria-pressed="true"' in page_of(answer)
    assert "kizuna:favourites" in answer["HX-Trigger"]
    assert f'href="/books/{kokoro.pk}" title="Kokoro"' in page_of(visit(haruto).get("/favourites"))
    assert 'data-group="favourites"' in page_of(visit(haruto).get("/books"))
    assert "Kokoro" not in page_of(visit(mika).get("/favourites"))


def test_marking_twice_is_marking_once_and_the_mark_can_be_taken_away(shelve, haruto, visit) -> None:
    kokoro = shelve("Kokoro")
    for _time in range(2):
        mark(visit(haruto), kokoro)
    haruto.refresh_from_db()
    assert favourites.refs_of(haruto) == [RecordRef("book", kokoro.pk)]
    assert 'aria-pressed="false"' in page_of(mark(visit(haruto), kokoro, on=""))
    haruto.refresh_from_db()
    assert favourites.refs_of(haruto) == []


def test_a_favourite_that_one_may_not_see_any_more_is_gone_with_its_title(shelve, haruto, carol, visit) -> None:
    kokoro = shelve("Kokoro")
    mark(visit(haruto), kokoro)
    type(kokoro).objects.filter(pk=kokoro.pk).update(owner=carol)
    assert "Kokoro" not in page_of(visit(haruto).get("/favourites"))
    assert mark(visit(haruto), kokoro).status_code == 404


def test_two_records_marked_in_two_windows_at_once_are_both_kept(shelve, haruto) -> None:
    windows = [User.objects.get(pk=haruto.pk) for _window in range(2)]
    refs = [RecordRef("book", shelve(title).pk) for title in ("Kokoro", "Botchan")]
    for person, ref in zip(windows, refs, strict=True):
        favourites.mark(actor=person, ref=ref, is_favourite=True)
    assert favourites.refs_of(User.objects.get(pk=haruto.pk)) == refs


def test_the_twenty_first_favourite_is_refused(shelve, haruto) -> None:
    for number in range(1, favourites.MOST + 1):
        favourites.mark(actor=haruto, ref=RecordRef("book", number), is_favourite=True)
    with pytest.raises(Refused, match="20 favourites"):
        favourites.mark(actor=haruto, ref=RecordRef("book", 99), is_favourite=True)


def test_twenty_favourites_of_one_kind_cost_one_query(shelve, haruto, visit) -> None:
    for number in range(5):
        mark(visit(haruto), shelve(f"Book {number}"))
    haruto.refresh_from_db()
    with CaptureQueriesContext(connection) as captured:
        assert len(favourites.favourites(haruto)) == 5
    assert len([query for query in captured if "library_book" in query["sql"]]) == 1


def test_the_palette_offers_what_was_opened_last_before_anything_is_typed(shelve, haruto, carol, visit) -> None:
    kokoro, botchan = shelve("Kokoro"), shelve("Botchan")
    hidden = shelve("Secret")
    type(hidden).objects.filter(pk=hidden.pk).update(owner=carol)
    remembered = f"book:{botchan.pk},book:{hidden.pk},nonsense,book:0,book:{kokoro.pk}"
    page = page_of(visit(haruto).ask("/palette", q="", recent=remembered))
    assert page.index("Botchan") < page.index("Kokoro") < page.index("Everywhere")
    assert "Secret" not in page
    assert "Recently viewed" not in page_of(visit(haruto).ask("/palette", q="x", recent=remembered))
