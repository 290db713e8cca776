"""Names of people: parts as typed, put together in the order of their own script and culture."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.base.types import text

# Word after the name in the person's own culture; elsewhere the person's prefix ("Dr.") is the honorific.
_HONORIFICS = {"ja": "様", "ko": "님"}
_OF_SOMEBODY = {"さん": "", " 님이": "가", " 님": ""}
"""What sentences have after the name of whoever did something, and what they have after Kizuna's."""
_FAMILY_FIRST_SCRIPTS = ("ja", "ko", "zh")
_JOINED = ("ko", "zh")  # no space between family and given name


@dataclass(frozen=True, slots=True)
class PersonName:
    """Every part may be "". `culture` is a language tag: the one the person grew up with ("ja", "ko", "zh-TW", "en").

    `family_reading` and `given_reading` say how the name is spoken (kana, or Latin letters): it is sorted by them.
    """

    family: str = ""
    given: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""
    family_reading: str = ""
    given_reading: str = ""
    culture: str = ""

    def display(self, order: str = "auto") -> str:
        """The name in one line, "" if there is none. `order` is the reader's: auto, family_first or given_first.

        Names in kanji, kana or hangul are family name first whatever the reader prefers (田中 太郎, 김민수, 王小明);
        all others given name first unless `order` is family_first. The prefix is not part of it, the suffix is.
        """
        return self._in_order(order, self._script_language)

    def _in_order(self, order: str, language: str) -> str:
        """`display`, where the language of the script is known."""
        family, given = self.family, self.given
        if language in _FAMILY_FIRST_SCRIPTS:
            name = _joined(family, given, self.middle) if language in _JOINED else _spaced(family, given, self.middle)
        elif order == "family_first":
            name = _spaced(family, given, self.middle)
        else:
            name = _spaced(given, self.middle, family)
        return _spaced(name, self.suffix)

    __str__ = display

    @property
    def reading(self) -> str:
        """How the name is spoken, in the order in which it is shown by default; "" if unknown."""
        return self._spoken(self._script_language)

    def _spoken(self, language: str) -> str:
        if language in _FAMILY_FIRST_SCRIPTS:
            return _spaced(self.family_reading, self.given_reading)
        return _spaced(self.given_reading, self.family_reading)

    @property
    def forms(self) -> tuple[str, ...]:
        """The ways in which people write the name: in both orders, spoken, and in one word where no space is needed."""
        language = self._script_language
        shown = self._in_order("auto", language)
        if language in _FAMILY_FIRST_SCRIPTS:
            return shown, self._spoken(language), shown.replace(" ", "")
        return shown, self._in_order("family_first", language), self._spoken(language)

    @property
    def sort_key(self) -> str:
        """Family name first, by the reading of each part where there is one; hangul needs none, and sorts as 가나다."""
        family = self.family_reading or self.family
        if self.family_reading and self._script_language == "ko":
            return text.sort_key(f"{self.family} {self.given} {self.middle}")
        return text.sort_key(f"{family} {self.given_reading or self.given} {self.middle}")

    def honorific(self, language: str = "") -> str:
        """様, 님 or the prefix ("Dr."), by the person's culture; by `language` (of the letter) if it is unknown."""
        culture = _primary(self.culture or self.lang or language)
        return _HONORIFICS.get(culture, self.prefix)

    @property
    def lang(self) -> str:
        """Language tag for the HTML `lang` attribute, so that kanji get the right glyphs; "" if unknown."""
        language = self._script_language
        if _primary(self.culture) == language:
            return self.culture
        return language if language in _FAMILY_FIRST_SCRIPTS else self.culture

    def ruby(self) -> list[tuple[str, str]]:
        """(written, reading) per part in the order shown, for readings above the name; readings may be ""."""
        parts = [(self.family, self.family_reading), (self.given, self.given_reading)]
        if self._script_language in _JOINED:  # 김경수 is written without a gap
            return [(self.display(), self.reading)] if self.display() else []
        if self.display() and not self.display().startswith(self.family or self.given):
            return [(self.display(), self.reading)]
        return [part for part in parts if part[0]]

    @property
    def initials(self) -> str:
        """For an avatar: AL for Ada Lovelace, 田 for 田中 太郎."""
        return text.initials(self.display() if not self.suffix else self._without_suffix.display())

    @property
    def _without_suffix(self) -> PersonName:
        return PersonName(family=self.family, given=self.given, middle=self.middle, culture=self.culture)

    @property
    def _script_language(self) -> str:
        """The script of the name; kanji alone are Chinese or Korean if the culture says so."""
        name = self.family + self.given + self.middle
        script = text.script(name)
        culture = _primary(self.culture)
        if script in ("ja", "zh") and culture in _FAMILY_FIRST_SCRIPTS and not _has_kana(name):
            return culture
        return script


def _primary(tag: str) -> str:
    """The language of a tag: zh-TW → zh."""
    return tag.partition("-")[0].lower()


def _has_kana(name: str) -> bool:
    return any("\u3041" <= letter <= "\u30ff" and letter != "・" for letter in name)


def _spaced(*parts: str) -> str:
    return " ".join([part for part in parts if part])


def _joined(*parts: str) -> str:
    """Without space where two letters of an East Asian script meet (김민수), with one elsewhere (김 John)."""
    name = ""
    for part in filter(None, parts):
        name = f"{name} {part}" if name and (name[-1].isascii() or part[0].isascii()) else name + part
    return name


def folded(*forms: str) -> str:
    """Several ways to write one name, folded, a line each with line ends all around; "" for none.

    Stored in a `FoldedNamesField`, it answers "contains", "starts with" and "is" without regard to case, width,
    accents or kana form, each by one substring search.
    """
    lines = dict.fromkeys([text.fold(form) for form in dict.fromkeys(forms) if form])
    found = [line for line in lines if line]
    return "\n" + "\n".join(found) + "\n" if found else ""


def not_of_somebody(words: str) -> str:
    """What follows a name, without the honorific at its beginning: Kizuna did it, whom nobody calls さん or 님."""
    for honorific, instead in _OF_SOMEBODY.items():
        if words.startswith(honorific):
            return instead + words.removeprefix(honorific)
    return words
