"""The alphabet of the index: where a token stands becomes part of it, so that one index serves all kinds of records.

A lexeme is the code of the resource (3 letters), then the place, then the token: "k3f.山田" is a pair of letters in
a contact's title, "k3fm2taro" a word in the field whose code is "m2". Every question names the places it may look at:
that is how hidden fields stay hidden, and why a word that is common among notes does not slow a search for contacts.

Codes are made from names, so they need no table and are the same everywhere; `checks.py` refuses two equal ones.
"""

from __future__ import annotations

import re
from functools import cache
from zlib import crc32

from kizuna.base.types import text

TITLE = "."  # a word of the title or its reading
START = "^"  # a word with which the title or its reading begins
EXACT = "="  # the whole title
OWNER = "@"  # the id of the owner
MARK = "~"  # what a higher room finds records by, and people do not (`marks`)

RECORD_BITS = 47
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_RESOURCES = len(_DIGITS) ** 3
_FIELDS = len(_DIGITS) ** 2
_UNSAFE = re.compile(r"[\s\"'\\\x00-\x1f\x7f]+")
_LONGEST = 80
_CLOSED = "\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
_GAP = re.compile(f"(?<=[{_CLOSED}]) +(?=[{_CLOSED}])")


@cache
def resource_number(key: str) -> int:
    return crc32(key.encode()) % _RESOURCES


@cache
def resource_code(key: str) -> str:
    return _base36(resource_number(key), 3)


@cache
def field_code(name: str) -> str:
    """Two letters or digits, so that no field is mistaken for one of the places above."""
    return _base36(crc32(name.encode()) % _FIELDS, 2)


def _base36(number: int, length: int) -> str:
    letters = ""
    for _place in range(length):
        number, rest = divmod(number, len(_DIGITS))
        letters = _DIGITS[rest] + letters
    return letters


def lowest_id(key: str) -> int:
    """Entries of a resource have the ids from here on: this plus the record's id, so newer records have higher ones."""
    return resource_number(key) << RECORD_BITS


def highest_id(key: str) -> int:
    return lowest_id(key) + (1 << RECORD_BITS) - 1


def safe(token: str) -> str:
    """A token without spaces, quotes or backslashes, which no query language of either database can misread."""
    return token[:_LONGEST] if token.isalnum() else _UNSAFE.sub("_", token)[:_LONGEST]


def closed_up(words: str) -> str:
    """Without the spaces between letters that need none: 山田 太郎 is found as 山田太郎 too."""
    return words if words.isascii() else _GAP.sub("", words)


def whole(words: str) -> str:
    """A title as one token, the same in whatever order a Latin name is written."""
    parts = text.fold(closed_up(words)).split()
    return safe("_".join(sorted(parts)))
