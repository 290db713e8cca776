"""Who began it is found through what Kizuna did since."""

import pytest
from django.contrib.auth import get_user_model
from pytest_django import DjangoAssertNumQueries

from kizuna.base.events import EventRow, instigators


@pytest.fixture
def mika(db):
    return get_user_model().objects.create_user("mika@hinata.example", name="Mika")


def event(actor=None, cause=None):
    return EventRow.objects.create(name="tests.Happened", actor_id=actor and actor.pk, cause_id=cause and cause.pk).pk


def test_what_kizuna_did_because_of_somebody_is_their_deed(mika):
    began = EventRow.objects.create(name="tests.Happened", actor_id=mika.pk)
    followed = EventRow.objects.create(name="tests.Happened", cause_id=began.pk)
    last = event(cause=followed)
    assert instigators([began.pk, last]) == {began.pk: mika.pk, last: mika.pk}


def test_nobody_is_behind_a_job_that_runs_by_the_clock_or_a_visitor(mika):
    visit = EventRow.objects.create(name="tests.Happened", via="web")
    alone, followed = event(), event(cause=visit)
    assert instigators([alone, followed]) == {alone: None, followed: None}


def test_many_events_of_one_cause_are_one_question_each_step(mika, django_assert_num_queries: DjangoAssertNumQueries):
    began = EventRow.objects.create(name="tests.Happened", actor_id=mika.pk)
    many = [event(cause=began) for _ in range(20)]
    with django_assert_num_queries(2):
        assert instigators(many) == dict.fromkeys(many, mika.pk)
