"""Japanese typed in Latin letters: yama is やま, so that a reader without a Japanese keyboard finds 山田 too."""

from __future__ import annotations

from functools import lru_cache

_VOWELS = "aiueo"
_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの", "h": "はひふへほ",
    "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ", "d": "だぢづでど", "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}  # fmt: skip
_SMALL = dict(zip("auo", "ゃゅょ", strict=True))
_CONTRACTED = {
    "ky": "き", "sy": "し", "sh": "し", "ty": "ち", "ch": "ち", "cy": "ち", "ny": "に", "hy": "ひ", "my": "み",
    "ry": "り", "gy": "ぎ", "zy": "じ", "jy": "じ", "j": "じ", "dy": "ぢ", "by": "び", "py": "ぴ",
}  # fmt: skip
_SYLLABLES = {
    "ya": "や", "yu": "ゆ", "yo": "よ", "wa": "わ", "wo": "を", "fu": "ふ", "tsu": "つ", "shi": "し", "chi": "ち",
    "ji": "じ", "nn": "ん", "n'": "ん", "fa": "ふぁ", "fi": "ふぃ", "fe": "ふぇ", "fo": "ふぉ", "vu": "ゔ",
    "she": "しぇ", "che": "ちぇ", "je": "じぇ", "-": "ー",
}  # fmt: skip
_SYLLABLES |= {row + vowel: kana for row, line in _ROWS.items() for vowel, kana in zip(_VOWELS, line, strict=True)}
_SYLLABLES |= {row + vowel: kana + _SMALL[vowel] for row, kana in _CONTRACTED.items() for vowel in _SMALL}
_HALF_TYPED = {
    start: tuple(dict.fromkeys(kana[0] for syllable, kana in _SYLLABLES.items() if syllable.startswith(start)))
    for start in {syllable[:length] for syllable in _SYLLABLES for length in (1, 2) if length < len(syllable)}
}
"""What a last consonant may become: k is か, き, く, け or こ."""


@lru_cache(maxsize=1000)
def kana(word: str) -> tuple[str, ...]:
    """The hiragana that a word in small Latin letters may stand for; several if its last syllable is half typed.

    Empty where it is no Japanese, and for a single letter, which may be anything. Long vowels are taken as typed.
    """
    if len(word) < 2 or not word.isascii():
        return ()
    done, place = "", 0
    while place < len(word):
        rest = word[place:]
        size = next((size for size in (3, 2, 1) if rest[:size] in _SYLLABLES and len(rest) >= size), 0)
        if size:
            done, place = done + _SYLLABLES[rest[:size]], place + size
        elif rest in _HALF_TYPED:
            return tuple(done + last for last in (*_HALF_TYPED[rest], *(("ん",) if rest == "n" else ())))
        elif len(rest) > 1 and (rest[0] == rest[1] or rest[:3] == "tch"):
            done, place = done + "っ", place + 1
        elif rest[0] in "nm":  # ん before a consonant; m as in Namba
            done, place = done + "ん", place + 1
        else:
            return ()
    return (done,)
