"""What comes first, what is shown of it, and what a list may do with it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.table import Sort, Table
from kizuna.base.search import queries as search
from kizuna.base.search.tests.conftest import InEveryStep
from kizuna.base.search.tests.models import GUESTS, Guest
from kizuna.base.testing.library.models import Author, Book

Arrive = Callable[..., Guest]
Find = Callable[..., list[str]]

pytestmark = pytest.mark.django_db


def test_the_whole_title_comes_first_then_its_beginning_then_any_part_then_other_fields(
    arrive: Arrive, found: Find
) -> None:
    arrive("青木 次郎", room="田中")
    arrive("山田中 太郎")
    arrive("田中 花子")
    arrive("田中")
    arrive("小田 中")
    assert found("田中") == ["田中", "田中 花子", "小田 中", "山田中 太郎", "青木 次郎"]
    assert found("田中", limit=2) == ["田中", "田中 花子"]
    assert found("田中", limit=4) == ["田中", "田中 花子", "小田 中", "山田中 太郎"]


def test_the_newest_come_first_among_equals(arrive: Arrive, found: Find) -> None:
    for given in ("Taro", "Jiro", "Saburo", "Shiro"):
        arrive(f"Yamada {given}")
    assert found("yam") == ["Shiro Yamada", "Saburo Yamada", "Jiro Yamada", "Taro Yamada"]
    assert found("yam", limit=2) == ["Shiro Yamada", "Saburo Yamada"]


def test_a_latin_title_is_exact_in_either_order(arrive: Arrive, found: Find) -> None:
    arrive("Anna Maria")
    arrive("Mariano Annabel")
    assert found("maria anna") == found("anna maria") == ["Maria Anna", "Annabel Mariano"]


def test_a_number_is_the_record_that_has_it(arrive: Arrive, found: Find) -> None:
    first, other = arrive("Yamada Taro"), arrive("Tanaka Jiro")
    arrive("Sato Ken", room=f"Suite {first.pk}")
    assert found(f"#{other.pk}") == ["Jiro Tanaka"]
    assert found(str(first.pk)) == ["Taro Yamada", "Ken Sato"]
    assert found("#999999999999999999999") == []
    matches = search.matching(GUESTS, User(is_admin=True), f"#{first.pk}")
    assert list(Guest.objects.filter(matches)) == [first]


def test_kinds_of_records_take_turns(arrive: Arrive, alice: User) -> None:
    for number in range(4):
        arrive(f"Kokoro{number} Ann")
    for title in ("Kokoro I", "Kokoro II"):
        records.create(actor=alice, resource=registry.get("book"), values={"title": title})
    hits = search.find(alice, "kokoro", limit=5)
    assert sorted([hit.resource.key for hit in hits[:2]]) == ["book", "guest"]
    assert sorted([hit.resource.key for hit in hits]) == ["book", "book", "guest", "guest", "guest"]
    only_books = search.find(alice, "kokoro", resources=[registry.get("book")])
    assert [hit.title["text"] for hit in only_books] == ["Kokoro II", "Kokoro I"]


def test_a_hit_shows_title_subtitle_address_and_what_matched(arrive: Arrive, alice: User) -> None:
    guest = arrive("山田 太郎", reading="ヤマダ タロウ", room="Maple", tags=["VIP"])
    (hit,) = search.find(alice, "ﾔﾏﾀﾞ map", resources=[GUESTS])
    assert hit.title["text"] == "山田 太郎"
    assert hit.title["reading"] == "ヤマダ タロウ"
    assert hit.subtitle == "Maple, VIP"
    assert set(hit.words) == {"ヤマダ", "Map"}
    assert (hit.id, hit.url) == (guest.pk, f"/guests/{guest.pk}")


def test_titles_of_related_records_are_shown_and_not_searched(alice: User) -> None:
    author = records.create(actor=alice, resource=registry.get("author"), values={"name": "Soseki"})
    records.create(actor=alice, resource=registry.get("book"), values={"title": "Kokoro", "author": author.pk})
    assert [hit.resource.key for hit in search.find(alice, "soseki")] == ["author"]
    assert search.find(alice, "kokoro")[0].subtitle == "Soseki"


def test_a_colleague_is_found(alice: User, haruto: User) -> None:
    from kizuna.base.identity.services import users

    users.update_profile(actor=haruto, user=haruto, changes={"name": "Haruto Ishii"})
    hits = search.find(alice, "ishii", resources=[registry.get("user")])
    assert [hit.id for hit in hits] == [haruto.pk]


# Lists --------------------------------------------------------------------------------------------------------------


def test_a_list_keeps_its_order_and_its_pages(arrive: Arrive, alice: User, in_every_step: InEveryStep) -> None:
    names = ["Yamada Saki", "Yamada Emi", "Yamada Aya", "Tanaka Bun", "Yamada Cho", "Yamada Dai"]
    for name in names:
        arrive(name)

    def turn_pages() -> None:
        rows = GUESTS.visible_to(alice).filter(search.matching(GUESTS, alice, "yama"))
        table = Table(GUESTS, alice, columns=[GUESTS.title_field], sort=Sort(GUESTS.title_field, False), rows=rows)
        first = table.page(size=3)
        second = table.page(first.next_cursor, size=3)
        assert [row.values[0].given for row in [*first.rows, *second.rows]] == ["Aya", "Cho", "Dai", "Emi", "Saki"]
        assert table.count() == (5, False)
        assert rows.filter(given_name="Emi").exclude(family_name="Tanaka").count() == 1

    in_every_step(turn_pages)


def test_a_condition_can_be_combined_and_turned_round(arrive: Arrive, alice: User, in_every_step: InEveryStep) -> None:
    arrive("Yamada Emi")
    arrive("Tanaka Bun")

    def combine() -> None:
        matches = search.matching(GUESTS, alice, "yama")
        assert [guest.given_name for guest in Guest.objects.filter(~matches)] == ["Bun"]
        assert Guest.objects.filter(matches | search.matching(GUESTS, alice, "bun")).count() == 2

    in_every_step(combine)


def test_no_words_are_no_condition_and_signs_alone_match_nothing(arrive: Arrive, alice: User) -> None:
    arrive("Yamada Emi")
    assert Guest.objects.filter(search.matching(GUESTS, alice, "  ")).count() == 1
    assert Guest.objects.filter(search.matching(GUESTS, alice, "***")).count() == 0
    assert search.find(alice, "") == search.find(alice, " \u200b ") == search.find(alice, "***") == []


# Cost ---------------------------------------------------------------------------------------------------------------


def statements(ask: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def test_the_number_of_statements_does_not_grow_with_the_rows(
    arrive: Arrive, alice: User, in_every_step: InEveryStep
) -> None:
    for number in range(3):
        arrive(f"Yamada{number} Taro")
    few = in_every_step(lambda: statements(lambda: search.find(alice, "yama taro")))
    for number in range(30):
        arrive(f"Yamada{number} Jiro")
    many = in_every_step(lambda: statements(lambda: search.find(alice, "yama jiro")))
    assert all(now <= max(before, 9) for now, before in zip(many, few, strict=True)), (few, many)
    listing = in_every_step(
        lambda: statements(lambda: list(Guest.objects.filter(search.matching(GUESTS, alice, "yama"))))
    )
    assert set(listing) == {2}


def test_a_small_database_answers_in_two_statements(arrive: Arrive, alice: User, kokoro_and_author: None) -> None:
    arrive("Kokoro Ann")
    assert len(search.find(alice, "kokoro")) == 2
    assert statements(lambda: search.find(alice, "kokoro ann")) == 2


@pytest.fixture
def kokoro_and_author(alice: User) -> None:
    author = records.create(actor=alice, resource=registry.get("author"), values={"name": "Soseki"})
    records.create(actor=alice, resource=registry.get("book"), values={"title": "Kokoro", "author": author.pk})
    assert Author.objects.count() == Book.objects.count() == 1
