"""A list as a board: lanes, cards, heads, limits, moves, and the views that keep it."""

import re
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from kizuna.base.access.models import FieldRule
from kizuna.base.identity.models import User
from kizuna.base.identity.services import users
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.saved_views import services as views
from kizuna.base.saved_views.models import SavedView
from kizuna.base.testing.library.models import Book
from kizuna.base.testing.visiting import page_of, said, undo_of
from kizuna.base.types.errors import Invalid
from kizuna.base.ui import boards, modes
from kizuna.base.ui.listing import Listing

pytestmark = pytest.mark.django_db

BOARD = {"mode": "board", "by": "status"}


def lanes(answer) -> dict[str, list[str]]:
    """Titles of the cards by lane."""
    found = {}
    for lane in page_of(answer).split("<section ")[1:]:
        label = re.findall(r'data-label="([^"]*)"', lane)[0]
        found[unescape(label)] = re.findall(r'class="k-bcard-title"[^>]*>(.*?)</a>', lane)
    return found


def heads(answer) -> dict[int, str]:
    """What stands in the heads, by number of the lane."""
    found = re.findall(r'id="lane-(\d+)-facts"[^>]*>(.*?)</div>', page_of(answer), re.S)
    return {int(number): " ".join(re.sub(r"<[^>]+>", " ", text).split()) for number, text in found}


def links(answer, pattern: str) -> list[str]:
    return [unescape(address) for address in re.findall(pattern, page_of(answer))]


@pytest.fixture
def shelf(shelve):
    told = {"Kokoro": "held", "Botchan": "wanted", "Sanshiro": "held", "Mon": "lent"}
    return {title: shelve(title, status=status) for title, status in told.items()}


# ── what is shown ──


def test_books_lie_in_the_lane_of_their_status_the_last_changed_first(shelf, haruto, visit):
    answer = visit(haruto).get("/books", **BOARD)
    assert lanes(answer) == {"Wanted": ["Botchan"], "On the shelf": ["Sanshiro", "Kokoro"], "Lent out": ["Mon"]}
    assert lanes(visit(haruto).get("/books", **BOARD, sort="title"))["On the shelf"] == ["Kokoro", "Sanshiro"]


def test_a_board_shows_what_the_list_shows(shelf, carol, haruto, visit):
    """The same condition, search and rights."""
    records.create(actor=carol, resource=registry.get("book"), values={"title": "Hidden"})
    shown = lanes(visit(haruto).get("/books", **BOARD, filter='{"field":"status","op":"is","value":"held"}'))
    assert shown == {"Wanted": [], "On the shelf": ["Sanshiro", "Kokoro"], "Lent out": []}
    assert [title for lane in lanes(visit(carol).get("/books", **BOARD)).values() for title in lane] == ["Hidden"]


def test_without_a_word_the_board_takes_the_first_field_with_choices(shelf, haruto, visit):
    assert list(lanes(visit(haruto).get("/books", mode="board"))) == ["Wanted", "On the shelf", "Lent out"]


def test_a_board_of_yes_and_no(shelve, haruto, visit):
    shelve("Rare", is_rare=True)
    shelve("Common")
    assert lanes(visit(haruto).get("/books", mode="board", by="is_rare")) == {"No": ["Common"], "Yes": ["Rare"]}


@pytest.mark.parametrize("by", ["title", "taste", "price", "owner"])
def test_a_field_that_divides_nothing_is_told_with_ways_out(shelf, haruto, visit, by):
    page = page_of(visit(haruto).get("/books", mode="board", by=by))
    assert "This board cannot be shown" in page
    assert "Kokoro" not in page
    assert "By Status" in page
    assert "Show as a list" in page


def test_a_hidden_field_is_told_like_one_that_is_gone(shelf, haruto, hide, visit):
    hide(haruto, "book", "status")
    page = page_of(visit(haruto).get("/books", **BOARD))
    assert "This board cannot be shown" in page
    assert "On the shelf" not in page


def test_cards_that_a_choice_left_behind_are_counted_and_listed(shelf, haruto, visit):
    Book.objects.filter(title="Mon").update(status="burnt")
    his = visit(haruto)
    assert "Mon" not in str(lanes(his.get("/books", **BOARD)))
    answer = his.get("/books/board/heads", **BOARD)
    assert "no choice any more: 1." in page_of(answer)
    rest = his.get(links(answer, r'<a href="([^"]*)">Show them')[0])
    assert "Mon" in page_of(rest)
    assert "Kokoro" not in page_of(rest)


