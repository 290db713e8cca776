"""Buttons on a record: to the trash and back, undo, and the verbs of its room."""

import re

import pytest

from kizuna.base.records import services as records
from kizuna.base.testing.visiting import page_of, said


def test_a_deleted_book_lies_in_the_trash_and_undo_is_offered_on_the_list(haruto, kokoro, visit):
    his = visit(haruto)
    answer = his.send(f"/books/{kokoro.pk}/delete", at=f"/books/{kokoro.pk}")
    assert answer["HX-Redirect"] == "/books"
    page = page_of(his.get("/books"))
    assert "Kokoro is in the trash." in page
    assert f'hx-post="/books/{kokoro.pk}/restore"' in page
    assert "Undo" in page
    assert "is in the trash" not in page_of(his.get("/books"))


def test_the_trash_shows_it_and_it_comes_back(haruto, kokoro, visit):
    his = visit(haruto)
    his.send(f"/books/{kokoro.pk}/delete")
    page = page_of(his.get(f"/books/{kokoro.pk}"))
    assert "In the trash since" in page
    assert "?edit" not in page
    assert his.send(f"/books/{kokoro.pk}/restore")["HX-Redirect"] == f"/books/{kokoro.pk}"
    kokoro.refresh_from_db()
    assert kokoro.deleted_at is None


def test_a_book_in_the_trash_is_not_changed(haruto, kokoro, visit):
    his = visit(haruto)
    his.send(f"/books/{kokoro.pk}/delete")
    assert his.send(f"/books/{kokoro.pk}/fields/pages", pages="1").status_code == 404
    assert his.get(f"/books/{kokoro.pk}/edit").status_code == 404
    assert his.send(f"/books/{kokoro.pk}/actions/lend_book", to="Aya").status_code == 404
    assert his.send(f"/books/{kokoro.pk}/compose/review", body="x").status_code == 404


def test_a_delete_of_what_somebody_changed_meanwhile_is_not_carried_out(haruto, sora, kokoro, visit):
    visit(sora).send(f"/books/{kokoro.pk}/fields/pages", pages="260")
    answer = visit(haruto).send(f"/books/{kokoro.pk}/delete", version=kokoro.version)
    assert answer.status_code == 412
    kokoro.refresh_from_db()
    assert kokoro.deleted_at is None


def test_deleted_twice_is_not_found_the_second_time(haruto, kokoro, visit):
    his = visit(haruto)
    his.send(f"/books/{kokoro.pk}/delete")
    assert his.send(f"/books/{kokoro.pk}/delete").status_code == 404


def test_a_record_that_others_need_is_kept_with_a_reason_or_trashed_whole(haruto, kokoro, soseki, visit):
    answer = visit(haruto).send(f"/authors/{soseki.pk}/delete")
    assert answer.status_code in {204, 422}
    assert visit(haruto).get(f"/books/{kokoro.pk}").status_code == 200


@pytest.mark.parametrize("path", ["delete", "restore", "undo/1", "merge-edits"])
def test_nothing_changes_by_following_a_link(haruto, kokoro, visit, path):
    assert visit(haruto).get(f"/books/{kokoro.pk}/{path}").status_code == 405


def test_who_may_only_read_deletes_nothing(victor, kokoro, visit):
    assert visit(victor).send(f"/books/{kokoro.pk}/delete").status_code == 403


# ── actions ──


def test_an_action_asks_for_what_it_needs_and_is_carried_out(haruto, kokoro, visit):
    his = visit(haruto)
    page = page_of(his.ask(f"/books/{kokoro.pk}/actions/lend_book"))
    assert 'name="to"' in page
    assert 'name="until"' in page
    answer = his.send(f"/books/{kokoro.pk}/actions/lend_book", to="Aya", until="2026-12-01")
    assert said(answer) == "Lent."
    kokoro.refresh_from_db()
    assert kokoro.status == "lent"


@pytest.mark.parametrize("given", [{"to": "", "until": ""}, {"to": "Aya", "until": "soon"}, {"until": "2026-12-01"}])
def test_arguments_that_do_not_fit_are_refused_beside_the_field(haruto, kokoro, visit, given):
    answer = visit(haruto).send(f"/books/{kokoro.pk}/actions/lend_book", **given)
    assert answer.status_code == 422
    assert "k-error" in page_of(answer)
    assert all(re.search(f'value="{value}"|>{value}</textarea>', page_of(answer)) for value in given.values() if value)


def test_a_refusal_says_why_and_keeps_what_was_typed(haruto, kokoro, visit):
    records.update(actor=haruto, record=kokoro, changes={"status": "lent"})
    answer = visit(haruto).send(f"/books/{kokoro.pk}/actions/lend_book", to="Aya")
    assert answer.status_code == 422
    assert "This book is not on the shelf." in page_of(answer)
    assert ">Aya</textarea>" in page_of(answer)


def test_an_action_that_does_not_fit_now_is_not_offered(haruto, kokoro, visit):
    his = visit(haruto)
    assert "actions/lend_book" in page_of(his.get(f"/books/{kokoro.pk}"))
    records.update(actor=haruto, record=kokoro, changes={"status": "lent"})
    assert "actions/lend_book" not in page_of(his.get(f"/books/{kokoro.pk}"))


def test_an_action_that_does_not_exist_is_not_found(haruto, kokoro, visit):
    assert visit(haruto).send(f"/books/{kokoro.pk}/actions/burn").status_code == 404


def test_who_may_only_read_runs_no_action(victor, kokoro, visit):
    assert visit(victor).send(f"/books/{kokoro.pk}/actions/lend_book", to="Aya").status_code == 403


def test_on_its_own_page_the_record_is_read_again_with_the_buttons_that_it_has_now(haruto, kokoro, visit) -> None:
    here = f"/books/{kokoro.pk}"
    his = visit(haruto)
    answer = his.send(f"{here}/actions/lend_book", at=here, to="Aya")
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    assert "Lent." in page_of(his.get(here))
