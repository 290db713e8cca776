"""An inn with guests, and a way to let them in."""

from collections.abc import Callable, Iterator
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
def _inn_table(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        tables.create_tables([Guest])
    yield
    with django_db_blocker.unblock():
        tables.drop_tables([Guest])


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


@pytest.fixture
def found(alice: User) -> Find:
    """The titles found: `found("yama")`, or `found("yama", by=haruto)`; among guests only."""

    def find(text: str, *, by: User | None = None, limit: int = 20) -> list[str]:
        return [hit.title["text"] for hit in search.find(by or alice, text, resources=[GUESTS], limit=limit)]

    return find


@pytest.fixture(params=["few rows", "rare words", "misjudged words", "common words"])
def every_step(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same test as in a small database, and as in a large one where few or many rows match, or seem to."""
    if request.param != "few rows":
        monkeypatch.setattr(lookups, "FIRST_LOOK", 1)
        monkeypatch.setattr(lookups, "SECOND_LOOK", 2)
        monkeypatch.setattr(lookups, "FAR_LOOK", 3)
        monkeypatch.setattr(lookups, "RANKED", 0 if request.param == "misjudged words" else 100)
        is_dense = request.param == "common words"
        monkeypatch.setattr(lookups.Look, "is_dense", property(lambda look: is_dense))
        monkeypatch.setattr(lookups.Look, "is_dense_at", lambda look, place: is_dense)
        monkeypatch.setattr(search, "COMMON", 0.0 if is_dense else 2.0)
    return str(request.param)
