"""However a search goes about it, it finds what reading every entry would find."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.db import connection

from kizuna.base.identity.models import User
from kizuna.base.search import asks, lookups
from kizuna.base.search import queries as search
from kizuna.base.search.tests.models import GUESTS, Guest

Arrive = Callable[..., Guest]

pytestmark = pytest.mark.django_db

QUESTIONS = ("yam", "yamada", "yamada aya", "yamada a", "aya", "tanaka", "maple", "nobody", "やま")
LIMITS = (1, 3, 8)


@pytest.fixture
def inn_of_yamadas(arrive: Arrive, haruto: User, sora: User, carol: User) -> None:
    """Old Yamadas in plenty, of Haruto's team and of Carol's; then an import of people with other names, of all of
    them, with a Yamada here and there, whose title is the question, begins with it, contains it, or does not."""
    owners = (haruto, carol, sora, carol)
    for number in range(24):
        arrive(f"Yamada {'Aya' if number % 3 else 'Ben'}", owner=owners[number % 4], room="Maple" if number % 5 else "")
    arrive("Yamada", owner=carol)
    arrive("Aya Yamada", owner=haruto)
    for number in range(16):
        arrive("Tanaka Jiro", owner=owners[number % 4], room="Yamada Suite" if number in (2, 3, 9) else "")
    arrive("山田 綾", reading="やまだ あや", owner=haruto)
    arrive("Sato Ken", owner=carol)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A large database in small: among how many of the newest rows matches were looked for, each time."""
    read: list[int] = []
    newest = lookups._newest

    def watched(ask: Any, place: int, limit: int, count: int) -> Any:
        read.append(count)
        return newest(ask, place, limit, count)

    monkeypatch.setattr(lookups, "_newest", watched)
    return read


def answers(actor: User) -> Iterator[tuple[str, int, list[int]]]:
    for text in QUESTIONS:
        for limit in LIMITS:
            yield text, limit, [hit.id for hit in search.find(actor, text, resources=[GUESTS], limit=limit)]


@pytest.mark.usefixtures("inn_of_yamadas")
@pytest.mark.parametrize("scope", ["everybody's", "the team's", "their own"])
@pytest.mark.parametrize(("first", "far", "ranked"), [(4, 20, 3), (4, 100, 3), (2, 4, 0), (12, 30, 8)])
def test_searching_in_steps_finds_what_reading_everything_finds(
    steps: list[int], monkeypatch: pytest.MonkeyPatch, grant: Any, alice: User, haruto: User,
    scope: str, first: int, far: int, ranked: int,
) -> None:  # fmt: skip
    actor = alice if scope == "everybody's" else haruto
    if scope == "their own":
        grant(haruto, guest={"read": "own"})
    plain = list(answers(actor))
    assert not steps, "All rows were read: there was nothing to walk through."
    assert any(found for _text, _limit, found in plain)
    for name, value in {"FIRST_LOOK": first, "FAR_LOOK": far, "RANKED": ranked}.items():
        monkeypatch.setattr(lookups, name, value)
    assert list(answers(actor)) == plain


@pytest.mark.usefixtures("inn_of_yamadas")
def test_a_word_that_is_rare_among_the_newest_and_common_elsewhere_is_walked_to(
    steps: list[int], monkeypatch: pytest.MonkeyPatch, alice: User
) -> None:
    """PostgreSQL sees it by looking here and there, and does not ask the index for all Yamadas."""
    for name, value in {"FIRST_LOOK": 12, "FAR_LOOK": 30, "RANKED": 8}.items():
        monkeypatch.setattr(lookups, name, value)
    ranked: list[int] = []
    all_ranked = lookups._all_ranked

    def watched(some: Mapping[int, Any], limit: int) -> Any:
        ranked.extend(some)
        return all_ranked(some, limit)

    monkeypatch.setattr(lookups, "_all_ranked", watched)
    search.find(alice, "yamada", resources=[GUESTS], limit=3)
    assert steps == [30]
    assert len(ranked) == (0 if connection.vendor == "postgresql" else 1)


def test_only_as_many_rows_of_an_index_are_ranked_as_were_asked_for(alice: User, arrive: Arrive) -> None:
    """`_first` stops there, and so tells that there are more."""
    for number in range(9):
        arrive(f"Yamada {number}")
    for count in (1, 4, 9, 20):
        ask = search.View(alice, GUESTS, search.understand("yamada")).ask  # type: ignore[arg-type]
        assert ask is not None
        rows = asks.first(asks.read_entries(ask.places[asks.ANYWHERE]), count)
        with lookups.connection.cursor() as cursor:
            cursor.execute(*rows)
            found = cursor.fetchall()
        assert len(found) == min(count, 9)
        assert all("yamada" in str(lexemes) for _pk, lexemes in found)
