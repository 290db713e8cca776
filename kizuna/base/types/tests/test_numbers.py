"""What an address or a form says is a number, or it is none: never an error."""

import pytest

from kizuna.base.types.numbers import whole, wholes


@pytest.mark.parametrize(("text", "number"), [("42", 42), ("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", " 1", "1e3", "٣", "²", "一", "9" * 19, "9" * 5_000])
def test_anything_else_is_none(text: str) -> None:
    assert whole(text) is None


def test_of_many_words_those_that_are_none_are_left_out() -> None:
    assert wholes(["3", "x", "", "1", "9" * 30]) == [3, 1]
