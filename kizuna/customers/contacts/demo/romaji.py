"""Kana in Latin letters, as people spell their names in e-mail addresses: おおの is ono, しょうた is shota."""

from __future__ import annotations

_PAIRS = {
    "きゃ": "kya", "きゅ": "kyu", "きょ": "kyo", "しゃ": "sha", "しゅ": "shu", "しょ": "sho", "ちゃ": "cha",
    "ちゅ": "chu", "ちょ": "cho", "にゃ": "nya", "にゅ": "nyu", "にょ": "nyo", "ひゃ": "hya", "ひゅ": "hyu",
    "ひょ": "hyo", "みゃ": "mya", "みゅ": "myu", "みょ": "myo", "りゃ": "rya", "りゅ": "ryu", "りょ": "ryo",
    "ぎゃ": "gya", "ぎゅ": "gyu", "ぎょ": "gyo", "じゃ": "ja", "じゅ": "ju", "じょ": "jo", "びゃ": "bya",
    "びゅ": "byu", "びょ": "byo",
}  # fmt: skip
_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの", "h": "はひふへほ",
    "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ", "d": "だぢづでど", "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}  # fmt: skip
_SINGLES = {kana: head + vowel for head, kanas in _ROWS.items() for kana, vowel in zip(kanas, "aiueo", strict=True)} | {
    "し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu", "や": "ya", "ゆ": "yu",
    "よ": "yo", "わ": "wa", "を": "o", "ん": "n", "ー": "",
}  # fmt: skip


def romanise(kana: str) -> str:
    """Hepburn without marks for long vowels."""
    out, at = "", 0
    while at < len(kana):
        pair = kana[at : at + 2]
        if kana[at] == "っ":
            doubled = _PAIRS.get(kana[at + 1 : at + 3]) or _SINGLES.get(kana[at + 1 : at + 2], "")
            out += "t" if doubled.startswith("ch") else doubled[:1]
            at += 1
        elif pair in _PAIRS:
            out += _PAIRS[pair]
            at += 2
        else:
            out += _SINGLES.get(kana[at], "")
            at += 1
    return out.replace("ou", "o").replace("oo", "o").replace("uu", "u")
