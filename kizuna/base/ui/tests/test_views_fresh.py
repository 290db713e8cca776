"""What an open list and record ask for when others changed something."""

import re
from html import unescape

import pytest

from kizuna.base.records import services as records
from kizuna.base.testing.visiting import page_of


@pytest.fixture
def max_queries(django_assert_max_num_queries):
    return django_assert_max_num_queries


def test_changed_rows_come_as_the_list_shows_them_and_only_those(shelve, haruto, visit) -> None:
    book, _other = shelve("Kokoro", pages=248), shelve("Sanshiro")
    page = page_of(visit(haruto).get(f"/books/fresh?columns=pages&rows={book.pk}&new="))
    assert f'id="row-{book.pk}"' in page
    assert "248" in page
    assert page.count("<tr") == 1
    assert "k-arrivals-show" not in page


def test_new_records_are_counted_when_they_match_what_the_list_asks_for(shelve, haruto, alice, visit) -> None:
    found, other = shelve("Kokoro"), shelve("Sanshiro")
    page = page_of(visit(haruto).get(f"/books/fresh?search=kok&rows=&new={found.pk},{other.pk}"))
    assert "1 new" in page
    assert 'href="/books?search=kok&amp;sort=-updated_at"' in page
    of_all = page_of(visit(alice).get(f"/books/fresh?search=kok&rows=&new={found.pk}"))
    assert 'href="/books?search=kok&amp;sort=-created_at"' in of_all
    of_his = page_of(visit(haruto).get(f"/books/fresh?view=mine&rows=&new={found.pk}"))
    assert 'href="/books?view=mine&amp;sort=-updated_at"' in of_his
    more = page_of(visit(haruto).get(f"/books/fresh?rows=&new={found.pk},{other.pk}&more=1"))
    assert "2+ new" in more


def test_what_lies_outside_neither_comes_nor_counts(shelve, carol, visit) -> None:
    book = shelve("Kokoro")
    page = page_of(visit(carol).get(f"/books/fresh?rows={book.pk}&new={book.pk}"))
    assert "<tr" not in page
    assert "new" not in page.replace("k-", "")


def test_a_deleted_row_comes_no_more(shelve, haruto, visit) -> None:
    book = shelve("Kokoro")
    records.delete(actor=haruto, record=book)
    assert "<tr" not in page_of(visit(haruto).get(f"/books/fresh?rows={book.pk}"))


BOARD = "mode=board&by=status"


def test_a_board_asks_for_single_cards_and_is_told_in_which_lane_they_lie(shelve, haruto, visit, max_queries) -> None:
    held, lent, other = (shelve(title, status=status) for title, status in SHELF.items())
    his = visit(haruto)
    page = page_of(his.get(f"/books/board/fresh?{BOARD}&cards={held.pk},{lent.pk}"))
    assert [lane.partition('"')[0] for lane in page.split('data-cards-of="')[1:]] == ["1", "2"]
    assert f'id="card-{held.pk}"' in page.split('data-cards-of="2"')[0]
    assert f"card-{other.pk}" not in page
    collapsed = page_of(his.get(f"/books/board/fresh?{BOARD}&collapsed=lent&cards={held.pk},{lent.pk}"))
    assert f"card-{lent.pk}" not in collapsed
    with max_queries(10):
        his.get(f"/books/board/fresh?{BOARD}&cards={held.pk},{lent.pk},{other.pk}")


SHELF = {"Kokoro": "held", "Mon": "lent", "Sanshiro": "held"}


def test_a_card_that_left_the_board_does_not_come(shelve, haruto, carol, visit) -> None:
    book = shelve("Kokoro", status="held")
    narrowed = f"/books/board/fresh?{BOARD}&search=mon&cards={book.pk}"
    assert "card-" not in page_of(visit(haruto).get(narrowed))
    assert "card-" not in page_of(visit(carol).get(f"/books/board/fresh?{BOARD}&cards={book.pk}"))
    records.delete(actor=haruto, record=book)
    assert "card-" not in page_of(visit(haruto).get(f"/books/board/fresh?{BOARD}&cards={book.pk}"))
    assert visit(haruto).get(f"/books/board/fresh?mode=board&by=price&cards={book.pk}").status_code == 404


def test_a_calendar_asks_for_its_days_at_the_day_where_it_stands(shelve, haruto, visit) -> None:
    shelve("Kokoro", published_on="2026-03-03")
    his = visit(haruto)
    address = "/books?mode=calendar&by=published_on&at=2026-03-01"
    fresh = unescape(re.findall(r'data-fresh="([^"]*)"', page_of(his.get(address)))[0])
    page = page_of(his.get(fresh))
    assert fresh.startswith("/books/calendar/fresh?")
    assert "Kokoro" in page
    assert '<nav class="k-tabs' not in page
    assert his.get("/books/calendar/fresh").status_code == 404


def test_nonsense_in_the_address_is_left_out(shelve, haruto, visit) -> None:
    shelve("Kokoro")
    assert visit(haruto).get("/books/fresh?rows=x,1;drop,-3,,&new=%00").status_code == 200


def test_pages_say_what_they_show_and_where_the_stream_is(shelve, haruto, visit, settings) -> None:
    settings.LIVE_PORT = 8001
    settings.ALLOWED_HOSTS = ["testserver"]
    book = shelve("Kokoro")
    listed, shown, edited = (
        page_of(visit(haruto).get(path)) for path in ("/books", f"/books/{book.pk}", f"/books/{book.pk}/edit")
    )
    assert 'data-live-list="book"' in listed
    assert "data-live-mine" not in listed
    asks_whose = '{"field": "owner", "op": "is_me"}'
    for asked in ({"view": "mine"}, {"filter": asks_whose}):
        assert "data-live-mine" in page_of(visit(haruto).get("/books", **asked))
    assert 'data-fresh="/books/fresh"' in listed
    assert f'data-live-record="book:{book.pk}"' in shown
    assert f'data-live-record="book:{book.pk}"' in edited
    assert all('<kizuna-live data-url="http://testserver:8001/live"' in page for page in (listed, shown, edited))


def test_without_a_stream_nothing_of_it_is_on_the_page(haruto, visit) -> None:
    assert "kizuna-live" not in page_of(visit(haruto).get("/books"))
