"""Who acts is known without being passed along."""

import threading

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from kizuna.base.events import Origin, acting, current_origin
from kizuna.base.identity import SYSTEM


@pytest.fixture
def mika(db):
    return get_user_model().objects.create_user("mika@hinata.example", name="Mika")


def test_without_anybody_kizuna_itself_acts():
    assert current_origin() == Origin(via="system")
    assert current_origin().actor is SYSTEM


def test_inside_the_block_somebody_acts_and_afterwards_no_longer(mika):
    with acting(mika, via="web", address="192.0.2.7") as origin:
        assert current_origin() is origin
        assert current_origin().actor is mika
        assert (origin.actor_id, origin.via, origin.address) == (mika.pk, "web", "192.0.2.7")
    assert current_origin().actor_id is None


def test_acting_for_somebody_else_keeps_the_door_the_address_and_the_cause(mika):
    with acting(mika, via="api", address="192.0.2.7"), acting(SYSTEM):
        origin = current_origin()
        assert origin.actor is SYSTEM
        assert (origin.actor_id, origin.via, origin.address) == (None, "api", "192.0.2.7")


def test_a_visitor_is_not_mistaken_for_kizuna():
    visitor = AnonymousUser()
    with acting(visitor, via="web"):
        assert current_origin().actor is visitor
        assert current_origin().actor_id is None


def test_an_actor_is_found_by_number_when_only_that_was_stored(mika):
    assert Origin(actor_id=mika.pk).actor == mika
    assert Origin(actor_id=987654321).actor is None


def test_a_failure_inside_the_block_does_not_leave_somebody_acting(mika):
    with pytest.raises(ZeroDivisionError), acting(mika):
        raise ZeroDivisionError
    assert current_origin().actor_id is None


def test_another_thread_starts_with_nobody(mika):
    seen = []
    with acting(mika):
        thread = threading.Thread(target=lambda: seen.append(current_origin().actor_id))
        thread.start()
        thread.join()
    assert seen == [None]
