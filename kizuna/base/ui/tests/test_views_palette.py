"""The palette, and picking records and tags while typing: only what this person may see."""

import re

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book
from kizuna.base.testing.visiting import page_of


@pytest.mark.parametrize("typed", ["夏目", "なつめ", "ナツメ", "ﾅﾂﾒ", "natsume", "NATSUME", "soseki@lib"])
def test_a_person_is_found_however_the_name_is_typed(haruto, soseki, visit, typed):
    page = page_of(visit(haruto).ask("/palette", q=typed))
    assert f'data-href="/authors/{soseki.pk}"' in page
    assert "<html" not in page


def test_two_keystrokes_are_enough(haruto, soseki, visit):
    assert f"/authors/{soseki.pk}" in page_of(visit(haruto).ask("/palette", q="なつ"))


def test_places_and_what_can_be_created_are_found_too(haruto, victor, visit):
    assert 'data-href="/books/new"' in page_of(visit(haruto).ask("/palette", q="book"))
    theirs = page_of(visit(victor).ask("/palette", q="book"))
    assert 'data-href="/books"' in theirs
    assert "/books/new" not in theirs


def test_others_records_are_not_found(carol, kokoro, visit):
    assert "Kokoro" not in page_of(visit(carol).ask("/palette", q="kokoro"))
    assert "Kokoro" not in page_of(visit(carol).ask("/books/pick", q="kokoro"))
    assert "Kokoro" not in page_of(visit(carol).ask("/books/pick"))
    assert "novel" not in page_of(visit(carol).ask("/books/tags/subjects", q="nov"))


@pytest.mark.parametrize("typed", ["zzzz", "<script>", '"><img src=x onerror=alert(1)>', "\u202e", "%", "'", "x" * 500])
def test_nothing_found_says_so_in_words(haruto, kokoro, visit, typed):
    answer = visit(haruto).ask("/palette", q=typed)
    assert answer.status_code == 200
    assert "<script>" not in page_of(answer)
    assert "<img" not in page_of(answer)


def test_a_relation_is_picked_by_typing(haruto, soseki, visit):
    page = page_of(visit(haruto).ask("/authors/pick", q="natsu", name="author"))
    assert f'data-value="{soseki.pk}"' in page
    assert 'data-text="夏目 漱石"' in page


def test_before_anything_is_typed_the_first_are_offered(haruto, soseki, visit):
    assert "夏目 漱石" in page_of(visit(haruto).ask("/authors/pick"))


def test_where_names_are_hidden_numbers_are_offered(haruto, soseki, hide, visit):
    hide(haruto, "author", "name")
    page = page_of(visit(haruto).ask("/authors/pick"))
    assert f"#{soseki.pk}" in page
    assert "夏目" not in page


def test_tags_in_use_are_offered_as_they_were_written(haruto, kokoro, visit):
    his = visit(haruto)
    assert 'data-value="Meiji"' in page_of(his.ask("/books/tags/subjects", q="mei"))
    assert 'data-value="Meiji"' in page_of(his.ask("/books/tags/subjects", q="ＭＥＩ"))
    assert "novel" in page_of(his.ask("/books/tags/subjects"))


def test_a_tag_on_many_records_leaves_room_for_the_others(haruto, kokoro, visit):
    book = registry.get("book")
    many = [Book(title=f"Volume {number}", subjects=["novel"], owner=haruto) for number in range(201)]
    records.create_many(actor=SYSTEM, resource=book, records=many)
    records.update(actor=haruto, record=kokoro, changes={"subjects": ["Novice", "nouveau roman"]})
    page = page_of(visit(haruto).ask("/books/tags/subjects", q="nov"))
    assert re.findall('data-value="(.*?)"', page) == ["novel", "Novice"]


@pytest.mark.parametrize("name", ["pages", "nonsense"])
def test_a_field_without_tags_has_none(haruto, visit, name):
    assert visit(haruto).ask(f"/books/tags/{name}").status_code == 404


def test_hidden_tags_are_not_offered(haruto, kokoro, hide, visit):
    hide(haruto, "book", "subjects")
    assert visit(haruto).ask("/books/tags/subjects", q="nov").status_code == 404


@pytest.mark.parametrize("path", ["/palette", "/books/pick", "/books/tags/subjects", "/books", "/bulk/1"])
def test_who_is_not_signed_in_finds_nothing(client, db, path):
    assert client.get(path, {"q": "kokoro"}).status_code == 302
