"""Tests can ask what was published, and get an answer that a rollback cannot falsify."""

from dataclasses import dataclass

import pytest
from django.db import transaction

from kizuna.base.events import Event, Touched, publish
from kizuna.base.testing.events import publications


@dataclass(frozen=True, kw_only=True)
class LampLit(Event):
    lamp_id: int


@dataclass(frozen=True, kw_only=True)
class LampBroke(Event):
    lamp_id: int


def test_what_was_published_is_listed_in_order(published):
    publish(LampLit(lamp_id=1), subjects=[Touched("lamp", 1)])
    publish(LampBroke(lamp_id=1))
    assert published.names == ["testing.LampLit", "testing.LampBroke"]
    assert published.events == [LampLit(lamp_id=1), LampBroke(lamp_id=1)]
    assert published.one(LampLit).lamp_id == 1
    assert [subject.record_id for subject in published.subjects(LampLit)] == [1]


def test_what_came_before_or_was_undone_does_not_count(db):
    publish(LampLit(lamp_id=1))
    with publications() as published:
        publish(LampLit(lamp_id=2))
        with transaction.atomic():
            publish(LampLit(lamp_id=3))
            transaction.set_rollback(True)
    assert published.of(LampLit) == [LampLit(lamp_id=2)]
    published.forget()
    assert published.events == []


def test_asking_for_the_one_event_fails_when_there_are_two(published):
    publish(LampLit(lamp_id=1))
    publish(LampLit(lamp_id=2))
    with pytest.raises(AssertionError, match="2 × testing"):
        published.one(LampLit)
