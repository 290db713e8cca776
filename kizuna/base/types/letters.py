"""In which letters people are at home: by the languages they speak and the countries they live in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from babel.core import get_global
from babel.languages import get_official_languages

Letters = frozenset[str]
KANJI = "CJK"
SOUNDS = frozenset({"LATIN", "HIRAGANA", "KATAKANA"})
"""Letters in which a name from elsewhere is written as it sounds: 小林 美咲 becomes Misaki Kobayashi, and never 小林
美咲 again."""
_OF_SCRIPTS = {
    "Jpan": frozenset({KANJI, "HIRAGANA", "KATAKANA"}),
    "Kore": frozenset({"HANGUL", KANJI}),
    "Hans": frozenset({KANJI}),
    "Hant": frozenset({KANJI}),
    "Latn": frozenset({"LATIN"}),
    "Cyrl": frozenset({"CYRILLIC"}),
    "Grek": frozenset({"GREEK"}),
    "Thai": frozenset({"THAI"}),
    "Arab": frozenset({"ARABIC"}),
    "Hebr": frozenset({"HEBREW"}),
    "Deva": frozenset({"DEVANAGARI"}),
}


def letters_of(name: str) -> Letters:
    """The kinds of letters in a name: {"CJK"} for 小林."""
    found = (unicodedata.name(letter, "").partition(" ")[0] for letter in name if letter.isalpha())
    return frozenset(kind.partition("-")[0] for kind in found)


def at_home(languages: Iterable[str], countries: Iterable[str] = ()) -> Letters:
    """The letters of these languages ("ja", "zh-TW"), and of those that are official in these countries."""
    spoken = [tag for country in countries for tag in _official(country)]
    return frozenset[str]().union(*(_of_language(tag) for tag in [*languages, *spoken]))


@lru_cache(256)
def _official(country: str) -> tuple[str, ...]:
    return get_official_languages(country)


@lru_cache(256)
def _of_language(tag: str) -> Letters:
    tag = tag.replace("-", "_")
    likely = get_global("likely_subtags")
    full = likely.get(tag) or likely.get(tag.partition("_")[0]) or ""
    return next((_OF_SCRIPTS[part] for part in (*tag.split("_"), *full.split("_")) if part in _OF_SCRIPTS), frozenset())
