"""Many records at once: ticked rows, or all that match; more than a request should wait for goes through a job."""

import pytest

from kizuna.base.access.models import Grant
from kizuna.base.bulk.models import Sheet
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book
from kizuna.base.testing.visiting import page_of, said, undo_of
from kizuna.base.ui import sheets


@pytest.fixture
def shelf(shelve):
    return [shelve(f"Book {number}", pages=100 + number) for number in range(4)]


@pytest.fixture
def many(mika):
    """520 books of Mika's."""
    return several(mika, 520)


def several(owner, number):
    books = [Book(title=f"Book {place:03}", owner=owner) for place in range(number)]
    records.create_many(actor=owner, resource=registry.get("book"), records=books)
    return Book.objects.order_by("pk")


def ids(shelf) -> list[int]:
    return [book.pk for book in shelf]


def tagged(word: str) -> int:
    return sum(word in book.subjects for book in Book.objects.all())


def test_the_dialog_asks_which_field_then_which_value(shelf, haruto, visit):
    his = visit(haruto)
    first = page_of(his.ask("/books/bulk/edit", ids=ids(shelf)[:2]))
    assert "Edit 2 selected" in first
    assert '<option value="status"' in first
    second = page_of(his.ask("/books/bulk/edit", ids=ids(shelf)[:2], field="status"))
    assert 'name="status"' in second
    assert second.count('name="ids"') == 2


def test_ticked_rows_are_tagged_and_the_others_are_not(shelf, haruto, visit):
    values = {"field": "subjects", "save": "1", "subjects": ["novel", "Meiji"], "how": "add"}
    answer = visit(haruto).send("/books/bulk/edit", ids=ids(shelf)[:3], **values)
    assert answer.status_code == 200
    assert said(answer) == "3 records changed."
    assert "kizuna:changed" in answer["HX-Trigger"]
    assert (tagged("novel"), tagged("Meiji")) == (3, 3)


def test_a_second_press_of_the_button_changes_nothing_twice(shelf, haruto, visit):
    his = visit(haruto)
    dialog = page_of(his.ask("/books/bulk/edit", ids=ids(shelf), field="subjects"))
    once = dialog.partition('name="once" value="')[2].partition('"')[0]
    values = {"ids": ids(shelf), "field": "subjects", "save": "1", "subjects": ["novel"], "once": once}
    first = his.send("/books/bulk/edit", **values)
    second = his.send("/books/bulk/edit", **values)
    assert once
    assert said(first) == said(second) == "4 records changed."
    assert undo_of(first) == undo_of(second)
    assert Sheet.objects.count() == 1


def test_tags_are_taken_away_and_nothing_else_with_them(shelf, haruto, visit):
    his = visit(haruto)
    his.send("/books/bulk/edit", ids=ids(shelf), field="subjects", save="1", subjects=["novel", "Meiji"])
    his.send("/books/bulk/edit", ids=ids(shelf), field="subjects", save="1", subjects=["NOVEL"], how="remove")
    assert (tagged("novel"), tagged("Meiji")) == (0, 4)


def test_all_that_match_means_the_list_as_it_was_asked_for(shelf, haruto, visit):
    asked = {"all": "1", "filter": '{"field": "pages", "op": "gte", "value": 102}'}
    values = {"field": "status", "status": "wanted", "save": "1"}
    answer = visit(haruto).send("/books/bulk/edit", **asked, **values)
    assert said(answer) == "2 records changed."
    assert Book.objects.filter(status="wanted").count() == 2


def test_a_value_that_does_not_fit_is_refused_and_kept(shelf, haruto, visit):
    answer = visit(haruto).send("/books/bulk/edit", ids=ids(shelf), field="pages", pages="many", save="1")
    assert answer.status_code == 422
    assert 'value="many"' in page_of(answer)
    assert 'name="save"' in page_of(answer)


