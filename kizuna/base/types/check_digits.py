"""Numbers that people read out and type: with a last digit that tells most mistakes.

Damm's algorithm finds every single wrong digit, and every two neighbours that changed places.
"""

from __future__ import annotations

_TABLE = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """The digit that follows these."""
    state = 0
    for digit in digits:
        state = int(_TABLE[state][int(digit)])
    return str(state)


def with_check_digit(number: int) -> str:
    """1234 -> "12340": the number and its check digit."""
    return f"{number}{check_digit(str(number))}"