@pytest.fixture
def genres(shelf, alice):
    """A field of the library's own, with its lane of what has no value."""
    field = records.add_custom_field(
        actor=alice,
        resource=registry.get("book"),
        kind="choice",
        labels="Genre",
        settings={"choices": ["Novel", "Verse"]},
    )
    for title, genre in {"Kokoro": "novel", "Botchan": "novel", "Mon": "verse"}.items():
        Book.objects.filter(title=title).update(custom={field.slot: genre})
    return field


def test_a_board_by_a_custom_field_has_a_lane_for_what_has_no_value(genres, haruto, visit):
    answer = visit(haruto).get("/books", mode="board", by=genres.name)
    assert lanes(answer) == {"No genre": ["Sanshiro"], "Novel": ["Botchan", "Kokoro"], "Verse": ["Mon"]}


@pytest.mark.parametrize("op", ["is_not_empty", "any_of"])
def test_a_filter_that_wants_a_value_takes_that_lane_away(genres, haruto, visit, op):
    tree = f'{{"field":"{genres.name}","op":"{op}","value":["novel","verse"]}}'
    filtered = tree if op == "any_of" else f'{{"field":"{genres.name}","op":"{op}"}}'
    answer = visit(haruto).get("/books", mode="board", by=genres.name, filter=filtered)
    assert lanes(answer) == {"Novel": ["Botchan", "Kokoro"], "Verse": ["Mon"]}


def test_what_a_custom_choice_left_behind_is_counted_within_the_filter(genres, haruto, visit):
    Book.objects.filter(title__in=["Mon", "Kokoro"]).update(custom={genres.slot: "gone"})
    asked = {"mode": "board", "by": genres.name}
    his = visit(haruto)
    assert "no choice any more: 2." in page_of(his.get("/books/board/heads", **asked))
    lent = '{"field":"status","op":"is","value":"lent"}'
    assert "no choice any more: 1." in page_of(his.get("/books/board/heads", **asked, filter=lent))
    wanted = '{"field":"status","op":"is","value":"wanted"}'
    assert "no choice any more" not in page_of(his.get("/books/board/heads", **asked, filter=wanted))


# ── pages and heads ──


def test_a_lane_gives_further_cards_until_there_are_no_more(shelve, haruto, visit):
    made = [shelve(f"Book {number}").title for number in range(boards.FIRST_CARDS + 3)]
    his = visit(haruto)
    first = his.get("/books", **BOARD)
    more = his.ask(links(first, r'hx-get="([^"]*/board/lane[^"]*)"')[0])
    both = lanes(first)["On the shelf"] + re.findall(r'class="k-bcard-title"[^>]*>(.*?)</a>', page_of(more))
    assert both == made[::-1]
    assert "board/lane" not in page_of(more)


def test_heads_count_and_add_up_over_the_whole_lane(shelf, shelve, haruto, visit):
    shelve("Dear", price={"amount": "30.00", "currency": "EUR"})
    shelve("Cheap", price={"amount": "2.50", "currency": "EUR"})
    shelve("Yen", price={"amount": "1000", "currency": "JPY"})
    answer = visit(haruto).get("/books/board/heads", **BOARD)
    assert heads(answer) == {0: "1", 1: "5 €32.50 + ¥1,000", 2: "1"}


def test_a_lane_is_counted_to_a_limit_and_then_says_more(shelf, haruto, visit, monkeypatch):
    monkeypatch.setattr("kizuna.base.resources.tallies.MOST_COUNTED", 1)
    assert heads(visit(haruto).get("/books/board/heads", **BOARD)) == {0: "1", 1: "1+", 2: "1"}


def test_amounts_that_are_hidden_are_not_added_up(shelve, haruto, hide, visit):
    shelve("Dear", price={"amount": "30.00", "currency": "EUR"})
    hide(haruto, "book", "price")
    assert "€" not in page_of(visit(haruto).get("/books/board/heads", **BOARD))


def test_a_collapsed_lane_reads_no_cards_and_stays_so(shelf, haruto, visit):
    his = visit(haruto)
    answer = his.get("/books", **BOARD, collapsed="held")
    assert lanes(answer)["On the shelf"] == []
    assert lanes(his.get("/books", **BOARD))["On the shelf"] == []
    assert lanes(his.get("/books", **BOARD, collapsed="-"))["On the shelf"] == ["Sanshiro", "Kokoro"]
    assert lanes(his.get("/books", **BOARD))["On the shelf"] == ["Sanshiro", "Kokoro"]


