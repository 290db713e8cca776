from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from kizuna.base import identity
from kizuna.server import demo

pytestmark = pytest.mark.django_db

PEOPLE = get_user_model()._default_manager


def story(load: Any, **words: Any) -> ModuleType:
    module = ModuleType("demo")
    module.load = load
    for name, value in words.items():
        setattr(module, name, value)
    return module


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ModuleType]]:
    """Stories of our own instead of the rooms'."""
    stories: list[tuple[str, ModuleType]] = []
    monkeypatch.setattr(demo, "stories", lambda: stories)
    return stories


def test_stories_are_told_from_the_lowest_room_up() -> None:
    rooms = [module.__name__.removesuffix(".demo").removeprefix("kizuna.") for _, module in demo.stories()]
    floors = [room.split(".")[0] for room in rooms]
    assert rooms
    assert floors == sorted(floors, key=["base", "customers", "domains", "intelligence", "interfaces"].index)


def test_each_story_is_told_by_the_system_itself(told: list[tuple[str, ModuleType]]) -> None:
    heard: list[object] = []
    told += [("Contacts", story(heard.append)), ("Timeline", story(heard.append))]
    said: list[str] = []
    demo.load(said.append)
    assert said == ["Contacts", "Timeline"]
    assert heard == [identity.SYSTEM, identity.SYSTEM]


def test_a_story_that_breaks_off_leaves_nothing(told: list[tuple[str, ModuleType]]) -> None:
    def hire(actor: object) -> None:
        PEOPLE.create(email="hana@hinata.example", name="Hana")

    def stumble(actor: object) -> None:
        raise RuntimeError("no more paper")

    told += [("Identity", story(hire)), ("Contacts", story(stumble))]
    with pytest.raises(RuntimeError, match="no more paper"):
        demo.load(lambda room: None)
    assert not PEOPLE.filter(email="hana@hinata.example").exists()


def test_only_people_who_are_there_are_introduced(told: list[tuple[str, ModuleType]]) -> None:
    entries = [("hana@hinata.example", "pass", "sales"), ("gone@hinata.example", "pass", "left")]
    told.append(("Identity", story(lambda actor: None, sign_ins=lambda: entries)))
    PEOPLE.create(email="hana@hinata.example", name="Hana")
    assert demo.sign_ins() == entries[:1]


def test_a_database_with_people_in_it_is_left_alone(
    told: list[tuple[str, ModuleType]], capsys: pytest.CaptureFixture[str]
) -> None:
    heard: list[object] = []
    told.append(("Contacts", story(heard.append)))
    PEOPLE.create(email="owner@shop.example", name="The owner")
    call_command("demo", no_serve=True)
    assert heard == []
