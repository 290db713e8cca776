"""The matching form of text: two spellings that a person calls the same fold to the same string.

Case, width (ＡＢＣ, ﾔﾏﾀﾞ), Latin accents, katakana and hiragana, the many hyphens and long-vowel marks, apostrophes,
spaces, variation selectors and the old forms of common kanji in names (邊 邉 辺) make no difference.
Voiced marks do: か and が are different letters. Cyrillic й is not и with an accent, so it stays.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, combining, is_normalized, name, normalize

SORT_KEY_LENGTH = 120
_SHORT = 40
"""Letters up to which texts are remembered: names and places come again and again, in an import many times a second."""

_HYPHENS = "‐‑‒–—―−－﹘﹣⁃˗➖─━"  # people type any of these for a hyphen, and for the long-vowel mark ー
_LONG_VOWEL = re.compile("(?<=[\u3041-\u309fー])-+")
_SPACING_MARKS = str.maketrans({"´": "'", "゛": "\u3099", "゜": "\u309a"})  # NFKC would make a space of each
_LETTERS = {
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ŧ": "t", "ё": "е",
    "’": "'", "‘": "'", "ʼ": "'", "′": "'", "`": "'", "\u3099": "", "\u309a": "",
    "ゕ": "か", "ゖ": "け", "ヷ": "ゔぁ", "ヸ": "ゔぃ", "ヹ": "ゔぇ", "ヺ": "ゔぉ",
}  # fmt: skip
# Old and variant forms of one and the same character, as they occur in names of people, companies and places.
_KANJI = dict(
    zip(
        "髙﨑嵜邊邉齋齊斎澤廣國濱濵德櫻眞惠榮學會圓藏禮靜縣區壽與瀨龍瀧嶋嶌槇栁桒增淸淵萬豐鐵鹽應戶條燒團傳佛假兒關氣實寫釋將澁彌橫黑黃",
        "高崎崎辺辺斉斉斉沢広国浜浜徳桜真恵栄学会円蔵礼静県区寿与瀬竜滝島島槙柳桑増清渕万豊鉄塩応戸条焼団伝仏仮児関気実写釈将渋弥横黒黄",
        strict=True,
    )
)


class _Folded(dict[int, str]):
    """For `str.translate`: the folded form of each character, computed once, when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    if character in _LETTERS:
        return _LETTERS[character]
    if character in _KANJI:
        return _KANJI[character]
    if character in _HYPHENS:
        return "-"
    code = ord(character)
    if 0x30A1 <= code <= 0x30F6 or code in (0x30FD, 0x30FE):  # katakana to hiragana
        return _LETTERS.get(chr(code - 0x60), chr(code - 0x60))
    kind = category(character)
    if 0x300 <= code <= 0x36F or kind in ("Cf", "Cc", "Cs") or _is_selector(code):
        return " " if character.isspace() else ""
    lowered = character.casefold()
    lowered = _LETTERS.get(lowered, lowered)
    if name(character, "").startswith(("LATIN", "GREEK")):
        lowered = "".join(part for part in normalize("NFKD", lowered) if not combining(part))
        return "".join(_LETTERS.get(part, part) for part in lowered.casefold())
    return normalize("NFKC", lowered)


def _is_selector(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


_TABLE = _Folded()


def fold(text: str) -> str:
    """The matching form. Idempotent; "" for text without anything visible."""
    if text.isascii():
        text = text.lower()
        if not text.isprintable() or "`" in text:
            text = text.translate(_TABLE)
        return " ".join(text.split()) if " " in text else text
    if len(text) > _SHORT:
        return _fold_wide(text)
    if " " in text:  # nothing folds across a space, and words come again more often than what they are part of
        return " ".join([folded for word in text.split(" ") if (folded := fold(word))])
    return _fold_short(text)


def _fold_wide(text: str) -> str:
    if not is_normalized("NFKC", text):
        text = normalize("NFKC", text.translate(_SPACING_MARKS))
    text = text.translate(_TABLE)
    if not is_normalized("NFKC", text):
        text = normalize("NFKC", text)
    if "-" in text:
        text = _LONG_VOWEL.sub(lambda run: "ー" * len(run[0]), text)
    return " ".join(text.split())


_fold_short = lru_cache(maxsize=32_768)(_fold_wide)


def sort_key(text: str) -> str:
    """The form to sort by: folded, short enough for an index (at most 120 characters)."""
    return fold(text)[:SORT_KEY_LENGTH]