def test_a_limit_marks_the_lane_that_is_over_it(shelf, haruto, visit):
    his = visit(haruto)
    answer = his.send("/books/board/limit?mode=board&by=status", lane="held", limit="1")
    assert answer["HX-Redirect"] == "/books?mode=board&by=status&limits=held%3A1"
    his.get(answer["HX-Redirect"])
    shown = his.get("/books/board/heads", **BOARD)
    assert heads(shown)[1] == "2 / 1 Too many"
    assert heads(shown)[0] == "1"
    assert his.send("/books/board/limit?mode=board", lane="held", limit="many").status_code == 422


@pytest.mark.parametrize("asked", [{"limits": f"held:x,:,held:000001{'9' * 5000},~:1"}, {"collapsed": "gone,held,,"}])
def test_what_was_typed_into_the_address_breaks_nothing(shelf, haruto, visit, asked):
    assert visit(haruto).get("/books", **BOARD, **asked).status_code == 200


def test_a_board_asks_as_much_for_many_cards_as_for_few(shelve, haruto, visit):
    his = visit(haruto)

    def questions(path: str) -> int:
        his.get(path, **BOARD)
        with CaptureQueriesContext(connection) as asked:
            assert his.get(path, **BOARD).status_code == 200
        return len(asked)

    for status in Book.Status.values:
        shelve(status, status=status)
    before = [questions("/books"), questions("/books/board/heads")]
    for number in range(20):
        shelve(str(number), status=Book.Status.values[number % 3])
    assert [questions("/books"), questions("/books/board/heads")] == before
    assert before[0] <= 12
    assert before[1] <= 8


# ── moving ──


def move(visitor, book, value="lent", version=None, **asked):
    path = f"/books/{book.pk}/move?mode=board&by=status"
    path += "".join(f"&{name}={given}" for name, given in asked.items())
    told = {"field": "status", "value": value, "version": version or book.version}
    return visitor.send(path, at="/books?mode=board", **told)


def test_a_dropped_card_gets_the_value_and_comes_back_with_both_heads(shelf, haruto, visit):
    his = visit(haruto)
    answer = move(his, shelf["Kokoro"])
    assert Book.objects.get(title="Kokoro").status == "lent"
    assert f'id="card-{shelf["Kokoro"].pk}" data-card="{shelf["Kokoro"].pk}" data-version="2"' in page_of(answer)
    assert heads(answer) == {1: "1", 2: "2"}
    assert said(answer) == "Book moved."
    his.send(undo_of(answer), at="/books")
    assert Book.objects.get(title="Kokoro").status == "held"


def test_who_comes_too_late_is_told_where_the_card_is(shelf, haruto, sora, visit):
    move(visit(haruto), shelf["Kokoro"])
    answer = move(visit(sora), shelf["Kokoro"], "wanted", version=1)
    assert answer.status_code == 412
    assert said(answer) == "Somebody else changed this in the meantime. Status is now: Lent out."
    assert "kizuna:changed" in answer["HX-Trigger"]
    assert Book.objects.get(title="Kokoro").status == "lent"


def test_a_card_is_moved_though_somebody_wrote_another_of_its_fields(shelf, haruto, sora, visit):
    book = shelf["Kokoro"]
    records.update(actor=sora, record=book, changes={"pages": 300})
    path, told = f"/books/{book.pk}/move?mode=board&by=status", {"field": "status", "value": "lent", "version": 1}
    assert visit(haruto).send(path, **told, was="wanted").status_code == 412
    answer = visit(haruto).send(path, **told, was="held")
    book.refresh_from_db()
    assert (said(answer), book.status, book.pages) == ("Book moved.", "lent", 300)
    visit(haruto).send(undo_of(answer), at="/books")
    book.refresh_from_db()
    assert (book.status, book.pages) == ("held", 300)


def test_a_value_that_the_field_does_not_have_is_refused(shelf, haruto, visit):
    answer = move(visit(haruto), shelf["Kokoro"], "burnt")
    assert answer.status_code == 422
    assert "Choose one of" in said(answer)
    assert Book.objects.get(title="Kokoro").status == "held"


