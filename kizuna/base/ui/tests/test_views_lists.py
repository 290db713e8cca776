"""The list: tabs, columns, sort, search, chips and pages, all of it in the address."""

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book
from kizuna.base.testing.visiting import listed, page_of, said


def heads(answer) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*data-field="(\w+)"', page_of(answer))


def link(answer, words: str) -> str:
    """The address behind a link of the page."""
    for address, text in re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', page_of(answer), re.S):
        if words in re.sub(r"<[^>]+>", "", text):
            return unescape(address)
    raise AssertionError(f"no link says {words!r}")


def condition(*parts) -> str:
    return json.dumps({"all": list(parts)})


# ── what is listed ──


def test_books_stand_in_their_order_each_leading_to_its_page(shelve, haruto, visit):
    made = {title: shelve(title) for title in ("Sanshiro", "Botchan", "Kokoro")}
    answer = visit(haruto).get("/books")
    assert listed(answer) == ["Botchan", "Kokoro", "Sanshiro"]
    assert f'href="/books/{made["Kokoro"].pk}"' in page_of(answer)


def test_an_empty_list_says_what_to_do(haruto, visit):
    page = page_of(visit(haruto).get("/books"))
    assert "There are no books yet." in page
    assert 'href="/books/new"' in page


def test_a_list_that_the_filter_emptied_says_so(shelve, haruto, visit):
    shelve("Kokoro")
    assert "Nothing here matches" in page_of(visit(haruto).get("/books", search="zzz"))


def test_htmx_gets_the_table_and_a_browser_the_page(shelve, haruto, visit):
    shelve("Kokoro")
    part, page = visit(haruto).ask("/books"), visit(haruto).get("/books")
    assert "<html" not in page_of(part)
    assert "<kizuna-selection" in page_of(part)
    assert "<html" in page_of(page)


def test_a_boosted_visit_gets_the_whole_page(shelve, haruto, visit):
    """Going back in the browser asks htmx for the page, not for a part of it."""
    answer = visit(haruto).client.get("/books", headers={"hx-request": "true", "hx-request-type": "full"})
    assert "<html" in page_of(answer)


def test_a_stranger_to_the_team_sees_nothing(shelve, carol, visit):
    shelve("Kokoro")
    assert listed(visit(carol).get("/books")) == []


def test_who_may_read_no_books_finds_no_list(nobody, visit):
    assert visit(nobody).get("/books").status_code == 404
    assert visit(nobody).ask("/books/count").status_code == 404


def test_a_kind_that_does_not_exist_is_not_found(haruto, visit):
    assert visit(haruto).get("/planets").status_code == 404


# ── tabs ──


def test_mine_and_trash_are_tabs_for_who_may_use_them(shelve, haruto, sora, victor, visit):
    shelve("Mine")
    shelve("Hers", owner=sora)
    visit(haruto).send(f"/books/{shelve('Gone').pk}/delete")
    his = visit(haruto)
    assert listed(his.get("/books")) == ["Hers", "Mine"]
    assert listed(his.get("/books", view="mine")) == ["Mine"]
    assert listed(his.get("/books", view="trash")) == ["Gone"]
    assert "view=trash" not in page_of(visit(victor).get("/books"))
    assert listed(visit(victor).get("/books", view="trash")) == ["Hers", "Mine"]


# ── columns and density ──


def test_columns_once_chosen_are_there_the_next_time_for_this_person_alone(shelve, haruto, sora, visit):
    shelve("Kokoro", pages=248)
    his = visit(haruto)
    assert heads(his.client.get("/books?columns=pages&columns=rating")) == ["title", "pages", "rating"]
    assert heads(visit(haruto).get("/books")) == ["title", "pages", "rating"]
    assert "rating" not in heads(visit(sora).get("/books"))


def test_a_list_whose_chosen_columns_are_all_gone_shows_the_usual_ones(shelve, haruto, hide, visit):
    shelve("Kokoro", pages=248)
    usual = heads(visit(haruto).get("/books"))
    visit(haruto).get("/books", columns="pages")
    hide(haruto, "book", "pages")
    assert heads(visit(haruto).get("/books")) == [name for name in usual if name != "pages"]


def test_a_list_of_bare_titles_stays_one_when_it_was_chosen(shelve, haruto, visit):
    shelve("Kokoro")
    visit(haruto).get("/books", columns="title")
    assert heads(visit(haruto).get("/books")) == ["title"]


def test_the_row_height_is_kept_and_can_become_normal_again(shelve, haruto, visit):
    shelve("Kokoro")
    his = visit(haruto)
    his.get("/books", density="tight")
    assert "k-table k-tight" in page_of(his.get("/books"))
    his.get("/books", density="normal")
    assert "k-table k-tight" not in page_of(his.get("/books"))


def test_hidden_and_unknown_columns_are_left_out(shelve, haruto, hide, visit):
    shelve("Kokoro", pages=248)
    hide(haruto, "book", "pages")
    assert heads(visit(haruto).get("/books", columns="pages,nonsense,__class__,status")) == ["title", "status"]


# ── sort, search, filter ──


def test_a_head_sorts_and_a_second_time_the_other_way_round(shelve, haruto, visit):
    for title, pages in (("A", 300), ("B", 100), ("C", 200)):
        shelve(title, pages=pages)
    his = visit(haruto)
    once = his.get("/books", columns="pages", sort="pages")
    assert listed(once) == ["B", "C", "A"]
    assert 'aria-sort="ascending"' in page_of(once)
    assert listed(his.get(link(once, "Pages"))) == ["A", "C", "B"]


