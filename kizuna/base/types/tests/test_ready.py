"""A question that is put together once answers as the queryset would, each time anew."""

import gc
import weakref
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections, transaction

from kizuna.base.types.ready import Given, GivenIds, GivenTexts, Ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list:
    create = get_user_model().objects.create_user
    return [create(f"{name}@hinata.example", name=name.title()) for name in ("mika", "sora", "yoko")]


def test_it_is_asked_with_other_values_and_sees_what_changed(people: list) -> None:
    model = get_user_model()
    ready = Ready(lambda: model.objects.select_related("team").filter(name=Given("name"), is_active=True))
    mika, sora, _yoko = people
    assert ready.ask(name="Mika") == [mika]
    assert ready.ask(name="Sora") == [sora]
    assert ready.ask(name="Nobody") == []
    found = ready.ask(name="Mika")[0]
    found.name = "Mika Tanabe"
    found.save()
    assert (ready.ask(name="Mika"), ready.ask(name="Mika Tanabe")) == ([], [mika])


def test_it_is_asked_for_any_number_of_ids(people: list) -> None:
    model = get_user_model()
    ready = Ready(lambda: model.objects.filter(pk__in=GivenIds("ids")).order_by("name").values_list("name", flat=True))
    mika, sora, yoko = people
    assert ready.ask(ids=[yoko.pk, mika.pk]) == ["Mika", "Yoko"]
    assert ready.ask(ids=[sora.pk]) == ["Sora"]
    assert ready.ask(ids=[]) == []


def test_it_is_asked_for_any_number_of_texts(people: list) -> None:
    model = get_user_model()
    ready = Ready(
        lambda: model.objects.filter(name__in=GivenTexts("names")).order_by("name").values_list("name", flat=True)
    )
    assert ready.ask(names={"Yoko": 1, "Mika": 2, "o'Neil, \"{NULL}": 3}) == ["Mika", "Yoko"]
    assert ready.ask(names=[]) == []


def test_it_sees_what_a_transaction_wrote_and_not_what_was_undone(people: list) -> None:
    model = get_user_model()
    ready = Ready(lambda: model.objects.filter(email=Given("email")).values_list("name", flat=True))
    with transaction.atomic():
        model.objects.filter(pk=people[0].pk).update(name="Mika Tanabe")
        assert ready.ask(email="mika@hinata.example") == ["Mika Tanabe"]
        transaction.set_rollback(True)
    assert ready.ask(email="mika@hinata.example") == ["Mika"]


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_through_its_own_connection_and_none_is_kept(people: list) -> None:
    ready = Ready(lambda: get_user_model().objects.filter(name=Given("name")).values_list("pk", flat=True))
    answers: list[list[Any]] = []
    used: list[Any] = []

    def ask() -> None:
        answers.append(ready.ask(name="Sora"))
        used.append(weakref.ref(connections["default"]))
        connection.close()

    for _number in range(2):
        thread = Thread(target=ask)
        thread.start()
        thread.join()
    gc.collect()
    assert answers == [[people[1].pk]] * 2
    assert [kept() for kept in used] == [None, None]
    assert ready.ask(name="Sora") == [people[1].pk]


def test_what_it_could_not_ask_in_one_statement_it_refuses(people: list) -> None:
    for ready in (
        Ready(lambda: get_user_model().objects.prefetch_related("team")),
        Ready(lambda: get_user_model().objects.select_for_update()),
    ):
        with pytest.raises(TypeError):
            ready.ask()
