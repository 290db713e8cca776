"""The full form: nothing typed is lost, a second submit makes nothing, and two edits at once are both kept."""

import re
from html import unescape

import pytest

from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.testing.visiting import content_of, page_of


def hidden(page: str, name: str) -> str:
    return unescape(re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)[1])


def typed(**changes) -> dict:
    """A form as the browser posts it."""
    return {
        "title": "Kokoro",
        "status": "held",
        "author": "",
        "subjects": ["novel", "Meiji"],
        "subjects:text": "",
        "price": "12.50",
        "price_currency": "EUR",
        "pages": "248",
        "rating": "",
        "published_on": "",
        "website": "",
        "summary": "Three parts.",
    } | changes


# ── new ──


def test_a_new_book_is_saved_and_opened(haruto, visit):
    answer = visit(haruto).client.post("/books/new", typed())
    book = Book.objects.get()
    assert answer["Location"] == f"/books/{book.pk}"
    assert (book.title, book.pages, book.subjects, str(book.price.amount)) == (
        "Kokoro",
        248,
        ["novel", "Meiji"],
        "12.50",
    )


def test_over_htmx_the_browser_is_told_where_to_go(haruto, visit):
    answer = visit(haruto).send("/books/new", **typed())
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/books/{Book.objects.get().pk}")


def test_save_and_add_another_opens_an_empty_form(haruto, visit):
    assert visit(haruto).send("/books/new", **typed(another="1"))["HX-Redirect"] == "/books/new"


def test_submitted_twice_it_is_made_once(haruto, visit):
    his = visit(haruto)
    once = hidden(page_of(his.get("/books/new")), "once")
    places = {his.send("/books/new", **typed(once=once))["HX-Redirect"] for _time in range(2)}
    assert Book.objects.count() == 1
    assert len(places) == 1


def test_two_forms_make_two(haruto, visit):
    his = visit(haruto)
    tokens = {hidden(page_of(his.get("/books/new")), "once") for _time in range(2)}
    assert len(tokens) == 2


def test_a_refused_form_keeps_every_character(haruto, soseki, visit):
    values = typed(title="", pages="many", author=str(soseki.pk), price="twelve", **{"subjects:text": "half a word"})
    answer = visit(haruto).send("/books/new", **values)
    assert answer.status_code == 422
    page = unescape(page_of(answer))
    assert "<html" not in page
    for words in ('value="many"', 'value="twelve"', "Three parts.", "夏目 漱石", 'value="novel"', 'value="Meiji"'):
        assert words in page
    assert "half a word" in page
    assert re.search(r"<option[^>]* selected>EUR", page)
    assert page.count('aria-invalid="true"') == 3
    assert not Book.objects.exists()


def test_without_script_a_refused_form_is_a_whole_page(haruto, visit):
    answer = visit(haruto).client.post("/books/new", typed(title=""))
    assert answer.status_code == 422
    assert "<html" in page_of(answer)


def test_a_refused_form_keeps_addresses_with_their_labels_and_the_chosen_one(haruto, visit):
    values = {
        "name": "",
        "emails.present": "1",
        "emails.0.value": "soseki@library.example",
        "emails.0.label": "work",
        "emails.1.value": "not an address",
        "emails.1.label": "home",
        "emails.primary": "1",
    }
    answer = visit(haruto).send("/authors/new", **values)
    assert answer.status_code == 422
    page = page_of(answer)
    assert 'value="soseki@library.example"' in page
    assert 'value="not an address"' in page
    chosen = re.search(r'<input[^>]*type="radio"[^>]*value="1"[^>]*>', page)[0]
    assert "checked" in chosen


def test_two_addresses_are_saved_as_typed_with_one_chosen(haruto, visit):
    values = {
        "name": "夏目 漱石",
        "emails.present": "1",
        "emails.0.value": "Soseki@Library.Example",
        "emails.0.label": "work",
        "emails.1.value": "home@library.example",
        "emails.1.label": "home",
        "emails.primary": "1",
    }
    assert visit(haruto).send("/authors/new", **values).status_code == 204
    points = Author.objects.get().emails
    assert {(point["value"], point["key"]) for point in points} == {
        ("Soseki@Library.Example", "soseki@library.example"),
        ("home@library.example", "home@library.example"),
    }
    assert next(point for point in points if point["primary"])["value"] == "home@library.example"


def test_the_address_fills_in_what_it_may(haruto, soseki, visit):
    page = page_of(visit(haruto).get("/books/new", author=soseki.pk, title="Sanshiro", status="stolen", pages="x"))
    assert "夏目 漱石" in page
    assert 'value="Sanshiro"' in page


@pytest.mark.parametrize("junk", ["x", "-1", "9" * 40, "0", "１"])
def test_an_address_with_junk_fills_in_nothing(haruto, visit, junk):
    assert visit(haruto).get("/books/new", author=junk, owner=junk).status_code == 200


