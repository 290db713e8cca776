"""Words in braces stand for what is known; what is not stays to be seen, unless it says what to write instead."""

import pytest

from kizuna.base.types import placeholders
from kizuna.base.types.errors import Malformed

KNOWN = {"first name", "company"}


def test_what_is_known_is_filled_in_however_it_is_spaced() -> None:
    found = placeholders.filled("Dear {{First  Name}} of {{ company | your company }}!", {"first name": "Yoko"})
    assert found == "Dear Yoko of your company!"
    assert not placeholders.is_open(found)


def test_what_is_not_known_stays_open() -> None:
    found = placeholders.filled("Dear {{ first name }}", {"first name": ""})
    assert found == "Dear {{ first name }}"
    assert placeholders.is_open(found)


def test_what_stands_in_a_value_is_no_placeholder_again() -> None:
    assert (
        placeholders.filled("{{ company }}", {"company": "{{ first name }}", "first name": "x"}) == "{{ first name }}"
    )


@pytest.mark.parametrize("typed", ["{{ nickname }}", "{{ first name", "first name }}", "{{ }}", "{{{{ company }}"])
def test_what_nobody_knows_is_refused(typed: str) -> None:
    with pytest.raises(Malformed):
        placeholders.check(typed, KNOWN)


def test_what_is_known_is_let_through() -> None:
    placeholders.check("{{ first name }} {{ COMPANY|you }} {single}", KNOWN)
