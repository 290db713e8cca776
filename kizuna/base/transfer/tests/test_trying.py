"""Something goes wrong that nobody foresaw: the row that meets it is rejected, and no other."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import OperationalError

from kizuna.base.identity.models import User
from kizuna.base.testing.library.models import Book
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.importing import trying
from kizuna.base.transfer.models import Import, State
from kizuna.base.transfer.services import running
from kizuna.base.transfer.tests.conftest import counts
from kizuna.base.transfer.values import drafts

pytestmark = pytest.mark.django_db
Make = Callable[..., Import]
FILE = "title\nKokoro\nMon\nSanshirō\n"


def in_planning(patch: pytest.MonkeyPatch, error: Exception, titles: Sequence[str]) -> None:
    def normalise(book: Book) -> None:
        if book.title in titles:
            raise error

    patch.setattr(Book, "normalise", normalise)


def in_understanding(patch: pytest.MonkeyPatch, error: Exception, titles: Sequence[str]) -> None:
    understand = drafts.Drafts.draft

    def draft(self: Any, row: Any) -> Any:
        if row.cells[0] in titles:
            raise error
        return understand(self, row)

    patch.setattr(drafts.Drafts, "draft", draft)


def in_storing(patch: pytest.MonkeyPatch, error: Exception, titles: Sequence[str]) -> None:
    store = running.store

    def storing(plan: Any, planned: Any) -> None:
        store(plan, planned)
        if any(book.title in titles for book in planned.new):
            raise error

    patch.setattr(running, "store", storing)


@pytest.mark.parametrize("breaks", [in_planning, in_understanding, in_storing])
def test_a_row_that_meets_a_fault_is_rejected_and_the_log_tells_of_it(
    haruto: User, start: Make, monkeypatch: pytest.MonkeyPatch, caplog: Any, breaks: Any
) -> None:
    breaks(monkeypatch, ZeroDivisionError("of the engineer"), ["Mon"])
    done = transfer.run_import(import_id=start(haruto, "book", FILE).pk)
    assert (done.state, counts(done)) == (State.DONE, (2, 0, 0, 1))
    assert set(Book.objects.values_list("title", flat=True)) == {"Kokoro", "Sanshirō"}
    (row,), (told,) = queries.rejections(done), caplog.records
    assert (row.line, row.cells) == (3, ["Mon"])
    assert told.getMessage().partition(":")[0] in row.reason
    assert "of the engineer" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("breaks", [in_planning, in_understanding])
def test_a_dry_run_rejects_the_same_row(
    haruto: User, take_in: Make, monkeypatch: pytest.MonkeyPatch, breaks: Any
) -> None:
    breaks(monkeypatch, ZeroDivisionError(), ["Mon"])
    draft = take_in(haruto, "book", FILE)
    transfer.start_dry_run(actor=haruto, imported=draft, mapping=draft.mapping, options=draft.options, later=False)
    assert transfer.run_dry_run(import_id=draft.pk).counts == {"create": 2, "rejected": 1}


def test_a_database_that_is_busy_is_no_fault_of_rows(
    haruto: User, start: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_planning(monkeypatch, OperationalError("database is locked"), ["Mon"])
    started = start(haruto, "book", FILE)
    with pytest.raises(OperationalError):
        transfer.run_import(import_id=started.pk)
    started.refresh_from_db()
    assert (started.state, started.position) == (State.RUNNING, 0)


def test_a_fault_that_no_row_gets_past_stops_the_import_where_it_is(
    haruto: User, start: Make, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(trying, "ALL_THE_SAME", 2)
    caplog.set_level(logging.CRITICAL)
    started = start(haruto, "book", FILE)
    with monkeypatch.context() as patch:
        in_planning(patch, ZeroDivisionError(), FILE.splitlines())
        with pytest.raises(ZeroDivisionError):
            transfer.run_import(import_id=started.pk)
    assert counts(transfer.run_import(import_id=started.pk)) == (3, 0, 0, 0)
