"""Many records handed over at once: as far as each goes, with one message, and one line for the new owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.bulk import services as bulk
from kizuna.base.bulk.models import Kind, Outcome, Row, Sheet, State
from kizuna.base.collaboration.events import RecordsHandedOver
from kizuna.base.collaboration.models import Comment
from kizuna.base.identity.models import Team, User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.notifications.models import Notification
from kizuna.base.records import services as records
from kizuna.base.resources.resource import Resource
from kizuna.base.search.selecting import Selection
from kizuna.base.testing.events import Published
from kizuna.base.testing.library.models import Book

pytestmark = pytest.mark.django_db
Start = Callable[..., Sheet]
Shelve = Callable[..., Book]


@pytest.fixture
def shelve(haruto: User, books: Resource) -> Shelve:
    """`shelve("Kokoro", owner=sora)`: a book, of Haruto's unless said otherwise."""

    def put(title: str, *, owner: User = haruto) -> Book:
        book = Book(title=title, owner=owner)
        records.create_many(actor=owner, resource=books, records=[book])
        return book

    return put


@pytest.fixture
def start(books: Resource) -> Start:
    def begin(actor: User, operation: str, selection: Selection | None = None, **what: Any) -> Sheet:
        meant = selection or Selection()
        return bulk.start(actor=actor, resource=books, operation=operation, selection=meant, **what)

    return begin


def result(sheet: Sheet) -> tuple[str, int, int, int]:
    sheet.refresh_from_db()
    return sheet.state, sheet.done_count, sheet.unchanged_count, sheet.refused_count


def test_many_are_handed_over_with_one_message_and_one_line_for_the_new_owner(
    mika: User, sora: User, nobody: User, shelve: Shelve, start: Start, published: Published, books: Resource
) -> None:
    shelf = [Book(title=f"Book {number:03}", owner=mika) for number in range(620)]
    records.create_many(actor=mika, resource=books, records=shelf)
    his = shelve("His already", owner=sora)
    run_waiting()
    given = {"action": "hand_over", "arguments": {"owner": sora.pk, "message": "You know them better."}}
    sheet = start(mika, "act", **given)
    run_waiting()
    assert result(sheet) == (State.DONE, 620, 0, 1)
    assert set(Book.objects.values_list("owner", "version")) == {(sora.pk, 2), (sora.pk, 1)}
    assert Outcome.objects.get(sheet=sheet, kind=Kind.REFUSED).reason == "It is theirs already."
    assert not Comment.objects.filter(record_id=his.pk).exists()
    line = Notification.objects.get(user=sora)
    assert (line.kind, line.others, line.actor_id) == ("assigned", 619, mika.pk)
    assert Comment.objects.get(pk=line.part_id or 0).text == "You know them better."
    assert [one.ids for one in published.of(RecordsHandedOver)] == [tuple(book.pk for book in shelf)]
    gone = start(mika, "act", action="hand_over", arguments={"owner": nobody.pk, "message": "Yours."})
    run_waiting()
    assert result(gone) == (State.DONE, 0, 0, 621)
    (outcome,) = Outcome.objects.filter(sheet=gone)
    assert outcome.reason == "This person may not see the record, so they cannot get it."
    assert set(Book.objects.values_list("owner", flat=True)) == {sora.pk}
    assert Comment.objects.count() == 620


def test_what_is_handed_over_is_asked_row_by_row(
    sora: User, haruto: User, carol: User, tokyo: Team, shelve: Shelve, start: Start, grant: Any, make_user: Any
) -> None:
    """Haruto may hand over what is his: that goes, and of the others only what he sees is told."""
    books = [shelve("Kokoro"), shelve("Sanshiro", owner=sora), shelve("Botchan", owner=carol)]
    grant(haruto, book={"read": "team", "bulk": "team", "hand_over": "own", "update": "team"})
    rin = make_user("Rin", role="salesperson", team=tokyo)
    ids = Selection(ids=tuple(book.pk for book in books))
    sheet = start(haruto, "act", ids, action="hand_over", arguments={"owner": rin.pk})
    assert result(sheet) == (State.DONE, 1, 0, 2)
    reasons = dict(Row.objects.filter(sheet=sheet).values_list("record_id", "outcome__reason"))
    words = ["", "You do not have permission to do this.", "This record does not exist, or you cannot see it."]
    assert [reasons[book.pk] for book in books] == words
    assert list(Book.objects.order_by("pk").values_list("owner", flat=True)) == [rin.pk, sora.pk, carol.pk]
