"""The storage form of text: what people typed, without what they cannot see."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import is_normalized, normalize

# Never stored: control characters, zero-width and invisible ones, bidi marks, overrides and isolates, surrogates (no
# database takes them), noncharacters, tag characters. ZWJ and ZWNJ stay: emoji and Indic or Persian words need them.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
_BLANK_LETTERS = "\u3164\uffa0\u2800"  # Hangul fillers and the empty Braille cell: "letters" that look like nothing
_TAGS = "\U000e0000-\U000e007f"
_SUSPECT = re.compile(f"[{_INVISIBLE}{_BLANK_LETTERS}{_TAGS}]")
_DROP = re.compile(f"(\U0001f3f4[\U000e0020-\U000e007f]+)|[{_INVISIBLE}{_TAGS}]")  # 🏴 + tags is the flag of a region
_FILL = re.compile(f"[{_BLANK_LETTERS}]")
_JOINERS = "\u200c\u200d"
_LOOSE_JOINER = re.compile(rf"(?:(?<=\s)|(?<=[{_JOINERS}])|^)[{_JOINERS}]+")  # joins nothing: a name that looks empty
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SHORT = 40  # letters up to which texts are remembered: names and places come again and again
_INDENT = re.compile(r"[ \t]*")


def clean(text: str) -> str:
    """One line as it is stored: NFC, nothing invisible, runs of space collapsed to one, no space at the ends.

    Letters, width and case stay as typed. Idempotent.
    """
    if text.isascii():
        if text.isprintable() and "  " not in text:
            return text.strip()
        return " ".join(_DROP.sub("", text).split())
    return _clean_short(text) if len(text) <= _SHORT else _clean_wide(text)


def _clean_wide(text: str) -> str:
    return _trim(_visible(text))


_clean_short = lru_cache(maxsize=32_768)(_clean_wide)


def clean_long(text: str) -> str:
    """Several lines as they are stored: like `clean` for each line, but line ends and indentation stay as typed."""
    if not text:
        return ""
    lines = _LINE_END.sub("\n", _visible(text)).split("\n")
    return "\n".join(map(_trim_line, lines)).strip()


def _visible(text: str) -> str:
    if _SUSPECT.search(text):
        text = _FILL.sub(" ", _DROP.sub(r"\1", text))
    return text


def _trim(text: str) -> str:
    text = " ".join(text.split())
    if "\u200d" in text or "\u200c" in text:
        text = " ".join(_LOOSE_JOINER.sub("", text).split())
    return text if is_normalized("NFC", text) else normalize("NFC", text)


def _trim_line(line: str) -> str:
    body = _trim(line)
    indent = _INDENT.match(line)[0]  # type: ignore[index]  # matches the empty string at least
    return indent + body if body else ""
