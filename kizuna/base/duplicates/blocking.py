"""What records may have in common that are compared: **blocks**. Comparing everybody with everybody would take years.

A record is in several blocks, each by something that survives another slip: an address, the sound of both names, the
day of birth with a part of the name, the house, the firm with a part of the name. A block that many are in says little:
`neighbours` takes it together with another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

from kizuna.base.duplicates.comparing import Portrait
from kizuna.base.duplicates.nicknames import formal

_KINDS = "knsbghpcma"
"""The letters that blocks begin with, one for what they are made of."""
_NAMED = {_KINDS.index(kind) for kind in "ns"}
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
    for words in dict.fromkeys((*portrait.names[:1], *portrait.names[-1:])):
        yield from _of_name(words, portrait)
    for place in portrait.places:
        street = place.line[:12]
        if street and (place.code or place.city):
            yield f"a{place.code or place.city}:{street}"


def _of_name(words: tuple[str, ...], portrait: Portrait) -> Iterator[str]:
    sounds = sorted(sound(word) for word in words)
    initials = "".join(word[0] for word in words)
    yield f"n{_whole(words)}"
    yield f"s{' '.join(sounds)}"
    if portrait.group:
        yield from (f"g{portrait.group}:{word}" for word in sounds)
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


def _whole(words: tuple[str, ...]) -> str:
    """All words; in scripts that do without a space the letters of all words, for nobody knows where one ends."""
    name = "".join(words)
    return " ".join(words) if name.isascii() else "".join(sorted(name))


def number(block: str) -> int:
    """A short name for a block, which ends with its kind; two that share one by chance cost a comparison."""
    digest = blake2b(block.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) & ~0xF | _KINDS.index(block[0])


def belong_together(one: int, other: int) -> bool:
    """Whether two blocks are made of the same: who is in the one is in the other more often than by chance."""
    kinds = {kind_of(one), kind_of(other)}
    return len(kinds) == 1 or kinds == _NAMED


def both(one: int, other: int) -> int:
    """What is in two blocks, as a block of the kind of one of them."""
    low, high = sorted((one, other))
    return hash((low, high)) & ~0xF | kind_of(low)


def kind_of(block: int) -> int:
    return block & 0xF
