"""Tokens for the search index, and the tokens of a question to it. SQLite and PostgreSQL get the same ones.

- Latin letters, digits and other alphabets: each word, found by its beginning; digits inside a word as well (abc123 is
  abc123 and 123), o'brien is obrien, o and brien.
- Kanji, kana, Thai and others without spaces: pairs and the last letter, found by any part, from one letter on
  (田中商事 is 田中, 中商, 商事, 事).
- Hangul: pairs and the last syllable, and the initial consonants from each syllable on (김민수 is 김민, 민수, 수,
  ㄱㅁㅅ, ㅁㅅ, ㅅ): found by any part, by ㄱㅁㅅ, and half typed by 김민ㅅ.

A token that is asked for with `is_prefix` matches every indexed token that begins with it.
"""

from __future__ import annotations

import re
from itertools import chain, pairwise
from unicodedata import category

from kizuna.base.types.text.folding import fold

MAX_WORD = 64
_MAX_INITIALS = 12  # syllables of a run whose initial consonants are indexed from every position

_SYLLABLES = "가-힣"
_HANGUL = _SYLLABLES + "\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\ud7b0-\ud7ff"
_UNSPACED = (
    "\u3005-\u3007\u3041-\u309f\u30a1-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"  # kana, bopomofo, 々
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # kanji
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u1049\u1050-\u109f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
    "\ua000-\ua4cf"  # Yi
)
# Vowel signs and the like belong to a word, which `\w` does not know. Latin accents are gone after folding.
_MARKS = "".join(
    chr(code) for code in chain(range(0x483, 0x1CFA), range(0xA802, 0xABEE)) if category(chr(code))[0] == "M"
)
_RUN = re.compile(rf"([{_UNSPACED}]+)|([{_HANGUL}]+)|((?:[^\W_{_UNSPACED}{_HANGUL}{_MARKS}]+|['{_MARKS}]+)+)")
_ASCII_RUN = re.compile(r"[a-z0-9']+")
_DIGITS_INSIDE = re.compile(r"(?<=[^\W\d_])\d+")
_LEADING_SYLLABLES = re.compile(f"[{_SYLLABLES}]*")
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_JAMO_AS_TYPED = {0x1100 + place: letter for place, letter in enumerate(_INITIALS)}


class _InitialConsonants(dict[int, str]):
    """For `str.translate`: the initial consonant of each syllable; other letters stay."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _INITIALS[(code - 0xAC00) // 588] if 0xAC00 <= code <= 0xD7A3 else chr(code)
        return found


_CONSONANTS = _InitialConsonants(_JAMO_AS_TYPED)


def tokens(text: str) -> list[str]:
    """What to put into the index for this text, each token once, in the order of the text."""
    folded = fold(text)
    found: list[str] = []
    if folded.isascii():
        for word in _ASCII_RUN.findall(folded):
            found += _word_tokens(word)
        return list(dict.fromkeys(found))
    for unspaced, hangul, word in _RUN.findall(folded):
        if unspaced:
            found += _pairs(unspaced)
        elif word:
            found += _word_tokens(word)
        else:
            found += _hangul_tokens(hangul)
    return list(dict.fromkeys(found))


def query_tokens(text: str) -> list[tuple[str, bool]]:
    """What to ask the index for; all of them must be there. Pairs of (token, is_prefix)."""
    found: list[tuple[str, bool]] = []
    for unspaced, hangul, word in _RUN.findall(fold(text)):
        if unspaced:
            found += _asked_pairs(unspaced)
        elif hangul:
            found += _asked_hangul(hangul)
        elif asked := word.replace("'", "")[:MAX_WORD]:
            found.append((asked, True))
    return list(dict.fromkeys(found))


def _word_tokens(word: str) -> list[str]:
    """The word; of o'brien also obrien and its parts; of abc123 also 123."""
    if word.isalpha() or word.isdigit():
        return [word[:MAX_WORD]]
    parts = [part for part in word.split("'") if part]
    words = [part[:MAX_WORD] for part in ("".join(parts), *parts) if part]
    return words + [digits[:MAX_WORD] for digits in _DIGITS_INSIDE.findall(word)]


def _pairs(run: str) -> list[str]:
    found = [one + other for one, other in pairwise(run)]
    found.append(run[-1])
    return found


def _asked_pairs(run: str) -> list[tuple[str, bool]]:
    if len(run) == 1:
        return [(run, True)]
    return [(one + other, False) for one, other in pairwise(run)]


def _hangul_tokens(run: str) -> list[str]:
    """김민수 is 김민, 민수, 수 and ㄱㅁㅅ, ㅁㅅ, ㅅ."""
    initials = run.translate(_CONSONANTS)
    starts = range(len(initials)) if len(initials) <= _MAX_INITIALS else range(1)
    return _pairs(run.translate(_JAMO_AS_TYPED)) + [initials[place : place + MAX_WORD] for place in starts]


def _asked_hangul(run: str) -> list[tuple[str, bool]]:
    """Whole syllables as pairs; with lone consonants also the initials (김민ㅅ is 김민수 half typed)."""
    initials = run.translate(_CONSONANTS)
    syllables = run[: _leading_syllables(run)]
    if syllables == run:
        return _asked_pairs(run)
    return [*(_asked_pairs(syllables) if syllables else []), (initials[:MAX_WORD], True)]


def _leading_syllables(run: str) -> int:
    match = _LEADING_SYLLABLES.match(run)
    return match.end() if match else 0
