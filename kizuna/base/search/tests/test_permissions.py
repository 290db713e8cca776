"""Nobody finds what they may not see: neither rows, nor rows by a field that is hidden from them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Q

from kizuna.base.access import policy
from kizuna.base.identity.models import Role, Team, User
from kizuna.base.resources import registry
from kizuna.base.search import queries as search
from kizuna.base.search.tests.conftest import InEveryStep, the_same
from kizuna.base.search.tests.models import GUESTS, Guest

Arrive = Callable[..., Guest]
Find = Callable[..., list[str]]
Give = Callable[..., Role]
Hide = Callable[..., None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def yamadas(arrive: Arrive, haruto: User, sora: User, carol: User) -> None:
    """One of Haruto's, one of his team mate's, then five of a stranger's, who are newer and would fill the page."""
    arrive("Yamada Aya", owner=haruto, room="Maple")
    arrive("Yamada Bun", owner=sora)
    for given in ("Cho", "Dai", "Emi", "Fuyu", "Go"):
        arrive(f"Yamada {given}", owner=carol)


@pytest.fixture
def listed(in_every_step: InEveryStep) -> Find:
    """The given names in a list, in every step the same: `listed(haruto, "yama")`."""

    def ask(actor: User, text: str) -> list[str]:
        rows = GUESTS.visible_to(actor).filter(search.matching(GUESTS, actor, text))
        return sorted(rows.values_list("given_name", flat=True))

    return lambda actor, text: the_same(in_every_step(lambda: ask(actor, text)))


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ("own", ["Aya"]),
        ("team", ["Bun", "Aya"]),
        ("none", []),
        ("all", ["Go", "Fuyu", "Emi", "Dai", "Cho", "Bun", "Aya"]),
    ],
)
@pytest.mark.parametrize("text", ["yamada", "y", "Yamada aya", "maple"])
def test_each_scope_finds_exactly_what_it_sees(
    scope: str, seen: list[str], text: str, yamadas: None, haruto: User, grant: Give, found: Find, listed: Find
) -> None:
    grant(haruto, guest={"read": scope})
    if text != "yamada" and text != "y":
        seen = [name for name in seen if name == "Aya"]
    assert found(text, by=haruto) == [f"{name} Yamada" for name in seen]
    assert listed(haruto, text) == sorted(seen)


@pytest.mark.parametrize("scope", ["own", "team"])
def test_newer_records_of_others_do_not_fill_the_page(
    scope: str, yamadas: None, haruto: User, grant: Give, found: Find
) -> None:
    grant(haruto, guest={"read": scope})
    assert found("yamada", by=haruto, limit=1) == ["Aya Yamada" if scope == "own" else "Bun Yamada"]


def test_a_number_tells_nothing_about_a_record_out_of_sight(
    yamadas: None, haruto: User, carol: User, grant: Give, found: Find, listed: Find
) -> None:
    grant(haruto, guest={"read": "own"})
    theirs = Guest.objects.filter(owner=carol).values_list("pk", flat=True)[0]
    assert found(f"#{theirs}", by=haruto) == []
    assert listed(haruto, f"#{theirs}") == []


def test_without_the_right_to_read_there_is_nothing(
    yamadas: None, nobody: User, found: Find, in_every_step: InEveryStep, listed: Find
) -> None:
    assert found("yamada", by=nobody) == []
    assert in_every_step(lambda: search.find(nobody, "yamada")) == [[]] * 4
    assert listed(nobody, "yamada") == []


def test_a_record_that_changes_hands_is_found_by_its_new_owner_only(
    yamadas: None, alice: User, haruto: User, sora: User, grant: Give, found: Find
) -> None:
    from kizuna.base.records import services as records

    grant(haruto, guest={"read": "own"})
    grant(sora, guest={"read": "own"})
    records.update(actor=alice, record=Guest.objects.get(given_name="Aya"), changes={"owner": sora.pk})
    assert found("aya", by=haruto) == []
    assert found("aya", by=sora) == ["Aya Yamada"]


