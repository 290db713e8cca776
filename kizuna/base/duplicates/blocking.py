"""Which records are compared at all: those that share a **block**. Comparing everybody with everybody would take years.

A record is in several blocks, each by something that survives another slip: an address, the sound of both names, the
date of birth with a letter of the name, the house. A block that many are in says little and is passed over (`MOST`):
pairs in it that are one share a smaller block as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from kizuna.base.duplicates.comparing import Portrait
from kizuna.base.duplicates.nicknames import formal

MOST = 60
"""Records in a block from which on it is passed over. So the work grows with the records, not with their square."""

_SOUNDS = str.maketrans("bfpvcgjkqsxzdtlmnraeiouhwy", "11112222222233455600000000")


def sound(word: str) -> str:
    """Words that sound alike begin alike: the first letter, then the groups of consonants (Russell's Soundex).

    Of names what they are short for: Bob sounds like Robert.
    """
    return _sound(word) if word.isascii() else word


@lru_cache(20_000)
def _sound(word: str) -> str:
    word = formal(word)
    found = word[:1]
    for before, code in pairwise(word.translate(_SOUNDS)):
        if code not in ("0", before):
            found += code
    return found[:4]


def blocks(portrait: Portrait) -> Iterator[str]:
    """The blocks that a record is in; each is a text that no block of another kind is."""
    for kind, key in portrait.keys:
        yield f"k{kind}:{key}"
    for words in portrait.names:
        yield from _of_name(words, portrait)
    for place in portrait.places:
        street = place.line[:12]
        if street and (place.code or place.city):
            yield f"a{place.code or place.city}:{street}"


def _of_name(words: tuple[str, ...], portrait: Portrait) -> Iterator[str]:
    sounds = sorted(sound(word) for word in words)
    initials = "".join(word[0] for word in words)
    yield f"n{' '.join(words)}"
    yield f"s{' '.join(sounds)}"
    for place in portrait.places:
        numbers = "".join(filter(str.isdigit, place.line))
        if numbers:
            yield f"h{numbers}:{initials}"
        for word in sounds:
            if place.code:
                yield f"p{place.code}:{word}"
            elif place.city:
                yield f"c{place.city}:{word}"
    if portrait.born:
        yield f"b{portrait.born}"
        for word in sounds:
            yield f"m{portrait.born[4:]}:{word}"
