"""A question that is put together once answers as the queryset would, each time anew."""

import pytest
from django.contrib.auth import get_user_model

from kizuna.base.types.ready import Given, GivenIds, Ready

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
