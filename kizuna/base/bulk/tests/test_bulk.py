"""Many records at once: each as far as the person may, each once, each with its history, and taken back."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import pytest
from django.utils import timezone

from kizuna.base.access.models import Grant
from kizuna.base.bulk import queries, services
from kizuna.base.bulk.events import BulkFinished
from kizuna.base.bulk.models import Kind, Outcome, Row, Sheet, State
from kizuna.base.bulk.services import running
from kizuna.base.events.models import EventRow, Subject
from kizuna.base.events.origin import Origin, originating
from kizuna.base.identity.models import User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.jobs.tests.conftest import database_url
from kizuna.base.records import services as records
from kizuna.base.records.history import history
from kizuna.base.records.models import CustomField
from kizuna.base.resources.resource import Resource
from kizuna.base.search.selecting import Selection
from kizuna.base.testing.library.models import Book
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused

pytestmark = pytest.mark.django_db
Start = Callable[..., Sheet]
EVERYTHING = Selection()


@pytest.fixture
def many(mika: User, books: Resource) -> list[Book]:
    """620 books of Mika's."""
    shelf = [Book(title=f"Book {number:03}", owner=mika, pages=number + 1) for number in range(620)]
    records.create_many(actor=mika, resource=books, records=shelf)
    return list(Book.objects.order_by("pk"))


@pytest.fixture
def shelve(haruto: User, books: Resource) -> Callable[..., Book]:
    """`shelve("Kokoro", owner=sora)`: a book, of Haruto's unless said otherwise."""

    def put(title: str, *, owner: User = haruto, **values: Any) -> Book:
        book = Book(title=title, owner=owner, **values)
        records.create_many(actor=owner, resource=books, records=[book])
        return book

    return put


@pytest.fixture
def start(books: Resource) -> Start:
    def begin(actor: User, operation: str = "edit", selection: Selection = EVERYTHING, **what: Any) -> Sheet:
        return services.start(actor=actor, resource=books, operation=operation, selection=selection, **what)

    return begin


@pytest.fixture
def rework(start: Start) -> Start:
    """Everything is marked as wanted, by a job."""
    return lambda actor: start(actor, changes={"status": "wanted"})


def result(sheet: Sheet) -> tuple[str, int, int, int]:
    sheet.refresh_from_db()
    return sheet.state, sheet.done_count, sheet.unchanged_count, sheet.refused_count


def wanted() -> int:
    return Book.objects.filter(status="wanted").count()


# ── what becomes of each ──


def test_each_row_is_changed_once_and_has_its_history(mika: User, many: list[Book], rework: Start, published) -> None:
    published.forget()
    sheet = rework(mika)
    run_waiting()
    assert result(sheet) == (State.DONE, 620, 0, 0)
    assert wanted() == 620
    entry = history(actor=mika, record=many[7])[0]
    assert (entry.actor_id, entry.changes) == (mika.pk, {"status": ("held", "wanted")})
    assert published.names.count("records.RecordsUpdated") == 1  # one event for a batch
    assert published.one(BulkFinished).done == 620


def test_what_is_so_already_is_left_as_it_was(mika: User, many: list[Book], rework: Start) -> None:
    records.update(actor=mika, record=many[3], changes={"status": "wanted"})
    sheet = rework(mika)
    run_waiting()
    assert result(sheet) == (State.DONE, 619, 1, 0)
    assert Book.objects.get(pk=many[3].pk).version == 2


def test_rows_of_others_are_refused_by_name_and_hidden_ones_are_not_there(
    haruto: User, sora: User, carol: User, shelve, start: Start, grant
) -> None:
    mine, hers, secret = shelve("Mine", owner=haruto), shelve("Hers", owner=sora), shelve("Secret", owner=carol)
    grant(haruto, book={"read": "team", "update": "own", "bulk": "all"})
    ids = (mine.pk, hers.pk, secret.pk, 999_999)
    sheet = start(haruto, selection=Selection(ids=ids), changes={"status": "wanted"})
    assert result(sheet) == (State.DONE, 1, 0, 3)
    why = {line.record_id: (line.title, line.outcome_id) for line in queries.every_line(haruto, sheet)}
    denied, missing = (each.pk for each in queries.outcomes(sheet) if each.kind == Kind.REFUSED)
    reasons = {each.pk: each.reason for each in queries.outcomes(sheet)}
    assert why[hers.pk][0] == "Hers"
    assert "permission" in reasons[why[hers.pk][1]]
    assert why[secret.pk][0] == ""
    assert "does not exist" in reasons[why[secret.pk][1]]
    assert why[secret.pk][1] == why[999_999][1]
    assert {denied, missing} == {why[hers.pk][1], why[secret.pk][1]}


