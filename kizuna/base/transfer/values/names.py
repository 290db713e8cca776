"""A person's name in one cell, taken apart by the rules of its script."""

from __future__ import annotations

import re

from kizuna.base.types import text

PREFIXES = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "herr", "frau", "mme", "mlle"}
SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "mba"}
PARTICLES = {
    "van", "von", "de", "der", "den", "del", "della", "di", "da", "dos", "du", "la", "le", "al", "el", "bin", "ibn",
    "ter", "ten", "zu", "zur", "vom", "af", "av", "st", "san", "santa", "mac", "o",
}  # fmt: skip
"""Words that begin a family name of several words."""

HONORIFICS = re.compile(r"\s*(?:様|さま|さん|殿|先生|御中|님|씨)$")
_LONG_KOREAN = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "망절", "소봉", "장곡", "강전")


def split(name: str) -> dict[str, str]:
    """The parts of a name, by field: {"family_name": "山本", "given_name": "陽子"}. Parts not found are left out.

    Kanji, kana and hangul put the family name first; a Korean name needs no space, a Japanese one without a space stays
    whole, as the family name. Elsewhere the last word is the family name, with the particles before it, unless a comma
    says otherwise: "Berg, Anna".
    """
    name = text.clean(name)
    script = text.script(name)
    if script in ("ja", "ko", "zh"):
        name = HONORIFICS.sub("", name) or name
        return _found(_eastern(name, script))
    return _found(_western(name))


def split_reading(reading: str) -> dict[str, str]:
    """How a name is spoken, family name first as it is in Japan: "やまもと ようこ"."""
    family, _space, given = text.clean(reading).partition(" ")
    return _found({"family_reading": family, "given_reading": given})


def _found(parts: dict[str, str]) -> dict[str, str]:
    return {name: part for name, part in parts.items() if part}


def _eastern(name: str, script: str) -> dict[str, str]:
    family, _space, given = name.partition(" ")
    if not given and "・" in name:
        given, _dot, family = name.partition("・")  # a foreign name in katakana: given name first
    elif not given and script == "ko" and 2 <= len(name) <= 4:
        length = 2 if len(name) > 2 and name.startswith(_LONG_KOREAN) else 1
        family, given = name[:length], name[length:]
    elif not given and script == "zh" and 2 <= len(name) <= 3:
        family, given = name[:1], name[1:]
    return {"family_name": family, "given_name": given}


def _western(name: str) -> dict[str, str]:
    if "," in name:
        family, _comma, rest = name.partition(",")
        if _bare(rest) in SUFFIXES:
            return _western(family) | {"name_suffix": rest.strip()}
        return _western_given(rest.split()) | {"family_name": family.strip()}
    words = name.split(" ")
    prefix = [words.pop(0)] if len(words) > 1 and _bare(words[0]) in PREFIXES else []
    suffix = [words.pop()] if len(words) > 2 and _bare(words[-1]) in SUFFIXES else []
    if prefix and len(words) == 1:
        return {"family_name": words[0], "name_prefix": prefix[0]}
    start = max(1, len(words) - 1)
    while start > 1 and _bare(words[start - 1]) in PARTICLES:
        start -= 1
    return _western_given(words[:start]) | {
        "family_name": " ".join(words[start:]),
        "name_prefix": " ".join(prefix),
        "name_suffix": " ".join(suffix),
    }


def _western_given(words: list[str]) -> dict[str, str]:
    return {"given_name": " ".join(words[:1]), "middle_name": " ".join(words[1:])}


def _bare(word: str) -> str:
    return text.fold(word).replace(".", "").strip()
