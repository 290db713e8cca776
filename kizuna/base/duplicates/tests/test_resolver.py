"""Is this one here already? Asked of the library's authors, as forms and programs do."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.duplicates import resolver
from kizuna.base.duplicates.jobs import mark_everything
from kizuna.base.identity.models import User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.search.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def authors() -> Resource:
    return registry.get("author")


def author(actor: User, name: str, reading: str = "") -> Any:
    return records.create(actor=actor, resource=registry.get("author"), values={"name": name, "reading": reading})


def found(actor: User, resource: Resource, **values: Any) -> list[int]:
    return [one.record_id for one in resolver.candidates(actor, resource, values)]


@pytest.mark.parametrize(
    "typed",
    [
        "Soseki Natsume",
        "natsume sôseki",
        "Natsume Sooseki",
        "夏目漱石",
        "漱石 夏目",
        "なつめ そうせき",
        "ナツメ ソウセキ",
    ],
)
def test_a_name_is_known_in_any_order_and_script(alice: User, authors: Resource, typed: str) -> None:
    soseki = author(alice, "夏目漱石", "なつめ そうせき")
    author(alice, "森鴎外", "もり おうがい")
    assert found(alice, authors, name=typed) == [soseki.pk]


def test_a_name_is_known_without_the_space_in_it(alice: User, authors: Resource) -> None:
    ogai, jeong = author(alice, "森 鴎外"), author(alice, "정 약용")
    assert found(alice, authors, name="森鴎外") == [ogai.pk]
    assert found(alice, authors, name="정약용") == [jeong.pk]
    assert found(alice, authors, name="森鴎") == []


def test_bob_is_robert_and_a_middle_name_may_be_missing(alice: User, authors: Resource) -> None:
    stevenson = author(alice, "Robert Louis Stevenson")
    assert found(alice, authors, name="Stevenson, Bob") == [stevenson.pk]
    assert found(alice, authors, name="Louis Stevenson") == [stevenson.pk]
    assert found(alice, authors, name="Stevenson") == []  # one name is shared by too many
    frost = author(alice, "Robert Frost")
    assert found(alice, authors, name="Bob Frost") == [frost.pk]


def test_what_changes_or_goes_is_found_by_what_it_is_now(alice: User, authors: Resource) -> None:
    ogai = author(alice, "Mori Rintaro")
    records.update(actor=alice, record=ogai, changes={"name": "Mori Ogai"})
    assert found(alice, authors, name="Rintaro Mori") == []
    assert found(alice, authors, name="Ogai Mori") == [ogai.pk]
    records.delete(actor=alice, record=authors.model._default_manager.get(pk=ogai.pk))
    assert found(alice, authors, name="Ogai Mori") == []


def test_nothing_is_told_of_what_one_may_not_see(
    alice: User, haruto: User, carol: User, hide: Any, authors: Resource
) -> None:
    author(carol, "Natsume Soseki")
    mine = author(haruto, "Natsume Soseki")
    (only,) = resolver.candidates(haruto, authors, {"name": "Soseki Natsume"})
    alone = only.certainty
    assert only.record_id == mine.pk
    records.delete(actor=haruto, record=mine)
    assert found(haruto, authors, name="Soseki Natsume") == []
    again = author(haruto, "Natsume Soseki")
    author(carol, "Soseki Natsume")
    author(carol, "Natsume Soseki")
    (only,) = resolver.candidates(haruto, authors, {"name": "Soseki Natsume"})
    assert (only.record_id, only.certainty) == (again.pk, alone)  # how many bear the name elsewhere makes no difference
    hide(haruto, "author", "name")
    assert found(haruto, authors, name="Soseki Natsume") == []


def test_it_takes_the_same_queries_for_many(alice: User, authors: Resource) -> None:
    author(alice, "Natsume Soseki")
    with CaptureQueriesContext(connection) as few:
        found(alice, authors, name="Soseki Natsume")
    for _number in range(20):
        author(alice, "Natsume Soseki")
    with CaptureQueriesContext(connection) as many:
        assert len(found(alice, authors, name="Soseki Natsume")) == resolver.MOST
    assert len(many) <= len(few)


def test_one_that_is_there_is_not_its_own_duplicate(alice: User, authors: Resource) -> None:
    one, other = author(alice, "Natsume Soseki"), author(alice, "Soseki Natsume")
    assert [candidate.record_id for candidate in resolver.like(alice, authors, one)] == [other.pk]


def test_what_cannot_be_understood_is_passed_over(alice: User, authors: Resource) -> None:
    soseki = author(alice, "Natsume Soseki")
    values = {"name": "Soseki Natsume", "emails": ["no address"], "home": {"lat": 1000}, "nonsense": 3}
    assert found(alice, authors, **values) == [soseki.pk]
    assert found(alice, authors) == []


def test_records_from_before_there_were_marks_are_marked_by_a_job(alice: User, authors: Resource) -> None:
    soseki = author(alice, "Natsume Soseki")
    Entry.objects.all().delete()
    assert found(alice, authors, name="Soseki Natsume") == []
    mark_everything.call()
    run_waiting()
    assert found(alice, authors, name="Soseki Natsume") == [soseki.pk]