def test_rows_of_others_are_left_as_they_are(sora, shelf, haruto, shelve, visit):
    hers = shelve("Hers", owner=sora)
    answer = visit(haruto).send(
        "/books/bulk/edit", ids=[*ids(shelf), hers.pk], field="status", status="wanted", save="1"
    )
    assert said(answer).startswith("4 records changed. 1 was refused: You do not have permission")
    hers.refresh_from_db()
    assert hers.status == "held"


def test_nothing_selected_says_so(haruto, visit):
    for data in ({}, {"ids": "x"}, {"ids": "9" * 40}, {"all": "yes"}):
        answer = visit(haruto).send("/books/bulk/edit", **data)
        assert answer.status_code == 422
        assert said(answer) == "Select some rows first."


def test_who_may_not_change_many_is_refused(victor, shelf, visit):
    hers = visit(victor)
    for path in ("edit", "delete", "actions/lend_book"):
        assert hers.send(f"/books/bulk/{path}", ids=ids(shelf), to="Aya", confirmed="1").status_code == 403
    assert 'id="selection"' not in page_of(hers.get("/books"))


@pytest.mark.parametrize("path", ["actions/nonsense", "nonsense"])
def test_a_verb_that_does_not_exist_is_not_found(shelf, haruto, visit, path):
    assert visit(haruto).send(f"/books/bulk/{path}", ids=ids(shelf)).status_code == 404


# ── trash ──


def test_many_go_to_the_trash_after_a_question_and_come_back(shelf, haruto, visit):
    his = visit(haruto)
    assert "4" in page_of(his.ask("/books/bulk/delete", ids=ids(shelf)))
    assert Book.objects.live().count() == 4
    assert said(his.send("/books/bulk/delete", ids=ids(shelf))) == "4 records are in the trash."
    assert not Book.objects.live().exists()
    his.send("/books/bulk/restore", ids=ids(shelf), view="trash")
    assert Book.objects.live().count() == 4


# ── actions ──


def test_an_action_runs_on_each_and_says_what_was_refused(shelf, haruto, visit):
    his = visit(haruto)
    assert 'name="to"' in page_of(his.ask("/books/bulk/actions/lend_book", ids=ids(shelf)))
    records.update(actor=haruto, record=shelf[0], changes={"status": "lent"})
    answer = his.send("/books/bulk/actions/lend_book", ids=ids(shelf), to="Aya")
    assert "3 records changed." in said(answer)
    assert "1 was refused" in said(answer)
    assert "not on the shelf" in said(answer)


def test_an_action_without_what_it_needs_is_refused_before_it_touches_anything(shelf, haruto, visit):
    assert visit(haruto).send("/books/bulk/actions/lend_book", ids=ids(shelf), to="").status_code == 422
    assert not Book.objects.filter(status="lent").exists()


# ── taken back ──


def test_a_bulk_edit_is_taken_back_from_its_toast(shelf, haruto, visit):
    his = visit(haruto)
    answer = his.send("/books/bulk/edit", ids=ids(shelf)[:3], field="status", save="1", status="wanted")
    sheet = Sheet.objects.get()
    assert undo_of(answer) == f"/bulk/{sheet.pk}/undo"
    back = his.send(undo_of(answer))
    assert said(back) == "3 records are as they were."
    assert not Book.objects.filter(status="wanted").exists()
    assert his.send(undo_of(answer)).status_code == 422


def test_a_verb_has_no_undo(shelf, haruto, visit):
    assert not undo_of(visit(haruto).send("/books/bulk/actions/lend_book", ids=ids(shelf), to="Aya"))


# ── through a job ──


def wish(visitor):
    return visitor.send("/books/bulk/edit", all="1", field="status", status="wanted", save="1")


def sheet_url() -> str:
    return f"/bulk/{Sheet.objects.latest('pk').pk}"


