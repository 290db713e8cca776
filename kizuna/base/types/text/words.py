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

from collections.abc import Iterator

import regex  # type: ignore[import-untyped]

from kizuna.base.types.text.folding import fold

MAX_WORD = 64
_MAX_INITIALS = 12  # syllables of a run whose initial consonants are indexed from every position

_SYLLABLES = "가-힣"
_JAMO = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\ud7b0-\ud7ff"
_UNSPACED = (
    r"\p{Han}\p{Hiragana}\p{Katakana}\u30fc\u3005\u3006\u3007\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Yi}"
)
_RUN = regex.compile(
    rf"(?P<unspaced>[{_UNSPACED}]+)|(?P<hangul>[{_SYLLABLES}{_JAMO}]+)"
    rf"|(?P<word>[[\w']--[_{_UNSPACED}{_SYLLABLES}{_JAMO}]]+)",
    regex.V1,
)
_ASCII_RUN = regex.compile(r"[a-z0-9']+")
_DIGITS_INSIDE = regex.compile(r"(?<=[^\W\d_])\d+")
_LEADING_SYLLABLES = regex.compile(f"[{_SYLLABLES}]*")
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_JAMO_AS_TYPED = str.maketrans({0x1100 + place: letter for place, letter in enumerate(_INITIALS)})


def tokens(text: str) -> list[str]:
    """What to put into the index for this text, each token once, in the order of the text."""
    folded = fold(text)
    found: list[str] = []
    if folded.isascii():
        for word in _ASCII_RUN.findall(folded):
            found += _word_tokens(word)
        return list(dict.fromkeys(found))
    for run in _RUN.finditer(folded):
        if run.lastgroup == "word":
            found += _word_tokens(run[0])
        elif run.lastgroup == "unspaced":
            found += _pairs(run[0])
        else:
            found += _hangul_tokens(run[0])
    return list(dict.fromkeys(found))


def query_tokens(text: str) -> list[tuple[str, bool]]:
    """What to ask the index for; all of them must be there. Pairs of (token, is_prefix)."""
    found: list[tuple[str, bool]] = []
    for run in _RUN.finditer(fold(text)):
        if run.lastgroup == "word":
            word = run[0].replace("'", "")[:MAX_WORD]
            if word:
                found.append((word, True))
        elif run.lastgroup == "unspaced":
            found += _asked_pairs(run[0])
        else:
            found += _asked_hangul(run[0])
    return list(dict.fromkeys(found))


def _word_tokens(word: str) -> Iterator[str]:
    """The word; of o'brien also obrien and its parts; of abc123 also 123."""
    if "'" in word:
        parts = [part for part in word.split("'") if part]
        yield from (part[:MAX_WORD] for part in dict.fromkeys(["".join(parts), *parts]) if part)
    else:
        yield word[:MAX_WORD]
    if not word.isalpha() and not word.isdigit():
        yield from (digits[0][:MAX_WORD] for digits in _DIGITS_INSIDE.finditer(word))


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run))]


def _asked_pairs(run: str) -> list[tuple[str, bool]]:
    if len(run) == 1:
        return [(run, True)]
    return [(run[place : place + 2], False) for place in range(len(run) - 1)]


def initial_consonants(run: str) -> str:
    """김민수 → ㄱㅁㅅ; consonants typed alone stay."""
    return "".join(
        _INITIALS[(ord(letter) - 0xAC00) // 588] if "가" <= letter <= "힣" else letter for letter in run
    ).translate(_JAMO_AS_TYPED)


def _hangul_tokens(run: str) -> list[str]:
    initials = initial_consonants(run)
    starts = range(len(initials)) if len(initials) <= _MAX_INITIALS else range(1)
    return _pairs(run.translate(_JAMO_AS_TYPED)) + [initials[place : place + MAX_WORD] for place in starts]


def _asked_hangul(run: str) -> list[tuple[str, bool]]:
    """Whole syllables as pairs; with lone consonants also the initials (김민ㅅ is 김민수 half typed)."""
    initials = initial_consonants(run)
    if initials == run.translate(_JAMO_AS_TYPED):
        return [(initials[:MAX_WORD], True)]
    syllables = _LEADING_SYLLABLES.match(run)[0]
    if syllables == run:
        return _asked_pairs(run)
    asked = _asked_pairs(syllables) if syllables else []
    return [*asked, (initials[:MAX_WORD], True)]