def test_search_narrows_the_list_and_stands_in_the_box(shelve, haruto, visit):
    shelve("Kokoro")
    shelve("Botchan")
    answer = visit(haruto).get("/books", search="koko")
    assert listed(answer) == ["Kokoro"]
    assert 'value="koko"' in page_of(answer)


def test_each_part_of_the_condition_is_a_chip_that_can_be_taken_off(shelve, haruto, visit):
    shelve("Kokoro", pages=248)
    shelve("Botchan", pages=150)
    long = {"field": "pages", "op": "gte", "value": 200}
    novel = {"field": "title", "op": "contains", "value": "o"}
    his = visit(haruto)
    answer = his.get("/books", filter=condition(long, novel), sort="-pages")
    assert listed(answer) == ["Kokoro"]
    addresses = [unescape(one) for one in re.findall(r'href="(/books\?[^"]*)"[^>]*aria-label="Remove', page_of(answer))]
    assert len(addresses) == 2
    assert listed(his.get(addresses[0])) == ["Kokoro", "Botchan"]


def test_the_count_comes_after_the_rows(shelve, haruto, visit):
    for number in range(3):
        shelve(f"Book {number}")
    assert page_of(visit(haruto).ask("/books/count", search="book")) == "3"


# ── pages ──


def test_pages_follow_each_other_without_gaps_and_lead_back(shelve, haruto, visit):
    for number in range(120):
        shelve(f"Book {number:03}")
    his, seen, address = visit(haruto), [], "/books"
    ranges = []
    for _page in range(3):
        answer = his.get(address)
        seen += listed(answer)
        ranges.append(re.search(r"\d+–\d+", page_of(answer))[0])
        address = unescape((re.findall(r'rel="next" href="([^"]*)"', page_of(answer)) or [""])[0])
    assert seen == [f"Book {number:03}" for number in range(120)]
    assert ranges == ["1–50", "51–100", "101–120"]
    assert not address
    back = unescape(re.findall(r'rel="prev" href="([^"]*)"', page_of(answer))[0])
    assert listed(his.get(back)) == [f"Book {number:03}" for number in range(50, 100)]


def test_a_list_costs_the_same_queries_however_long_it_is(shelve, soseki, haruto, visit):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            his.get("/books")
        return len(queries)

    his = visit(haruto)
    shelve("Book", author=soseki.pk, subjects=["novel"])
    his.get("/books")
    once = cost()
    for number in range(20):
        shelve(f"Book {number}", author=soseki.pk, subjects=["novel", "Meiji"])
    assert cost() == once


# ── whatever comes in the address ──


@pytest.mark.parametrize(
    "asked",
    [
        {"filter": "{"},
        {"filter": '{"field": "nonsense", "op": "is", "value": 1}'},
        {"filter": '{"field": "pages", "op": "devours", "value": 1}'},
        {"filter": '{"field": "pages", "op": "gte", "value": "many"}'},
        {"filter": '{"all": ' * 500 + "{}" + "}" * 500},
        {"sort": "nonsense"},
        {"sort": "--title"},
        {"sort": "author__emails"},
        {"cursor": "nonsense"},
        {"cursor": "bnVsbA"},
    ],
    ids=lambda asked: str(asked)[:40],
)
def test_what_cannot_be_understood_gets_a_clear_word_and_a_list(shelve, haruto, visit, asked):
    shelve("Kokoro")
    answer = visit(haruto).get("/books", **asked)
    assert answer.status_code == 422
    assert listed(answer) == ["Kokoro"]
    assert "k-note-bad" in page_of(answer)
    part = visit(haruto).ask("/books", **asked)
    assert part.status_code == 422
    assert said(part)


hostile = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["title", "-pages", "{}", "null", "[[]]", "\x00", "٣", "trash", "e30", "W251bGwsMSwwLDBd"]),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["all", "any", "not", "field", "op", "value", "related", "where", "measure"]),
                inner | st.sampled_from(["title", "pages", "author", "contains", "is", "gte", "in_period", "books"]),
                max_size=4,
            )
        ),
        max_leaves=8,
    ).map(json.dumps),
)


@pytest.mark.parametrize("path", ["/books", "/books/count", "/books/filter", "/books/bulk/edit"])
def test_no_address_breaks_a_list(shelve, haruto, visit, path):
    shelve("Kokoro")
    his = visit(haruto)
    names = ["filter", "sort", "cursor", "columns", "view", "search", "density", "ids", "all", "field"]

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(names), hostile, max_size=4))
    def any_address(asked):
        assert his.get(path, **asked).status_code in {200, 404, 422}

    any_address()


def test_what_is_wrong_with_a_filter_is_said_once(haruto, visit):
    page = page_of(visit(haruto).get("/books", filter='{"field": "title", "op": "resembles", "value": "x"}'))
    assert page.count("“resembles” is not an operator") == 1


def test_what_is_missing_is_said_in_words_that_make_sense(shelve, haruto, visit):
    book = shelve("Kokoro")
    Book.objects.filter(pk=book.pk).update(created_by=None)
    page = page_of(visit(haruto).get("/books", columns="title,created_by,author,pages,published_on,lent_at,subjects"))
    for words in ("Nobody", "No author", "Not given", "No date", "No subjects"):
        assert f">{words}<" in page
    assert "No published" not in page
    assert '<td class="k-c-empty k-right">' in page  # of the pages: as its figures stand


def test_who_may_see_none_of_the_columns_finds_each_by_its_number(haruto, kokoro, soseki, hide, visit):
    for name in registry.get("book").columns:
        hide(haruto, "book", name)
    page = page_of(visit(haruto).get("/books"))
    assert f"#{kokoro.pk}" in page
    assert f'href="/books/{kokoro.pk}"' in page
    assert "Kokoro" not in page
