"""Korean particles: of a pair, the one that the word before it asks for.

A translation says “%(name)s”을(를); with 회사 it reads “회사”를, with 목록 “목록”을. Where a word does not tell how it
is read aloud (many Latin words, Chinese letters), the pair stays as it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import trans_real

PAIRS = {
    "을(를)": ("을", "를"),
    "이(가)": ("이", "가"),
    "은(는)": ("은", "는"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
"""Each pair as translations write it: after a consonant, after a vowel."""
_PLACE = re.compile(r"(%\((\w+)\)[sd])([”’\"'»)\]]*)(" + "|".join(map(re.escape, PAIRS)) + ")")
_NOT_READ = re.compile(r"<[^>]*>|[\s”’\"'»)\]}.,]+$")
_FIRST, _LAST, _ENDINGS, _RIEUL = 0xAC00, 0xD7A3, 28, 8
_DIGITS = {"1": "l", "7": "l", "8": "l", "2": "", "4": "", "5": "", "9": "", "0": "n", "3": "n", "6": "n"}
_LETTERS = dict.fromkeys("aiouy", "") | {"l": "l", "m": "n", "n": "n"}


def ending(word: str) -> str | None:
    """What a word ends with when read aloud: "" a vowel, "l" an L, "n" another consonant, None: nobody can tell."""
    last = _NOT_READ.sub("", html.unescape(_NOT_READ.sub("", word)))[-1:]
    if last and _FIRST <= ord(last) <= _LAST:
        final = (ord(last) - _FIRST) % _ENDINGS
        return "" if not final else "l" if final == _RIEUL else "n"
    return _DIGITS.get(last, _LETTERS.get(last.lower()))


def particle(pair: str, word: str) -> str:
    """The particle of a pair that goes after a word, or the pair."""
    sound = ending(word)
    if sound is None:
        return pair
    after_consonant, after_vowel = PAIRS[pair]
    return after_consonant if sound == "n" or (sound == "l" and pair != "(으)로") else after_vowel


class Sentence(str):
    """A translation with pairs of particles; they are settled when the words are put in."""

    __slots__ = ()

    def __str__(self) -> str:
        return self

    def __mod__(self, values: Any, /) -> str:
        if not isinstance(values, Mapping):
            return str.__mod__(self, values)

        def settled(place: re.Match[str]) -> str:
            written, name, closing, pair = place.groups()
            return f"{written}{closing}{particle(pair, str(values.get(name, '')))}"

        return str.__mod__(_PLACE.sub(settled, self), values)


def speak_korean() -> None:
    """Let the Korean translations that have pairs of particles settle them."""
    catalogue: Any = trans_real.translation("ko")
    for part in catalogue._catalog._catalogs:
        for key, said in part.items():
            if isinstance(said, str) and _PLACE.search(said):
                part[key] = Sentence(said)