def test_nobody_moves_what_they_may_not_change(shelf, haruto, carol, victor, visit, hide):
    assert move(visit(carol), shelf["Kokoro"]).status_code == 404
    assert move(visit(victor), shelf["Kokoro"]).status_code == 403
    assert "data-move-url" not in page_of(visit(victor).get("/books", **BOARD))
    FieldRule.objects.create(role=haruto.roles.get(), resource="book", field="status", access="read")
    assert move(visit(haruto), shelf["Kokoro"]).status_code == 403
    assert Book.objects.get(title="Kokoro").status == "held"


def test_on_a_board_in_another_order_a_moved_card_is_looked_for_anew(shelf, haruto, visit):
    answer = move(visit(haruto), shelf["Kokoro"], sort="title")
    assert answer.status_code == 204
    assert "kizuna:changed" in answer["HX-Trigger"]


# ── views ──


def test_a_view_keeps_the_board_as_it_stands(shelf, haruto, visit):
    his = visit(haruto)
    asked = {**BOARD, "collapsed": "lent", "limits": "held:1", "columns": "pages"}
    his.send("/books/views/new", name="Work", **asked)
    view = SavedView.objects.get(name="Work")
    assert (view.kind, view.columns) == ("board", ["pages"])
    assert view.settings == {"by": "status", "collapsed": "lent", "limits": "held:1"}
    answer = his.get("/books", view=view.pk)
    assert lanes(answer)["On the shelf"] == ["Sanshiro", "Kokoro"]
    assert lanes(answer)["Lent out"] == []
    assert "Edited" not in page_of(answer)


def test_a_board_of_a_view_is_edited_and_saved(shelf, haruto, visit):
    view = views.save_view(actor=haruto, resource="book", name="Work", kind="board", settings={"by": "status"})
    his = visit(haruto)
    page = page_of(his.get("/books", view=view.pk, collapsed="lent"))
    assert "Edited" in page
    his.send(f"/books/views/{view.pk}/save", collapsed="lent", version="1")
    assert SavedView.objects.get().settings == {"by": "status", "collapsed": "lent"}
    assert "Edited" in page_of(his.get("/books", view=view.pk, mode="list"))
    his.send(f"/books/views/{view.pk}/save", mode="list", version="2")
    assert (SavedView.objects.get().kind, SavedView.objects.get().settings) == ("list", {})


def test_a_view_of_a_field_that_its_reader_may_not_see_says_so(shelf, haruto, alice, hide, visit):
    view = views.save_view(
        actor=alice, resource="book", name="Work", kind="board", settings={"by": "status"}, audience="everyone"
    )
    hide(haruto, "book", "status")
    assert "This board cannot be shown" in page_of(visit(haruto).get("/books", view=view.pk))
    with pytest.raises(Invalid):
        views.save_view(actor=haruto, resource="book", name="Mine", kind="board", settings={"by": "status"})


@pytest.mark.parametrize("settings", [{"taste": "x"}, {"by": 7}, {"by": "taste"}, [], {"limits": "x" * 2000}])
def test_a_setting_that_no_board_has_is_refused(haruto, settings):
    with pytest.raises(Invalid) as refused:
        views.save_view(actor=haruto, resource="book", name="Odd", kind="board", settings=settings)
    assert {path.split(".")[0] for path in refused.value.errors} == {"settings"}


def test_every_choice_that_can_be_seen_divides_a_board(haruto, hide):
    resource = registry.get("book")
    assert [field.name for field in boards.fields_for(resource, haruto)] == ["status", "is_rare"]
    hide(haruto, "book", "status")
    assert [field.name for field in boards.fields_for(resource, haruto)] == ["is_rare"]
    assert boards.fields_for(registry.get("user"), haruto) == []


def test_how_a_board_is_had_and_what_another_tab_keeps_meanwhile_both_stay(shelf, haruto):
    listing = Listing(registry.get("book"), haruto, QueryDict("mode=board&by=status&collapsed=lent"))
    elsewhere = {"book": {"binding": {"collapsed": "paper"}}}
    users.set_preference(actor=User.objects.get(pk=haruto.pk), name=boards.HABITS, value=elsewhere)
    modes.remember(listing)
    kept = User.objects.get(pk=haruto.pk).preferences[boards.HABITS]
    assert kept["book"] == {"binding": {"collapsed": "paper"}, "status": {"collapsed": "lent"}}
