"""Kana and hangul in Latin letters, for holding a name against one that is written in another script.

Not for reading: long vowels are short (Satō, Satou and Sato are one), and Korean family names are written as people
write them (김 is kim), not as the rules would (gim). Sources: the Hepburn system; the Revised Romanization of Korean,
Ministry of Culture and Tourism of the Republic of Korea, 2000.
"""

from __future__ import annotations

import re

from kizuna.base.types.text.folding import fold

_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの", "h": "はひふへほ",
    "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ", "d": "だぢづでど", "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}  # fmt: skip
_KANA = {kana: start + vowel for start, row in _ROWS.items() for kana, vowel in zip(row, "aiueo", strict=True)} | {
    "し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu", "や": "ya", "ゆ": "yu",
    "よ": "yo", "わ": "wa", "ゐ": "i", "ゑ": "e", "を": "o", "ん": "n", "ゔ": "vu", "ー": "", "・": " ",
    "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o", "ゃ": "ya", "ゅ": "yu", "ょ": "yo", "ゎ": "wa",
}  # fmt: skip
_DOUBLED = re.compile("っ+([a-z])")
_LONG = re.compile("ou|oo|uu")

_INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu",
    "ui", "i",
)  # fmt: skip
_FINALS = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t",
    "t", "k", "t", "p", "t",
)  # fmt: skip
_FAMILY = {"김": "kim", "이": "lee", "박": "park", "최": "choi", "정": "jung", "강": "kang", "조": "cho", "윤": "yoon",
           "장": "jang", "임": "lim", "신": "shin", "권": "kwon", "황": "hwang", "안": "ahn", "송": "song", "류": "ryu",
           "유": "yoo", "전": "jeon", "고": "ko", "문": "moon", "손": "son", "배": "bae", "백": "baek", "허": "heo",
           "노": "noh", "오": "oh", "우": "woo", "구": "koo"}  # fmt: skip


def romanised(text: str, *, is_family: bool = False) -> str:
    """`text` in Latin letters, folded; "" where it holds others than kana, hangul and Latin ones (kanji have no sound
    of their own). A Korean family name is written as its bearers do."""
    folded = fold(text)
    if is_family and folded in _FAMILY:
        return _FAMILY[folded]
    latin = _from_kana("".join(_syllable(letter) for letter in folded))
    return latin if latin.isascii() else ""


def _syllable(letter: str) -> str:
    place = ord(letter) - 0xAC00
    if not 0 <= place < 11172:
        return letter
    return _INITIALS[place // 588] + _VOWELS[place % 588 // 28] + _FINALS[place % 28]


def _from_kana(text: str) -> str:
    if text.isascii():
        return text
    parts: list[str] = []
    for letter in text:
        if letter in "ゃゅょ" and parts and len(parts[-1]) > 1 and parts[-1].endswith("i"):
            start = parts[-1][:-1]
            vowel = _KANA[letter][1:] if start in ("sh", "ch", "j") else _KANA[letter]
            parts[-1] = start + vowel
        else:
            parts.append(_KANA.get(letter, letter))
    return _LONG.sub(lambda found: found[0][0], _DOUBLED.sub(r"\1\1", "".join(parts)))
