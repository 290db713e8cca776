"""Editing in the list: a cell, its control, and the row as it then is."""

from kizuna.base.testing.visiting import page_of, said, undo_of


def test_a_cell_becomes_its_control_with_the_lists_state(haruto, kokoro, visit):
    page = page_of(visit(haruto).ask(f"/books/{kokoro.pk}/cells/status", columns="status", sort="-title"))
    assert 'name="status"' in page
    assert f'name="version" value="{kokoro.version}"' in page
    assert "sort=-title" in page
    assert "<html" not in page


def test_a_saved_cell_comes_back_as_its_row_with_an_undo(haruto, kokoro, visit):
    his = visit(haruto)
    url = f"/books/{kokoro.pk}/cells/pages?columns=pages"
    answer = his.send(url, pages="250", version=kokoro.version)
    assert page_of(answer).strip().startswith("<tr")
    assert "250" in page_of(answer)
    assert said(answer) == "Pages saved."
    assert said(his.send(undo_of(answer), at="/books")) == "Taken back."
    kokoro.refresh_from_db()
    assert kokoro.pages == 248


def test_a_value_that_does_not_fit_keeps_the_control(haruto, kokoro, visit):
    answer = visit(haruto).send(f"/books/{kokoro.pk}/cells/pages", pages="many", version=kokoro.version)
    assert answer.status_code == 422
    assert 'value="many"' in page_of(answer)
    assert "k-error" in page_of(answer)


def test_a_stale_cell_keeps_what_was_typed_and_offers_the_new_version(haruto, sora, kokoro, visit):
    visit(sora).send(f"/books/{kokoro.pk}/cells/pages", pages="260", version=kokoro.version)
    answer = visit(haruto).send(f"/books/{kokoro.pk}/cells/pages", pages="250", version=kokoro.version)
    assert answer.status_code == 412
    assert 'value="250"' in page_of(answer)
    assert f'name="version" value="{kokoro.version + 1}"' in page_of(answer)
    kokoro.refresh_from_db()
    assert kokoro.pages == 260


def test_saving_what_stands_there_says_nothing(haruto, kokoro, visit):
    answer = visit(haruto).send(f"/books/{kokoro.pk}/cells/pages", pages="248", version=kokoro.version)
    assert (answer.status_code, said(answer)) == (200, "")


def test_cells_that_may_not_be_written_do_not_exist(haruto, victor, kokoro, hide, visit):
    hide(haruto, "book", "pages", access="read_only")
    assert visit(haruto).ask(f"/books/{kokoro.pk}/cells/pages").status_code == 404
    assert visit(haruto).ask(f"/books/{kokoro.pk}/cells/nonsense").status_code == 404
    assert visit(victor).send(f"/books/{kokoro.pk}/cells/rating", rating="1").status_code in {403, 404}
    assert "data-edit-url" not in page_of(visit(victor).get("/books"))


def test_the_row_is_put_back_as_it_was(haruto, kokoro, visit):
    page = page_of(visit(haruto).ask(f"/books/{kokoro.pk}/row", columns="pages"))
    assert page.strip().startswith("<tr")
    assert "248" in page