def test_a_record_outside_ones_scope_is_no_relation(haruto, carol, soseki, visit):
    assert "夏目" not in page_of(visit(carol).get("/books/new", author=soseki.pk))
    answer = visit(carol).send("/books/new", **typed(author=str(soseki.pk)))
    assert answer.status_code == 422
    assert "夏目" not in page_of(answer)


def test_who_may_not_create_gets_no_form(victor, visit):
    assert visit(victor).get("/books/new").status_code == 403
    assert visit(victor).send("/books/new", **typed()).status_code == 403


def test_a_post_from_another_site_is_refused(haruto, kokoro, visit):
    his = visit(haruto, check_csrf=True)
    for path in ("/books/new", f"/books/{kokoro.pk}/edit", f"/books/{kokoro.pk}/delete"):
        assert his.client.post(path, typed(title="Forged")).status_code == 403
    assert not Book.objects.filter(title="Forged").exists()


def test_a_token_in_the_form_or_the_header_lets_it_through(haruto, visit):
    his = visit(haruto, check_csrf=True)
    token = hidden(page_of(his.get("/books/new")), "csrfmiddlewaretoken")
    assert his.send("/books/new", **typed(csrfmiddlewaretoken=token)).status_code == 204


# ── edit ──


def test_an_edit_is_saved_over_the_version_that_was_seen(haruto, kokoro, visit):
    his = visit(haruto)
    version = hidden(page_of(his.get(f"/books/{kokoro.pk}/edit")), "version")
    answer = his.send(f"/books/{kokoro.pk}/edit", **typed(title="Heart", version=version))
    assert answer["HX-Redirect"] == f"/books/{kokoro.pk}"
    kokoro.refresh_from_db()
    assert kokoro.title == "Heart"
    [undo] = re.findall(r"/books/\d+/undo/\d+", page_of(his.get(f"/books/{kokoro.pk}")))
    his.send(undo, at=f"/books/{kokoro.pk}")
    kokoro.refresh_from_db()
    assert kokoro.title == "Kokoro"


def test_an_edit_that_changes_nothing_has_nothing_to_undo(haruto, kokoro, visit):
    his = visit(haruto)
    form = page_of(his.get(f"/books/{kokoro.pk}/edit"))
    his.send(f"/books/{kokoro.pk}/edit", title=kokoro.title, version=hidden(form, "version"))
    assert "/undo/" not in page_of(his.get(f"/books/{kokoro.pk}"))


def test_a_refused_edit_keeps_its_version(haruto, kokoro, visit):
    answer = visit(haruto).send(f"/books/{kokoro.pk}/edit", **typed(title="", version=kokoro.version))
    assert answer.status_code == 422
    assert hidden(page_of(answer), "version") == str(kokoro.version)


def test_who_may_only_read_gets_no_form(victor, kokoro, visit):
    assert visit(victor).get(f"/books/{kokoro.pk}/edit").status_code == 403
    assert visit(victor).send(f"/books/{kokoro.pk}/edit", **typed()).status_code == 403


# ── a title typed before the script had come ──


def by_name(owner, name: str) -> Record:
    return records.create(actor=owner, resource=registry.get("author"), values={"name": name})


def test_a_typed_title_of_one_record_chooses_it(haruto, soseki, visit):
    visit(haruto).send("/books/new", **typed(**{"author:text": "夏目 漱石", "author:was": ""}))
    assert Book.objects.get().author == soseki


def test_a_typed_title_takes_the_place_of_what_was_chosen(haruto, soseki, visit):
    ogai = by_name(haruto, "森 鷗外")
    values = typed(author=str(ogai.pk), **{"author:text": "夏目 漱石", "author:was": "森 鷗外"})
    visit(haruto).send("/books/new", **values)
    assert Book.objects.get().author == soseki


@pytest.mark.parametrize("words", ["夏目", "Nobody known", "森 鷗外"])
def test_words_that_mean_no_one_record_are_asked_about_and_kept(haruto, soseki, words, visit):
    for _twice in range(2):
        by_name(haruto, "森 鷗外")
    answer = visit(haruto).send("/books/new", **typed(**{"author:text": words, "author:was": ""}))
    assert answer.status_code == 422
    assert "Choose one from the list." in page_of(answer)
    assert f'value="{words}"' in page_of(answer)
    assert not Book.objects.exists()


# ── two people at once ──


@pytest.fixture
def conflict(haruto, sora, kokoro, visit):
    """Sora saved other pages and a rating; Haruto typed other pages, tags and a title over the version before."""
    visit(sora).send(f"/books/{kokoro.pk}/edit", **typed(pages="260", rating="4.5", version=kokoro.version))
    mine = typed(pages="250", title="Heart <b>", subjects=["novel"], version=kokoro.version)
    return visit(haruto).send(f"/books/{kokoro.pk}/edit", **mine)


def test_both_edits_are_shown_side_by_side(conflict):
    assert conflict.status_code == 412
    assert (conflict["HX-Retarget"], conflict["HX-Reswap"]) == ("#dialog", "innerHTML")
    page = page_of(conflict)
    assert all(words in page for words in ("Sora", "250", "260", "4.5", "Heart &lt;b&gt;", "novel, Meiji"))
    assert "Three parts." not in page