def test_more_than_five_hundred_go_through_a_job_that_can_be_watched_left_and_found_again(many, mika, visit):
    hers = visit(mika)
    answer = wish(hers)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, sheet_url())
    assert "Waiting" in page_of(hers.get(sheet_url()))
    assert not Book.objects.filter(status="wanted").exists()
    run_waiting()
    assert Book.objects.filter(status="wanted").count() == 520
    assert "k-dot" in page_of(hers.ask("/notifications/dot"))
    assert sheet_url() in page_of(hers.ask("/notifications/newest"))
    page = page_of(hers.ask(sheet_url()))
    assert "520 records were changed." in page
    assert "Wanted" in page
    assert "<html" not in page
    assert 'href="/books"' in page
    assert "k-dot" not in page_of(hers.ask("/notifications/dot"))
    assert sheet_url() in page_of(hers.get("/bulk"))


def test_what_filters_the_list_may_be_what_is_changed(many, mika, visit):
    """The list of books on the shelf empties while the job works through it."""
    tree = '{"field": "status", "op": "is", "value": "held"}'
    visit(mika).send("/books/bulk/edit", all="1", filter=tree, field="status", status="wanted", save="1")
    run_waiting()
    assert Book.objects.filter(status="wanted").count() == 520


def test_a_right_that_was_taken_meanwhile_holds_in_the_job(many, mika, visit):
    wish(visit(mika))
    Grant.objects.filter(role__code="manager").update(scope=0)
    run_waiting()
    assert not Book.objects.filter(status="wanted").exists()


def test_only_who_started_the_work_and_administrators_see_it(many, mika, haruto, alice, visit):
    wish(visit(mika))
    assert visit(haruto).get(sheet_url()).status_code == 404
    assert visit(haruto).get(f"{sheet_url()}/result.csv").status_code == 404
    assert visit(haruto).post(f"{sheet_url()}/cancel").status_code == 404
    assert sheet_url() not in page_of(visit(haruto).get("/bulk"))
    assert visit(mika).get("/bulk/999999").status_code == 404
    assert visit(alice).get(sheet_url()).status_code == 200


def test_the_work_can_be_stopped_before_it_begins_and_gone_on_with(many, mika, visit):
    hers = visit(mika)
    wish(hers)
    assert hers.post(f"{sheet_url()}/cancel")["Location"] == sheet_url()
    run_waiting()
    assert "Stopped" in page_of(hers.get(sheet_url()))
    assert not Book.objects.filter(status="wanted").exists()
    hers.post(f"{sheet_url()}/go-on")
    run_waiting()
    assert Book.objects.filter(status="wanted").count() == 520


def test_refused_rows_are_grouped_by_reason_page_by_page_and_stand_in_the_file(mika, visit, monkeypatch):
    """Each is lent by itself: of more than a hundred that takes a job."""
    monkeypatch.setattr(sheets, "FILE_ROWS", 100)
    many, hers = several(mika, 120), visit(mika)
    records.update(actor=mika, record=many[0], changes={"status": "lent"})
    hers.send("/books/bulk/actions/lend_book", all="1", to="Aya")
    run_waiting()
    page = page_of(hers.get(sheet_url()))
    assert "119 records were changed." in page
    assert "This book is not on the shelf." in page
    assert f'href="/books/{many[0].pk}"' in page
    done = Sheet.objects.get().outcomes.get(kind="done")
    first = page_of(hers.get(sheet_url(), outcome=done.pk))
    assert f'href="/books/{many[50].pk}"' in first
    assert f'href="/books/{many[51].pk}"' not in first
    rest = page_of(hers.ask(sheet_url(), outcome=done.pk, after=many[50].pk))
    assert f'href="/books/{many[51].pk}"' in rest
    file = hers.get(f"{sheet_url()}/result.csv").getvalue().decode("utf-8-sig").splitlines()
    assert file[1] == f"{many[0].pk},Book 000,Refused,This book is not on the shelf."
    assert len(file) == 121


def test_a_large_edit_is_taken_back_from_its_page(many, mika, visit):
    hers = visit(mika)
    wish(hers)
    run_waiting()
    edited = sheet_url()
    page = hers.post(f"{edited}/undo")["Location"]
    assert page == sheet_url() != edited
    run_waiting()
    assert not Book.objects.filter(status="wanted").exists()
    assert "It was taken back" in page_of(hers.get(edited))
