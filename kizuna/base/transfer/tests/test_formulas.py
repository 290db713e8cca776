"""What a spreadsheet would run is disarmed on the way out, and the same again on the way in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.transfer.formulas import bare, guarded


@given(st.text() | st.text("'=+-@＝1\t\r\n", max_size=6))
def test_a_value_comes_back_as_it_was(value: str) -> None:
    assert bare(guarded(value)) == value


@given(st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]), st.text())
def test_nothing_that_goes_out_is_a_formula(sign: str, rest: str) -> None:
    assert guarded(sign + rest).startswith("'")


@pytest.mark.parametrize("value", ["", "O'Brien", "'quoted'", "a=b", "1-2", "山本"])
def test_other_values_stay(value: str) -> None:
    assert guarded(value) == bare(value) == value
