"""So many of a hundred: read with the sign, written with or without it."""

import pytest

from kizuna.base.resources import fields
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Invalid

READER = Reader(actor=None)
SHARE = fields.Percent("share", "Share", places=1, maximum=100)


@pytest.mark.parametrize("typed", ["7.5", "7.5%", "7.5 %", "7.5％"])
def test_the_sign_may_be_typed(typed: object) -> None:
    assert SHARE.to_text(SHARE.understand(typed, READER), READER) == "7.5%"


def test_a_float_is_no_exact_number() -> None:
    with pytest.raises(Invalid, match="a float is not exact"):
        SHARE.understand(7.5, READER)


@pytest.mark.parametrize("typed", ["%", "half", "7.5 %%x", "101%"])
def test_what_is_no_share_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        SHARE.understand(typed, READER)
