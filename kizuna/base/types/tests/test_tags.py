"""A tag is written once, however it is spelt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.types.errors import Invalid
from kizuna.base.types.tags import MAX_LENGTH, MAX_TAGS, normalise_tags
from kizuna.base.types.text import fold


def test_the_first_spelling_stays() -> None:
    assert normalise_tags([" VIP ", "vip", "ＶＩＰ", "", "展示会　2026", "展示会 2026"]) == ["VIP", "展示会 2026"]
    assert normalise_tags(None) == []


@given(st.lists(st.text(max_size=20), max_size=20))
def test_normalising_twice_is_normalising_once(typed: list[str]) -> None:
    once = normalise_tags(typed)
    assert normalise_tags(once) == once
    assert len({fold(tag) for tag in once}) == len(once)


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("vip", ""),
        (["ok", 7], "1"),
        (["ok", "x" * (MAX_LENGTH + 1)], "1"),
        ([str(number) for number in range(MAX_TAGS + 1)], ""),
    ],
)
def test_a_wrong_tag_is_pointed_at(typed: object, path: str) -> None:
    with pytest.raises(Invalid) as raised:
        normalise_tags(typed)
    assert list(raised.value.errors) == [path]


def test_the_limits_are_reachable() -> None:
    assert len(normalise_tags([str(number) for number in range(MAX_TAGS)])) == MAX_TAGS
    assert normalise_tags(["x" * MAX_LENGTH])
