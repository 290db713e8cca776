"""Whole numbers that came as text, in an address or a form: ids of records, places in a list, versions."""

from collections.abc import Iterable

MOST_DIGITS = 18
"""As many as every database holds."""


def whole(text: str) -> int | None:
    """The number; None for anything else, however long or in whatever digits it is written."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def wholes(words: Iterable[str]) -> list[int]:
    """The numbers among `words`, in their order; what is none is left out."""
    return [number for word in words if (number := whole(word)) is not None]