def test_what_somebody_else_did_to_the_same_field_meanwhile_stays(
    mika: User, sora: User, many: list[Book], rework: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the moment when the rows were written down and their turn."""
    begin = running.Run._begin

    def overtaken(run: Any) -> None:
        begin(run)
        with originating(Origin()):  # in a process of their own
            records.update(actor=mika, record=many[4], changes={"status": "lent"})
            records.update(actor=mika, record=many[5], changes={"title": "Another title"})

    monkeypatch.setattr(running.Run, "_begin", overtaken)
    sheet = rework(mika)
    run_waiting()
    assert result(sheet) == (State.DONE, 619, 0, 1)
    assert Book.objects.get(pk=many[4].pk).status == "lent"
    assert Book.objects.get(pk=many[5].pk).title == "Another title"


def test_a_field_that_is_removed_meanwhile_is_written_no_more(
    mika: User, alice: User, many: list[Book], books: Resource, start: Start
) -> None:
    """Removed by somebody else's request, after the first hundred rows."""
    shelf = records.add_custom_field(actor=alice, resource=books, kind="text", labels="Shelf", name="shelf")
    sheet = start(mika, changes={"shelf": "A1"})

    def remove(_sheet: Sheet) -> None:
        if not CustomField.objects.filter(pk=shelf.pk, deleted_at__isnull=False).exists():
            copy_context().run(records.remove_custom_field, actor=alice, field=shelf)

    services.carry_on(sheet_id=sheet.pk, batch=100, tell=remove)
    assert result(sheet) == (State.FAILED, 100, 0, 0)
    assert "no field “shelf”" in sheet.error
    assert Book.objects.filter(custom__has_key=shelf.slot).count() == 100


def test_what_somebody_changed_meanwhile_is_not_deleted(
    mika: User, many: list[Book], start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = running.Run._begin

    def overtaken(run: Any) -> None:
        begin(run)
        records.update(actor=mika, record=many[4], changes={"pages": 1000})

    monkeypatch.setattr(running.Run, "_begin", overtaken)
    sheet = start(mika, "delete")
    run_waiting()
    assert result(sheet) == (State.DONE, 619, 0, 1)
    assert Book.objects.live().get() == many[4]


def test_a_batch_that_the_database_refuses_is_done_row_by_row(
    mika: User, many: list[Book], rework: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_each = records.change_each

    def picky(*, batch: Any, **given: Any) -> Any:
        if any(record.pk == many[0].pk for record, _values in batch):
            raise Refused("Not this one.")
        return change_each(batch=batch, **given)

    monkeypatch.setattr(records, "change_each", picky)
    sheet = rework(mika)
    services.carry_on(sheet_id=sheet.pk, batch=100)
    assert result(sheet) == (State.DONE, 619, 0, 1)
    assert [each.reason for each in queries.outcomes(sheet)] == ["Not this one.", ""]


@pytest.mark.parametrize(
    ("wrong", "said"), [({"pages": 0}, "A book has pages."), ({"title": None}, "The log of the server tells what")]
)
def test_what_the_database_itself_refuses_is_said_in_words(
    mika: User, kokoro: Book, rework: Start, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any], said: str
) -> None:
    monkeypatch.setattr(records, "change_each", lambda **given: Book.objects.filter(pk=kokoro.pk).update(**wrong))
    sheet = rework(mika)
    services.carry_on(sheet_id=sheet.pk)
    [outcome] = queries.outcomes(sheet)
    assert said in outcome.reason


def test_the_number_of_queries_does_not_grow_with_the_rows(
    mika: User, many: list[Book], rework: Start, django_assert_max_num_queries
) -> None:
    sheet = rework(mika)
    with django_assert_max_num_queries(60):
        services.carry_on(sheet_id=sheet.pk)


def test_the_chosen_records_are_read_once_however_many_batches_there_are(
    mika: User, many: list[Book], rework: Start, django_assert_max_num_queries
) -> None:
    sheet = rework(mika)
    with django_assert_max_num_queries(400) as asked:
        services.carry_on(sheet_id=sheet.pk, batch=100)
    reading = [one["sql"] for one in asked.captured_queries if '"bulk_sheet"."selection"' in one["sql"]]
    assert len(reading) <= 2  # to begin, and to write them down


# ── killed, stopped, run twice ──

CHILD = """
import os, signal, sys
import django
django.setup()
from kizuna.base.bulk.services import running
note, done = running._note, []
def dying(*given):
    note(*given)
    done.append(given)
    if len(done) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
running._note = dying
running.carry_on(sheet_id=int(sys.argv[1]), batch=100)
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_in_the_middle_leaves_the_rest_to_the_next_one(
    mika: User, many: list[Book], rework: Start
) -> None:
    """kill -9 in the third batch, when its rows are written and not yet committed."""
    sheet = rework(mika)
    own = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    child = subprocess.run([sys.executable, "-c", CHILD, str(sheet.pk)], env=os.environ | own, check=False)
    assert child.returncode == -signal.SIGKILL
    assert result(sheet) == (State.RUNNING, 200, 0, 0)
    assert wanted() == 200
    services.carry_on(sheet_id=sheet.pk, batch=100)
    assert result(sheet) == (State.DONE, 620, 0, 0)
    assert set(Book.objects.values_list("version", flat=True)) == {2}
    told = Subject.objects.filter(resource="book", event__name="records.RecordsUpdated").values_list("record_id")
    assert sorted(told) == [(book.pk,) for book in many]


def test_two_workers_on_one_sheet_do_each_row_once(mika: User, many: list[Book], rework: Start) -> None:
    sheet = rework(mika)
    met: list[Sheet] = []

    def meet(found: Sheet) -> None:
        if not met:
            met.append(found)
            services.carry_on(sheet_id=sheet.pk, batch=100)

    services.carry_on(sheet_id=sheet.pk, batch=100, tell=meet)
    assert result(sheet) == (State.DONE, 620, 0, 0)
    assert set(Book.objects.values_list("version", flat=True)) == {2}


def test_one_that_is_stopped_keeps_what_was_done_and_can_go_on(mika: User, many: list[Book], rework: Start) -> None:
    sheet = rework(mika)
    services.carry_on(sheet_id=sheet.pk, batch=100, stops=iter([False, True]).__next__)
    assert result(sheet) == (State.CANCELLED, 200, 0, 0)
    assert Row.objects.filter(sheet=sheet, outcome=None).count() == 420
    services.go_on(actor=mika, sheet=sheet)
    run_waiting()
    assert result(sheet) == (State.DONE, 620, 0, 0)
    with pytest.raises(Refused):
        services.go_on(actor=mika, sheet=sheet)


def test_a_right_that_is_lost_in_the_middle_is_lost(mika: User, many: list[Book], rework: Start) -> None:
    sheet = rework(mika)
    services.carry_on(
        sheet_id=sheet.pk, batch=100, tell=lambda found: Grant.objects.filter(role__code="manager").update(scope=0)
    )
    assert result(sheet) == (State.FAILED, 100, 0, 0)
    assert "permission" in sheet.error


# ── taken back ──


def test_an_edit_of_many_is_taken_back_but_for_what_was_changed_since(
    mika: User, many: list[Book], rework: Start
) -> None:
    records.update(actor=mika, record=many[1], changes={"status": "lent"})
    edited = rework(mika)
    run_waiting()
    records.update(actor=mika, record=many[2], changes={"status": "lent"})
    undone = services.undo(actor=mika, sheet=edited)
    run_waiting()
    assert result(undone) == (State.DONE, 619, 0, 1)
    statuses = dict(Book.objects.values_list("pk", "status"))
    assert (statuses[many[0].pk], statuses[many[1].pk], statuses[many[2].pk]) == ("held", "lent", "lent")
    with pytest.raises(Refused):
        services.undo(actor=mika, sheet=edited)
    services.undo(actor=mika, sheet=undone)
    run_waiting()
    assert wanted() == 619


def test_a_delete_of_many_is_taken_back_and_its_undo_too(mika: User, many: list[Book], start: Start) -> None:
    deleted = start(mika, "delete")
    run_waiting()
    assert not Book.objects.live().exists()
    back = services.undo(actor=mika, sheet=deleted)
    run_waiting()
    assert Book.objects.live().count() == 620
    services.undo(actor=mika, sheet=back)
    run_waiting()
    assert not Book.objects.live().exists()


def test_tags_are_added_to_each_and_put_back_as_each_had_them(mika: User, shelve, start: Start) -> None:
    one, other = shelve("One", subjects=["a"]), shelve("Other", subjects=["b", "NEW"])
    sheet = start(mika, changes={"subjects": {"add": ["new"]}})
    assert result(sheet) == (State.DONE, 1, 1, 0)
    assert Book.objects.get(pk=one.pk).subjects == ["a", "new"]
    services.undo(actor=mika, sheet=sheet)
    assert Book.objects.get(pk=one.pk).subjects == ["a"]
    assert Book.objects.get(pk=other.pk).subjects == ["b", "NEW"]


# ── who may ──


def test_it_takes_the_right_to_many_and_to_the_deed(victor: User, mika: User, start: Start, kokoro: Book) -> None:
    with pytest.raises(Denied):
        start(victor, changes={"pages": 1})
    with pytest.raises(Missing):
        start(mika, "act", action="nonsense")
    with pytest.raises(Invalid):
        start(mika, changes={})
    with pytest.raises(Refused):
        start(mika, "restore")


def test_the_same_token_is_the_same_work(mika: User, start: Start, kokoro: Book) -> None:
    first = start(mika, changes={"pages": 7}, once="a")
    assert start(mika, changes={"pages": 7}, once="a") == first
    assert start(mika, changes={"pages": 7}, once="b") != first


def test_what_was_done_names_the_work_as_its_cause(mika: User, start: Start, kokoro: Book) -> None:
    sheet = start(mika, changes={"pages": 7})
    assert (
        EventRow.objects.filter(cause_id=sheet.event_id).values_list("name", flat=True)[0] == "records.RecordsUpdated"
    )


def test_old_sheets_are_forgotten_with_their_rows(mika: User, many: list[Book], start: Start, rework: Start) -> None:
    done, waiting = start(mika, selection=Selection(ids=(many[0].pk,)), changes={"pages": 7}), rework(mika)
    assert services.forget(now=timezone.now() + dt.timedelta(days=29)) == 0
    assert services.forget(now=timezone.now() + dt.timedelta(days=31)) == 1
    assert list(Sheet.objects.all()) == [waiting]
    assert not Row.objects.filter(sheet_id=done.pk).exists()


def test_a_field_that_is_removed_while_the_work_waits_ends_it_in_words_and_it_goes_on_later(
    alice: User, mika: User, many: list[Book], books: Resource, start: Start
) -> None:
    shelf = records.add_custom_field(actor=alice, resource=books, kind="text", labels="Shelf", name="shelf")
    nowhere = Selection(condition=json.dumps({"field": "shelf", "op": "is_empty"}))
    sheets = [start(mika, selection=nowhere, changes={"status": "wanted"}), start(mika, changes={"shelf": "A1"})]
    records.remove_custom_field(actor=alice, field=shelf)
    run_waiting()
    for sheet in sheets:
        assert result(sheet) == (State.FAILED, 0, 0, 0)
        assert "shelf" in sheet.error
    records.restore_custom_field(actor=alice, field=shelf)
    for sheet in sheets:
        services.go_on(actor=mika, sheet=sheet)
    run_waiting()
    assert [result(sheet) for sheet in sheets] == [(State.DONE, 620, 0, 0)] * 2
    records.remove_custom_field(actor=alice, field=shelf)
    undo = services.undo(actor=mika, sheet=sheets[1])
    run_waiting()
    assert result(undo) == (State.DONE, 0, 0, 620)
    (outcome,) = Outcome.objects.filter(sheet=undo)
    assert outcome.reason == "A field that was changed has been removed since."
