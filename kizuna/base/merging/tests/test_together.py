"""Several people, or one twice, merge the same records at the same moment."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections

from kizuna.base.identity.models import User
from kizuna.base.merging import services as merging
from kizuna.base.merging.models import Merge
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book
from kizuna.base.types.errors import Refused


def pair(actor: User) -> list[Any]:
    books = registry.get("book")
    return [records.create(actor=actor, resource=books, values={"title": "Kokoro"}) for _number in range(2)]


def merged_by_both(people: list[User], orders: list[list[Any]]) -> list[Any]:
    """What became of merges that begin at the same moment: the number of a merge, or "refused"."""
    outcomes: list[Any] = []
    together = threading.Barrier(len(people))

    def run(actor: User, survivor: Any, other: Any) -> None:
        try:
            together.wait(timeout=60)
            made: Any = merging.merge_records(
                actor=actor, resource=registry.get("book"), survivor=survivor, others=[other]
            )
            outcomes.append(made.pk)
        except Refused:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one, *order)) for one, order in zip(people, orders, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


pytestmark = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite in memory has one connection; its writers wait for each other anyway."
)


@pytest.mark.django_db(transaction=True)
def test_a_double_press_is_one_merge(haruto: User) -> None:
    books = pair(haruto)
    outcomes = merged_by_both([haruto, haruto], [books, books])
    assert outcomes == [Merge.objects.get().pk] * 2


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_merge_the_other_way_round_one_is_told(haruto: User, mika: User) -> None:
    books = pair(haruto)
    outcomes = merged_by_both([haruto, mika], [books, books[::-1]])
    assert sorted(map(str, outcomes)) == sorted([str(Merge.objects.get().pk), "refused"])
    assert Book.objects.live().count() == 1
