"""An inn with guests, and a way to let them in."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.search import lookups
from kizuna.base.search import queries as search
from kizuna.base.search.tests.models import GUESTS, Guest
from kizuna.base.testing import tables

Find = Callable[..., list[str]]


@pytest.fixture(scope="session")
def _inn_table(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        tables.create_tables([Guest])


@pytest.fixture
def inn(_inn_table: None, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._by_key, GUESTS.key, GUESTS)


@pytest.fixture
def arrive(inn: None, alice: User) -> Callable[..., Guest]:
    """A guest arrives: `arrive("山田 太郎", reading="やまだ たろう", emails=["taro@inn.example"])`."""

    def let_in(name: str = "", *, reading: str = "", owner: User | None = None, **values: Any) -> Guest:
        family, _space, given = name.partition(" ")
        family_reading, _space, given_reading = reading.partition(" ")
        names = {"family_name": family, "given_name": given}
        names |= {"family_reading": family_reading, "given_reading": given_reading}
        if owner:
            values["owner"] = owner.pk
        return records.create(actor=alice, resource=GUESTS, values=names | values)  # type: ignore[return-value]

    return let_in


STEPS = ("few rows", "rare words", "misjudged words", "common words")

InEveryStep = Callable[[Callable[[], Any]], list[Any]]


@pytest.fixture
def in_every_step(monkeypatch: pytest.MonkeyPatch) -> InEveryStep:
    """`in_every_step(ask)`: what it answers in a small database, and in large ones where few or many rows match, or
    seem to."""

    def ask_in_each(ask: Callable[[], Any]) -> list[Any]:
        answers = []
        for step in STEPS:
            with monkeypatch.context() as changed:
                pretend(changed, step)
                answers.append(ask())
        return answers

    return ask_in_each


def pretend(changed: pytest.MonkeyPatch, step: str) -> None:
    """Have a search take this step, however few rows there are."""
    if step == "few rows":
        return
    is_dense = step == "common words"
    changed.setattr(lookups, "FIRST_LOOK", 1)
    changed.setattr(lookups, "FAR_LOOK", 3)
    changed.setattr(lookups, "RANKED", 0 if step == "misjudged words" else 100)
    changed.setattr(lookups.Look, "is_dense_at", lambda look, place: is_dense)
    changed.setattr(search, "COMMON", 0.0 if is_dense else 2.0)


def the_same(answers: list[Any]) -> Any:
    """The answer of every step."""
    assert answers == answers[:1] * len(answers), dict(zip(STEPS, answers, strict=True))
    return answers[0]


@pytest.fixture
def found(alice: User, in_every_step: InEveryStep) -> Find:
    """The titles found, in every step the same: `found("yama")`, or `found("yama", by=haruto)`; among guests only."""

    def find(text: str, *, by: User | None = None, limit: int = 20) -> list[str]:
        def ask() -> list[str]:
            return [hit.title["text"] for hit in search.find(by or alice, text, resources=[GUESTS], limit=limit)]

        titles: list[str] = the_same(in_every_step(ask))
        return titles

    return find
