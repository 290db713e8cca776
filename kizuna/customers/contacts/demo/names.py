"""Names as they are given: with the right reading, and to people of the right age."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from unicodedata import normalize

from kizuna.customers.contacts.demo.draw import Draw, Table, table
from kizuna.customers.contacts.demo.romaji import romanise

EUROPEAN_GUESTS = {"tr": 0.04, "vi": 0.02, "zh": 0.02, "pl": 0.03, "en": 0.04}
"""Share of people in a European town whose name comes from elsewhere."""


@dataclass(frozen=True)
class Name:
    """The parts of a name as Kizuna stores them; `latin` is how its owner writes an e-mail address."""

    family: str
    given: str
    family_reading: str
    given_reading: str
    culture: str
    gender: str
    latin: tuple[str, str]

    def values(self) -> dict[str, str]:
        return {
            "family_name": self.family,
            "given_name": self.given,
            "family_reading": self.family_reading,
            "given_reading": self.given_reading,
            "culture": self.culture,
        }


def gender_of(draw: Draw) -> str:
    return "female" if draw.maybe(0.58) else "male"


def japanese(draw: Draw, born: int, gender: str = "", family: dict[str, str] | None = None) -> Name:
    """A name for somebody born in that year; `family` is a row of the table when the family is known."""
    gender = gender or gender_of(draw)
    first = _given("ja_given", gender, born, draw)
    last = family or draw.row(table("ja_family"))
    latin = (romanise(last["reading"]), romanise(first["reading"]))
    return Name(last["name"], first["name"], last["reading"], first["reading"], "ja", gender, latin)


def korean(draw: Draw, born: int, gender: str = "", family: dict[str, str] | None = None) -> Name:
    gender = gender or gender_of(draw)
    first = _given("ko_given", gender, born, draw)
    last = family or draw.row(table("ko_family"))
    latin = (last["reading"].lower(), first["reading"].lower())
    return Name(last["name"], first["name"], last["reading"], first["reading"], "ko", gender, latin)


def european(draw: Draw, culture: str, gender: str = "", family: str = "") -> Name:
    """A name of the country's language, or now and then of a guest's."""
    gender = gender or gender_of(draw)
    if not family and draw.maybe(sum(EUROPEAN_GUESTS.values())):
        culture = draw.one_of(EUROPEAN_GUESTS)
    first, last = draw.choice(_pool(culture, gender)), family or draw.choice(_pool(culture, "family"))
    latin = (ascii_of(last), ascii_of(first))
    return Name(last, first, "", "", culture, gender, latin)


def family_name(draw: Draw, culture: str) -> str:
    return draw.choice(_pool(culture, "family"))


def ascii_of(name: str) -> str:
    """A name as it stands in e-mail addresses: "Müller" is mueller, "de Vries" devries, 王 by its sound."""
    spelled = normalize("NFD", name.lower().translate(_SPELLED))
    return "".join(letter for letter in spelled if letter.isascii() and letter.isalpha())


_SPELLED = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "æ": "ae", "ø": "oe", "ł": "l", "đ": "d", "ı": "i",
        "王": "wang", "李": "li", "张": "zhang", "刘": "liu", "陳": "chen", "楊": "yang", "黃": "huang", "吳": "wu",
        "林": "lin", "周": "zhou", "芳": "fang", "敏": "min", "静": "jing", "丽": "li", "雅": "ya", "婷": "ting",
        "佳": "jia", "怡": "yi", "淑": "shu", "芬": "fen", "思": "si", "妤": "yu", "伟": "wei", "强": "qiang",
        "磊": "lei", "俊": "jun", "杰": "jie", "建": "jian", "国": "guo", "志": "zhi", "明": "ming", "冠": "guan",
        "宇": "yu", "浩": "hao", "然": "ran",
    }
)  # fmt: skip


@cache
def _pool(culture: str, kind: str) -> tuple[str, ...]:
    return tuple(table("european_names").where(culture=culture, kind=kind).rows[0]["names"].split("|"))


def _given(name: str, gender: str, born: int, draw: Draw) -> dict[str, str]:
    return draw.row(_of_their_time(name, gender, born - born % 3))


@cache
def _of_their_time(name: str, gender: str, born: int) -> Table:
    fitting = table(name).where(gender=gender).rows
    return Table([row for row in fitting if int(row["born_from"]) - 2 <= born <= int(row["born_to"])] or fitting)
