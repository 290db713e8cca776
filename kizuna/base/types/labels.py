"""What fields and kinds of records are called: said many hundred times on a page, looked up once for each language."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.text import capfirst
from django.utils.translation import get_language


class _Words:
    """A text in each language in which it was asked for."""

    __slots__ = ("by_language", "text")

    def __init__(self, text: Promise) -> None:
        self.text = text
        self.by_language: dict[str | None, str] = {}


def _say(words: _Words) -> str:
    language = get_language()
    found = words.by_language.get(language)
    if found is None:
        found = words.by_language[language] = str(capfirst(str(words.text)))
    return found


_said = lazy(_say, str)


def label(text: Any) -> Any:
    """`text` with a capital first letter, in the language of whoever reads it."""
    return _said(_Words(text)) if isinstance(text, Promise) else capfirst(text)