def as_it_stands(book, **changes) -> dict:
    """The form of a book as it was opened, with some of it changed."""
    return typed(author=book.author_id, price="", summary="", version=book.version) | changes


def test_what_somebody_left_alone_stays_as_the_other_saved_it(haruto, sora, kokoro, visit):
    his, address = visit(haruto), f"/books/{kokoro.pk}/edit"
    seen = hidden(page_of(his.get(address)), "seen")
    visit(sora).send(address, **as_it_stands(kokoro, pages="260", rating="4.5", summary="Four parts."))
    answer = his.send(address, **as_it_stands(kokoro, title="Heart", pages="250", seen=seen))
    page = page_of(answer)
    assert set(re.findall(r'name="keep\.(\w+)"', page)) == {"title", "pages"}
    values = {name: hidden(page, name) for name in ("version", "title", "pages")}
    his.send(f"/books/{kokoro.pk}/merge-edits", **values, **{"keep.title": "mine", "keep.pages": "mine"})
    kokoro.refresh_from_db()
    assert (kokoro.title, kokoro.pages, kokoro.summary) == ("Heart", 250, "Four parts.")
    assert str(kokoro.rating) == "4.50"


@pytest.mark.parametrize("seen", ["", "{", "[1]", '{"title": 7}', "[" * 5000])
def test_without_marks_that_can_be_read_both_edits_are_shown_whole(haruto, sora, kokoro, visit, seen):
    visit(sora).send(f"/books/{kokoro.pk}/fields/pages", pages="260", version=kokoro.version)
    answer = visit(haruto).send(f"/books/{kokoro.pk}/edit", **as_it_stands(kokoro, title="Heart", seen=seen))
    assert answer.status_code == 412
    assert set(re.findall(r'name="keep\.(\w+)"', page_of(answer))) == {"title", "pages"}


def test_the_chosen_words_are_saved_and_the_rest_stays(conflict, haruto, kokoro, visit):
    page = page_of(conflict)
    names = re.findall(r'name="keep\.(\w+)" value="mine"', page)
    values = {name: hidden(page, name) for name in names}
    values |= {f"keep.{name}": "theirs" if name in ("pages", "rating") else "mine" for name in names}
    answer = visit(haruto).send(f"/books/{kokoro.pk}/merge-edits", version=hidden(page, "version"), **values)
    assert answer["HX-Redirect"] == f"/books/{kokoro.pk}"
    kokoro.refresh_from_db()
    assert (kokoro.title, kokoro.pages, kokoro.subjects) == ("Heart <b>", 260, ["novel"])
    assert str(kokoro.rating) == "4.50"


def test_a_third_edit_in_between_is_a_conflict_again(conflict, haruto, sora, kokoro, visit):
    page = page_of(conflict)
    version = hidden(page, "version")
    visit(sora).send(f"/books/{kokoro.pk}/fields/pages", pages="270", version=version)
    values = {"pages": "250", "keep.pages": "mine"}
    again = visit(haruto).send(f"/books/{kokoro.pk}/merge-edits", version=version, **values)
    assert again.status_code == 412
    assert "270" in page_of(again)
    assert "250" in page_of(again)


def test_without_script_the_conflict_is_a_page(haruto, sora, kokoro, visit):
    visit(sora).send(f"/books/{kokoro.pk}/fields/pages", pages="260", version=kokoro.version)
    answer = visit(haruto).client.post(f"/books/{kokoro.pk}/edit", typed(pages="250", version=kokoro.version))
    assert answer.status_code == 412
    assert "<html" in page_of(answer)


def test_a_conflict_over_a_value_that_cannot_be_saved_shows_it_as_typed(haruto, sora, kokoro, visit):
    visit(sora).send(f"/books/{kokoro.pk}/fields/pages", pages="260", version=kokoro.version)
    answer = visit(haruto).send(f"/books/{kokoro.pk}/edit", **typed(pages="many", version=kokoro.version))
    assert answer.status_code == 412
    assert "many" in page_of(answer)


@pytest.mark.parametrize("junk", ["{", "[[[[", '{"a": 1}', '"many"', "NaN", "Infinity", "1e999", "[" * 5000])
def test_words_that_the_conflict_page_never_sent_are_refused(haruto, kokoro, visit, junk):
    values = {"pages": junk, "keep.pages": "mine", "version": kokoro.version}
    assert visit(haruto).send(f"/books/{kokoro.pk}/merge-edits", **values).status_code == 422
    kokoro.refresh_from_db()
    assert kokoro.pages == 248


def test_a_hidden_field_is_not_in_the_conflict(haruto, mika, kokoro, hide, visit):
    hide(haruto, "book", "pages")
    visit(mika).send(f"/books/{kokoro.pk}/fields/pages", pages="7310264", version=kokoro.version)
    answer = visit(haruto).send(f"/books/{kokoro.pk}/edit", **typed(title="Heart", version=kokoro.version))
    assert answer.status_code == 412
    assert "7310264" not in content_of(answer)
