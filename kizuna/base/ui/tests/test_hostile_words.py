"""Names that would be markup, that run backwards, or that nobody can see: words everywhere, and never lost."""

import json
import re

import pytest

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.visiting import page_of, said
from kizuna.base.ui.tests.conftest import ATTACKS, MARKUP


def assert_words(answer) -> None:
    page = page_of(answer)
    assert not [found for found in MARKUP if found in page]
    assert "49" not in re.findall(r">\s*(49)\s*<", page)


@pytest.fixture
def attacked(request, haruto):
    """An author, a book and a review, each with the same hostile words wherever words may stand."""
    words = request.param
    author = {"name": words, "reading": words}
    who = records.create(actor=haruto, resource=registry.get("author"), values=author)
    book = {"title": words, "summary": words, "subjects": [words], "author": who.pk}
    what = records.create(actor=haruto, resource=registry.get("book"), values=book)
    review = {"body": words, "book": what.pk}
    records.create(actor=haruto, resource=registry.get("review"), values=review)
    records.update(actor=haruto, record=what, changes={"summary": words + words})
    return what


@pytest.mark.parametrize("attacked", ATTACKS, indirect=True)
def test_hostile_names_are_words_on_every_screen(attacked, haruto, visit):
    his, book, author = visit(haruto), f"/books/{attacked.pk}", f"/authors/{attacked.author_id}"
    pages = ["/books", "/books?columns=summary,subjects,author", "/authors", "/books/pick", "/authors/pick",
             "/books/tags/subjects", f"{book}/timeline", f"{book}/history", f"{book}/edit", f"{author}/edit",
             book, author, f"{book}/row", f"{book}/fields/title?edit", f"{book}/fields/author?edit",
             f"{book}/cells/subjects", f"/books/new?author={attacked.author_id}",
             "/reviews", f"{author}/history"]  # fmt: skip
    for page in pages:
        answer = his.get(page)
        assert answer.status_code == 200, page
        assert_words(answer)


@pytest.mark.parametrize("attacked", ATTACKS, indirect=True)
def test_hostile_names_are_words_in_answers_of_search(attacked, haruto, visit):
    for word in ("script", "img", "alert", "svg", "load", "title", attacked.title):
        for path in ("/palette", "/books/pick", "/authors/pick"):
            assert_words(visit(haruto).ask(path, q=word))
        assert_words(visit(haruto).get("/books", search=word))


@pytest.mark.parametrize("attacked", ATTACKS, indirect=True)
def test_hostile_names_are_words_in_conditions_and_their_chips(attacked, haruto, visit):
    his = visit(haruto)
    tree = {"all": [{"field": "title", "op": "contains", "value": attacked.title},
                    {"field": "author", "op": "is", "value": attacked.author_id},
                    {"field": "subjects", "op": "has_any", "value": [attacked.title]}]}  # fmt: skip
    for path in ("/books", "/books/filter"):
        assert_words(his.get(path, filter=json.dumps(tree)))
        assert_words(his.get(path, filter=attacked.title))
        assert_words(his.get(path, filter=json.dumps({"field": attacked.title, "op": "is", "value": 1})))
        assert_words(his.get(path, sort=attacked.title))


@pytest.mark.parametrize("attacked", ATTACKS, indirect=True)
def test_hostile_names_are_words_in_conflicts_toasts_and_messages(attacked, haruto, visit):
    his = visit(haruto)
    stale = his.send(f"/books/{attacked.pk}/edit", title="Mine", author=attacked.author_id, version="1")
    assert stale.status_code == 412
    assert_words(stale)
    saved = his.send(f"/books/{attacked.pk}/fields/title", title=attacked.title + "!")
    assert "<" not in said(saved)
    his.send(f"/books/{attacked.pk}/delete")
    assert_words(his.get("/books"))
    assert_words(his.get("/books?view=trash"))


@pytest.mark.parametrize("attacked", ATTACKS, indirect=True)
def test_hostile_words_that_were_refused_come_back_as_words(attacked, haruto, visit):
    words, his = attacked.title, visit(haruto)
    values = {"title": words * 20, "pages": words, "price": words, "price_currency": words, "author": words,
              "status": words, "subjects": [words], "published_on": words, "website": words}  # fmt: skip
    answer = his.send("/books/new", **values)
    assert answer.status_code == 422
    assert_words(answer)
    assert_words(his.send(f"/books/{attacked.pk}/compose/review", body="", once=words))
    assert_words(his.send(f"/books/{attacked.pk}/actions/lend_book", to="", until=words))


UNSEEN = {
    "an override that runs backwards": ("moc\u202eexe.elif", "mocexe.elif"),
    "an isolate": ("\u2067Ko\u2069koro", "Kokoro"),
    "zero width": ("Ko\u200bko\ufeffro", "Kokoro"),
    "NUL and bell": ("Ko\x00ko\x07ro", "Kokoro"),
}


@pytest.mark.parametrize(("typed", "kept"), UNSEEN.values(), ids=UNSEEN)
def test_characters_nobody_sees_do_not_get_in(haruto, kokoro, visit, typed, kept):
    his = visit(haruto)
    assert his.send(f"/books/{kokoro.pk}/fields/title", title=typed).status_code in {200, 422}
    kokoro.refresh_from_db()
    assert kokoro.title in {kept, "Kokoro"}
    page = page_of(his.get(f"/books/{kokoro.pk}"))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\x00\x07]", page)


def test_a_family_of_emoji_and_a_persian_name_stay_whole(haruto, kokoro, visit):
    for name in ("👩‍👩‍👧 Family", "می‌خواهم", "דוד", "ขวัญใจ"):
        visit(haruto).send(f"/books/{kokoro.pk}/fields/title", title=name)
        kokoro.refresh_from_db()
        assert kokoro.title == name
        assert name in page_of(visit(haruto).get("/books"))


def test_a_name_that_is_too_long_is_refused_and_kept_in_the_box(haruto, kokoro, visit):
    answer = visit(haruto).send(f"/books/{kokoro.pk}/fields/title", title="長" * 5000)
    assert answer.status_code == 422
    assert "長" * 5000 in page_of(answer)
