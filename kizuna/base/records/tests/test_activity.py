"""What people did, as somebody may see it: by who acted, page by page, and nothing beyond."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.access import policy
from kizuna.base.identity.models import User
from kizuna.base.records import activity
from kizuna.base.records import services as records
from kizuna.base.records.activity import Deed
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource

pytestmark = pytest.mark.django_db


def told(deeds: list[Deed]) -> list[tuple[str, str, set[str]]]:
    return [(deed.title, deed.entry.name.partition(".")[2], set(deed.entry.changes)) for deed in deeds]


def test_what_people_did_is_told_newest_first(books: Resource, haruto: User, sora: User, mika: User) -> None:
    book = records.create(actor=haruto, resource=books, values={"title": "Kokoro"})
    records.create(actor=mika, resource=books, values={"title": "Not of this team"})
    records.update(actor=sora, record=book, changes={"pages": 248})
    found, following = activity.deeds(actor=mika, people=[haruto.pk, sora.pk])
    assert told(found) == [("Kokoro", "RecordsUpdated", {"pages"}), ("Kokoro", "RecordsCreated", set())]
    assert following is None


def test_what_may_not_be_seen_leaves_no_trace(
    books: Resource, haruto: User, carol: User, mika: User, grant: Callable[..., Any], hide: Callable[..., None]
) -> None:
    secret = records.create(actor=carol, resource=books, values={"title": "Secret"})
    book = records.create(actor=haruto, resource=books, values={"title": "Kokoro"})
    records.update(actor=mika, record=secret, changes={"pages": 9})
    records.update(actor=mika, record=book, changes={"pages": 248})
    records.update(actor=mika, record=book, changes={"summary": "Of the heart", "rating": "4.5"})
    grant(haruto, book={"read": "own"})
    hide(haruto, "book", "pages")
    hide(haruto, "book", "rating")
    found, _following = activity.deeds(actor=haruto, people=[carol.pk, mika.pk])
    assert told(found) == [("Kokoro", "RecordsUpdated", {"summary"})]
    grant(haruto)
    policy.forget(haruto)
    assert activity.deeds(actor=haruto, people=[carol.pk, mika.pk]) == ([], None)


def test_pages_follow_one_another_without_a_gap_or_a_repetition(books: Resource, haruto: User, mika: User) -> None:
    for number in range(7):
        records.create(actor=haruto, resource=books, values={"title": f"Book {number}"})
    seen, place = [], None
    for _page in range(10):
        found, place = activity.deeds(actor=mika, people=[haruto.pk], before=place, size=3)
        seen += [deed.title for deed in found]
        if place is None:
            break
    assert seen == [f"Book {number}" for number in reversed(range(7))]


def test_work_on_many_records_is_told_of_a_few(books: Resource, mika: User) -> None:
    for number in range(activity.PER_EVENT + 5):
        records.create(actor=mika, resource=books, values={"title": f"Book {number}"})
    records.delete_many(actor=mika, queryset=books.model.objects.all())
    found, _following = activity.deeds(actor=mika, people=[mika.pk], size=5)
    assert len(found) == activity.PER_EVENT


def test_it_asks_as_much_for_many_events_as_for_few(books: Resource, haruto: User, mika: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            activity.deeds(actor=mika, people=[haruto.pk, mika.pk], size=50)
        return len(asked)

    records.create(actor=haruto, resource=books, values={"title": "Kokoro"})
    cost()
    few = cost()
    for number in range(8):
        records.create(actor=haruto, resource=books, values={"title": f"Book {number}"})
    assert cost() == few


def test_kinds_of_records_that_were_made_here_are_told_of_too(alice: User, haruto: User) -> None:
    records.add_custom_object(actor=alice, labels="Visit", plural_labels="Visits")
    visit = registry.get("x_visit")
    made = records.create(actor=alice, resource=visit, values={"name": "Showroom"})
    records.update(actor=alice, record=made, changes={"name": "Showroom, again"})
    found, _following = activity.deeds(actor=alice, people=[alice.pk])
    assert told(found) == [
        ("Showroom, again", "RecordsUpdated", {"name"}),
        ("Showroom, again", "RecordsCreated", set()),
    ]
    assert activity.deeds(actor=haruto, people=[alice.pk])[0] == []