def test_a_further_rule_of_a_room_holds_and_costs_no_results(
    yamadas: None, haruto: User, grant: Give, found: Find, listed: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    def early_ones(actor: Any, operation: str) -> Q:
        return Q(given_name__in=["Aya", "Cho"])

    monkeypatch.setitem(policy._rules, Guest, [early_ones])  # type: ignore[misc]
    grant(haruto, guest={"read": "all"})
    for further in (1, 3, 8):  # looked at in vain, or found among some more than are wanted
        monkeypatch.setattr(search, "FURTHER", further)
        assert found("yamada", by=haruto, limit=2) == ["Cho Yamada", "Aya Yamada"]
        assert found("yamada", by=haruto, limit=1) == ["Cho Yamada"]
    assert listed(haruto, "yamada") == ["Aya", "Cho"]


def test_in_a_very_large_team_nothing_is_lost(
    yamadas: None, haruto: User, grant: Give, found: Find, listed: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MANY_OWNERS", 1)
    grant(haruto, guest={"read": "team"})
    assert found("yamada", by=haruto, limit=2) == ["Bun Yamada", "Aya Yamada"]
    assert listed(haruto, "yamada") == ["Aya", "Bun"]


def test_a_hidden_field_finds_nothing_and_is_not_shown(
    arrive: Arrive, haruto: User, grant: Give, hide: Hide, found: Find, in_every_step: InEveryStep, listed: Find
) -> None:
    arrive("Yamada Aya", room="Maple", phones=["+81 90 1234 5678"], emails=["aya@inn.example"])
    grant(haruto, guest={"read": "all"})
    assert found("0901234", by=haruto) == found("maple", by=haruto) == ["Aya Yamada"]
    hide(haruto, "guest", "phones")
    hide(haruto, "guest", "room")
    for text in ("0901234", "5678", "+8190", "maple", "aya maple", "yamada 0901234"):
        assert found(text, by=haruto) == [], text
        assert listed(haruto, text) == [], text
    assert found("aya@inn.example", by=haruto) == ["Aya Yamada"]
    (hit,) = the_same(in_every_step(lambda: search.find(haruto, "yamada", resources=[GUESTS])))
    assert hit.subtitle == ""


def test_what_stands_in_a_hidden_field_does_not_move_a_record_up(
    arrive: Arrive, haruto: User, grant: Give, hide: Hide, found: Find
) -> None:
    arrive("Maple Aya")
    arrive("Tanaka Bun", room="Maple", wishes="Maple")
    grant(haruto, guest={"read": "all"})
    hide(haruto, "guest", "room")
    assert found("maple", by=haruto) == ["Aya Maple", "Bun Tanaka"]
    hide(haruto, "guest", "wishes")
    assert found("maple", by=haruto) == ["Aya Maple"]


def test_a_hidden_name_is_neither_found_nor_shown(
    arrive: Arrive, haruto: User, grant: Give, hide: Hide, found: Find, in_every_step: InEveryStep
) -> None:
    guest = arrive("Yamada Aya", reading="やまだ あや", room="Maple")
    grant(haruto, guest={"read": "all"})
    hide(haruto, "guest", "name")
    assert found("yamada", by=haruto) == found("やまだ", by=haruto) == []
    (hit,) = the_same(in_every_step(lambda: search.find(haruto, "maple", resources=[GUESTS])))
    assert hit.title["text"] == f"#{guest.pk}"
    assert "Yamada" not in str(hit)


def test_the_subtitle_keeps_the_title_of_a_record_out_of_sight(
    alice: User, haruto: User, carol: User, grant: Give, seoul: Team, in_every_step: InEveryStep
) -> None:
    from kizuna.base.records import services as records

    author = records.create(actor=alice, resource=registry.get("author"), values={"name": "Soseki", "owner": carol.pk})
    values = {"title": "Kokoro", "author": author.pk, "owner": haruto.pk}
    records.create(actor=alice, resource=registry.get("book"), values=values)
    grant(haruto, book={"read": "all"}, author={"read": "own"})
    (hit,) = the_same(in_every_step(lambda: search.find(haruto, "kokoro")))
    assert hit.subtitle == ""
