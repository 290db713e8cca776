"""A name in one cell is taken apart the way people of its language write it."""

import pytest

from kizuna.base.transfer.values.names import split, split_reading

NAMES = {
    "山本 陽子": ("山本", "陽子"),
    "山本　陽子 様": ("山本", "陽子"),
    "山本陽子": ("山本陽子", ""),
    "サラ・コナー": ("コナー", "サラ"),
    "김민수": ("김", "민수"),
    "남궁민수": ("남궁", "민수"),
    "김민수 님": ("김", "민수"),
    "王小明": ("王小明", ""),
    "习近平": ("习", "近平"),
    "Amelia Hartmann": ("Hartmann", "Amelia"),
    "Hartmann, Amelia": ("Hartmann", "Amelia"),
    "Ludwig van Beethoven": ("van Beethoven", "Ludwig"),
    "Maria de la Cruz": ("de la Cruz", "Maria"),
    "Mr. Smith": ("Smith", ""),
    "Prince": ("", "Prince"),
    "": ("", ""),
}


@pytest.mark.parametrize(("name", "parts"), NAMES.items())
def test_family_and_given_name(name: str, parts: tuple[str, str]) -> None:
    found = split(name)
    assert (found.get("family_name", ""), found.get("given_name", "")) == parts


def test_titles_middle_names_and_suffixes_have_their_own_places() -> None:
    assert split("Dr. Martin Luther King, Jr.") == {
        "name_prefix": "Dr.",
        "given_name": "Martin",
        "middle_name": "Luther",
        "family_name": "King",
        "name_suffix": "Jr.",
    }


def test_a_reading_has_the_family_name_first() -> None:
    assert split_reading("ヤマモト ヨウコ") == {"family_reading": "ヤマモト", "given_reading": "ヨウコ"}
