"""Who is at a record on other servers, from what these say: pieces, whole lists, and silence."""

from typing import Any

import pytest

from kizuna.base.live import presence
from kizuna.base.live.presence import Elsewhere, Guest, said

BOOK, OTHER = ("book", 7), ("book", 8)
SORA, MIKA = Guest(1, "Sora", False), Guest(2, "Mika", True)


def test_who_comes_and_goes_elsewhere_changes_only_that_record() -> None:
    elsewhere = Elsewhere()
    assert elsewhere.hear(said("osaka", {BOOK: [SORA], OTHER: [MIKA]})) == {BOOK, OTHER}
    assert elsewhere.hear(said("osaka", {BOOK: [SORA]})) == set()
    assert elsewhere.hear(said("seoul", {BOOK: [MIKA]})) == {BOOK}
    assert elsewhere.guests(BOOK) == [SORA, MIKA]
    assert elsewhere.hear(said("osaka", {BOOK: []})) == {BOOK}
    assert elsewhere.guests(BOOK) == [MIKA]


def test_a_whole_list_takes_back_what_got_lost_and_a_goodbye_everything() -> None:
    elsewhere = Elsewhere()
    elsewhere.hear(said("osaka", {BOOK: [SORA], OTHER: [SORA]}))
    assert elsewhere.hear(said("osaka", {OTHER: [SORA]}, is_whole=True)) == {BOOK}
    assert elsewhere.hear({"from": "osaka", "bye": True}) == {OTHER}
    assert elsewhere.guests(OTHER) == []


def test_who_falls_silent_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Elsewhere()
    elsewhere.hear(said("osaka", {BOOK: [SORA]}))
    assert elsewhere.forget_silent(30) == set()
    now = presence.time.monotonic()
    monkeypatch.setattr(presence.time, "monotonic", lambda: now + 31)
    assert elsewhere.forget_silent(30) == {BOOK}


def test_somebody_with_two_tabs_is_one_and_edits_when_one_of_them_does() -> None:
    assert list(presence.together([SORA], [SORA._replace(is_editing=True), MIKA]).values()) == [
        SORA._replace(is_editing=True),
        MIKA,
    ]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"from": 3},
        {"from": "osaka", "here": 3},
        {"from": "osaka", "here": {"book:x": [[1, "Sora", False]], "book": []}},
        {"from": "osaka", "here": {"book:7": [["1", "Sora", False], [1], 3]}},
    ],
)
def test_what_cannot_be_understood_is_nobody(message: Any) -> None:
    elsewhere = Elsewhere()
    assert elsewhere.hear(message) == set()
    assert elsewhere.guests(BOOK) == []
