"""Text as a reader sees it: what script it is in, how to shorten it, which letters stand for it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import islice

import regex  # type: ignore[import-untyped]

from kizuna.base.types.text.cleaning import clean

_GRAPHEME = regex.compile(r"\X")
_FIRST_LETTER = regex.compile(r"(?=[\p{L}\p{N}\p{Emoji_Presentation}])\X")
_KANA_OR_HANGUL = re.compile("([\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f])|([가-힣\u1100-\u11ff\u3131-\u318e])")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005\u3007\U00020000-\U000323af]")
_SHORT = 40  # letters up to which texts are remembered: a name is asked for its script several times
_OUTSIDE_CP932 = "𠮷"  # in Japanese family names all the same
_LEGAL_FORM = re.compile(
    r"^(?:株式会社|有限会社|合同会社|合名会社|合資会社|一般社団法人|一般財団法人|医療法人|学校法人|社会福祉法人"
    r"|[(（]株[)）]|㈱|[(（]有[)）]|㈲|주식회사|유한회사|[(（]주[)）]|㈜)\s*"
)


def script(text: str) -> str:
    """ "latin", "ja", "ko", "zh" or "other" (other letters, or none). One kana or hangul letter decides.

    Kanji alone are taken for Japanese unless one of them is not used in Japan (习, 黃).
    """
    return _script(text) if len(text) <= _SHORT else _script.__wrapped__(text)


@lru_cache(maxsize=16_384)
def _script(text: str) -> str:
    if not text.isascii():
        found = _KANA_OR_HANGUL.search(text)
        if found:
            return "ja" if found[1] else "ko"
        han = "".join(_HAN.findall(text))
        if han:
            return "ja" if _is_used_in_japan(han) else "zh"
    for letter in text:
        if letter.isalpha():
            return "latin" if letter.isascii() or "LATIN" in unicodedata.name(letter, "") else "other"
    return "other"


def _is_used_in_japan(han: str) -> bool:
    try:
        han.replace(_OUTSIDE_CP932, "").encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def truncate(text: str, length: int) -> str:
    """At most `length` graphemes (what a reader counts as letters; an emoji family is one), the last one "…"."""
    if len(text) <= length:
        return text
    if text.isascii():
        return text[: length - 1].rstrip() + "…"
    starts = [grapheme.start() for grapheme in islice(_GRAPHEME.finditer(text), length + 1)]
    return text if len(starts) <= length else text[: starts[length - 1]].rstrip() + "…"


def initials(text: str) -> str:
    """One or two letters for a round avatar: AL for Ada Lovelace, 田 for 株式会社田中商事, 김 for 김민수. None for what
    is rather a number than a name: the 1 of 1000042, or the Q of Q-2026-0007, tells nothing."""
    text = _LEGAL_FORM.sub("", clean(text)) or text
    words = [word[0] for word in map(_FIRST_LETTER.search, text.split()) if word]
    if not words or sum(map(str.isdigit, text)) > sum(map(str.isalpha, text)):
        return ""
    if script(text) in ("ja", "ko", "zh"):
        return words[0]
    letters = words if len(words) == 1 else [words[0], words[-1]]
    return "".join(letter.upper() if len(letter.upper()) == 1 else letter for letter in letters)
