"""The parts of a shown text that match what was typed, through the folding of case, width, accents and kana."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

import regex  # type: ignore[import-untyped]

from kizuna.base.types import text

_GRAPHEMES = regex.compile(r"\X")
_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"


def marked(words: Sequence[str], *shown: str) -> tuple[str, ...]:
    """For each folded word its first appearance in the texts, as it is written there; each once, longest first."""
    found = {part for line in shown if line for part in _parts(words, line)}
    return tuple(sorted(found, key=lambda part: (-len(part), part)))


def _parts(words: Sequence[str], shown: str) -> list[str]:
    letters, folded = _folded(shown)
    initials = "".join([_initial(letter) for letter in folded])
    starts = [0, *accumulate(len(fold) for _letter, fold in letters)]
    found = []
    for word in words:
        at = _place(word, folded, {starts[number] for number in _word_starts(letters)})
        if at < 0 and all(letter in _CONSONANTS for letter in word):
            at = initials.find(word)
        if at >= 0:
            covered = [
                number for number in range(len(letters)) if starts[number + 1] > at and starts[number] < at + len(word)
            ]
            found.append("".join([letter for letter, _fold in letters[covered[0] : covered[-1] + 1]]).strip())
    return found


def _folded(shown: str) -> tuple[list[tuple[str, str]], str]:
    """Graphemes with their folded forms, and all folded without spaces, so that 山田太郎 is found in 山田 太郎."""
    letters = [(letter, _fold(letter)) for letter in _GRAPHEMES.findall(shown)]
    return letters, "".join([fold for _letter, fold in letters])


@lru_cache(maxsize=10_000)
def _fold(letter: str) -> str:
    return text.fold(letter).replace(" ", "")


def _place(word: str, folded: str, starts: set[int]) -> int:
    """Where the word is; one in Latin letters or digits only where a word begins, as the index finds it."""
    at = folded.find(word)
    while at >= 0 and word[0].isascii() and at not in starts:
        at = folded.find(word, at + 1)
    return at


def _word_starts(letters: Sequence[tuple[str, str]]) -> list[int]:
    """The letters that begin a word: the first ones, and those after something that is no Latin letter or digit."""
    return [
        number
        for number in range(len(letters))
        if number == 0 or not (letters[number - 1][1].isascii() and letters[number - 1][1].isalnum())
    ]


def _initial(letter: str) -> str:
    return _CONSONANTS[(ord(letter) - 0xAC00) // 588] if "가" <= letter <= "힣" else letter
