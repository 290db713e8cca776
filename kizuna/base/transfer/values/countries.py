"""Which country a row is from where it does not say so: by the letters of a name or an address, else the file's."""

from __future__ import annotations

import re

from kizuna.base.types import text

_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_HANGUL = re.compile("[가-힣\u1100-\u11ff\u3131-\u318e]")
_BY_SCRIPT = {"ja": "JP", "ko": "KR"}
_WITH_HAN = {"CN", "HK", "JP", "KR", "MO", "SG", "TW"}


def country_of(words: str, usual: str) -> str:
    """ISO code: Korea for hangul, Japan for kana, and for Chinese characters where the `usual` country has none."""
    if words.isascii() or (usual == "JP" and not _HANGUL.search(words)):
        return usual  # as most rows do: this runs several times for each
    script = text.script(words)
    if script == "ja" and usual in _WITH_HAN and not _KANA.search(words):
        return usual
    return _BY_SCRIPT.get(script, usual)
