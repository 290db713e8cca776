"""What somebody typed into a search field, understood: words that must all be found, each in one of several ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from kizuna.base.search.contents import national_digits
from kizuna.base.search.lexemes import safe, whole
from kizuna.base.search.romaji import kana
from kizuna.base.types import text

MAX_TYPED = 100
MAX_CLAUSES = 8
MAX_TERMS = 24
"""Letters, words and tokens that are looked at: more of them say nothing more."""

_NUMBER = re.compile(r"#?([1-9][0-9]{0,13})")
_DIALLED = re.compile(r"\+?[0-9 ().\-/]+")
_PUNCTUATED = re.compile(r"\w[@._+\-/&]+\w")
_EDGES = "@#.,;:!?()[]{}<>&|*+-~^%$=/_"
_ABROAD = 8
"""From so many digits on, a number without + may begin with a country code."""

Term = tuple[str, bool]  # token, is_prefix
Way = tuple[Term, ...]


@dataclass(frozen=True)
class Clause:
    """Found if all terms of one of the ways are. `spoken` are further ways, by which only names are found."""

    ways: tuple[Way, ...]
    spoken: tuple[Way, ...] = ()

    @property
    def is_broad(self) -> bool:
        """Whether it is a single letter, digit or consonant: the index had better be asked for the other words."""
        terms = [token for way in self.ways for token, _is_prefix in way]
        return any(len(token) == 1 and (token.isascii() or "ㄱ" <= token <= "ㅎ") for token in terms)

    def shortened(self) -> Clause:
        return Clause(tuple(way[:MAX_TERMS] for way in self.ways), tuple(way[:MAX_TERMS] for way in self.spoken))


@dataclass(frozen=True)
class Question:
    """`clauses` must all be found. `record_id` is what "#42" asks for, `whole` the title that is exactly this.

    `words` are what to mark in the results, folded.
    """

    clauses: tuple[Clause, ...]
    record_id: int | None
    whole: str
    words: tuple[str, ...]


def understand(typed: str) -> Question | None:
    """None when there is nothing to look for: no letter and no digit."""
    folded = text.fold(text.clean(typed[: MAX_TYPED * 4])[:MAX_TYPED])
    number = _NUMBER.fullmatch(folded)
    record_id = int(number[1]) if number else None
    clauses = () if folded.startswith("#") and number else tuple(_limited(_clauses(folded)))
    if not clauses and record_id is None:
        return None
    chunks = folded.split()
    words = tuple(dict.fromkeys([*chunks, *(form for chunk in chunks for form in kana(chunk))]))
    return Question(clauses=clauses, record_id=record_id, whole=whole(folded), words=words)


def _limited(clauses: Iterator[Clause]) -> Iterator[Clause]:
    terms = 0
    for count, clause in enumerate(clauses):
        terms += max(len(way) for way in clause.ways)
        if count == MAX_CLAUSES or (count and terms > MAX_TERMS):
            return
        yield clause.shortened()


def _clauses(folded: str) -> Iterator[Clause]:
    """One clause per word; a telephone number is one, however it is grouped."""
    for is_dialled, chunks in groupby(folded.split(), lambda chunk: bool(_DIALLED.fullmatch(chunk))):
        for chunk in [" ".join(chunks)] if is_dialled else chunks:
            ways = tuple(dict.fromkeys(filter(None, _ways(chunk))))
            if ways:
                yield Clause(ways, tuple(_words(form) for form in kana(chunk)))


def _ways(chunk: str) -> Iterator[Way]:
    yield _words(chunk)
    if _PUNCTUATED.search(chunk):
        yield ((safe(chunk.strip(_EDGES)), True),)
    if _DIALLED.fullmatch(chunk):
        yield from _dialled(chunk)


def _words(chunk: str) -> Way:
    return tuple((safe(token), is_prefix) for token, is_prefix in text.query_tokens(chunk))


def _dialled(typed: str) -> Iterator[Way]:
    """090-1234, 0901234, +81 90 1234 and 0081901234 are one number; four digits may be its last."""
    digits = re.sub(r"[^0-9]", "", typed)
    if len(digits) < 3:
        return
    from_abroad = typed.lstrip().startswith("+") or digits.startswith("00")
    if from_abroad or len(digits) >= _ABROAD:
        national = national_digits("+" + digits.removeprefix("00"))
        if national and national != digits:
            yield ((national, True),)
    if not from_abroad:
        yield ((digits, True),)
