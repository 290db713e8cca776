"""Names are written in the order of their own culture, whoever reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.types.names import PersonName, not_of_somebody

TARO = PersonName(family="田中", given="太郎", family_reading="たなか", given_reading="たろう", culture="ja")
MINSU = PersonName(family="김", given="민수", culture="ko")
XIAOMING = PersonName(family="王", given="小明", culture="zh")
ADA = PersonName(family="Lovelace", given="Ada", prefix="Lady", culture="en")
BELA = PersonName(family="Bartók", given="Béla", culture="hu")
TARO_IN_LATIN = PersonName(family="Tanaka", given="Taro", culture="ja")
IVAN = PersonName(family="Петров", given="Иван", middle="Ильич")
MARTIN = PersonName(family="King", given="Martin", middle="Luther", suffix="Jr.")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (TARO, "田中 太郎"),
        (MINSU, "김민수"),
        (XIAOMING, "王小明"),
        (ADA, "Ada Lovelace"),
        (BELA, "Béla Bartók"),
        (TARO_IN_LATIN, "Taro Tanaka"),
        (IVAN, "Иван Ильич Петров"),
        (MARTIN, "Martin Luther King Jr."),
        (PersonName(family="アンダーソン", given="ジョン"), "アンダーソン ジョン"),
        (PersonName(family="김", given="John"), "김 John"),
        (PersonName(given="Madonna"), "Madonna"),
        (PersonName(family="田中"), "田中"),
        (PersonName(), ""),
    ],
)
def test_a_name_in_one_line(name: PersonName, shown: str) -> None:
    assert name.display() == shown
    assert str(name) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (TARO, "田中 太郎"),
        (ADA, "Lovelace Ada"),
        (BELA, "Bartók Béla"),
        (TARO_IN_LATIN, "Tanaka Taro"),
        (MARTIN, "King Martin Luther Jr."),
    ],
)
def test_a_reader_who_wants_the_family_name_first(name: PersonName, shown: str) -> None:
    assert name.display("family_first") == shown


@pytest.mark.parametrize("name", [TARO, MINSU, XIAOMING])
def test_nobody_can_turn_an_east_asian_name_round(name: PersonName) -> None:
    assert name.display("given_first") == name.display()


def test_the_reading_stands_in_the_order_of_the_name() -> None:
    assert TARO.reading == "たなか たろう"
    assert ADA.reading == ""
    john = PersonName(family="Smith", given="John", family_reading="スミス", given_reading="ジョン")
    assert john.reading == "ジョン スミス"


def test_names_sort_by_their_reading() -> None:
    assert TARO.sort_key == "たなか たろう"
    assert ADA.sort_key == "lovelace ada"
    assert PersonName(family="山田", given="花子", family_reading="ﾔﾏﾀﾞ").sort_key == "やまだ 花子"
    assert PersonName(given="Madonna").sort_key == "madonna"


@pytest.mark.parametrize(
    ("name", "language", "word"),
    [
        (TARO, "en", "様"),
        (TARO_IN_LATIN, "en", "様"),
        (MINSU, "ja", "님"),
        (ADA, "ja", "Lady"),
        (PersonName(family="김", given="민수"), "en", "님"),
        (PersonName(family="Doe", given="Jo"), "ja", "様"),
        (PersonName(family="Doe", given="Jo"), "en", ""),
    ],
)
def test_the_honorific_is_that_of_the_person(name: PersonName, language: str, word: str) -> None:
    assert name.honorific(language) == word


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        (TARO, "ja"),
        (PersonName(family="田中", given="太郎"), "ja"),
        (PersonName(family="ヤマダ", culture="zh"), "ja"),
        (MINSU, "ko"),
        (PersonName(family="김", culture="en"), "ko"),
        (PersonName(family="金", given="民秀", culture="ko"), "ko"),
        (XIAOMING, "zh"),
        (PersonName(family="王", culture="zh-TW"), "zh-TW"),
        (ADA, "en"),
        (PersonName(family="Doe"), ""),
    ],
)
def test_the_language_tag_gives_kanji_their_right_glyphs(name: PersonName, tag: str) -> None:
    assert name.lang == tag


@pytest.mark.parametrize(
    ("name", "letters"), [(TARO, "田"), (MINSU, "김"), (ADA, "AL"), (MARTIN, "MK"), (IVAN, "ИП"), (PersonName(), "")]
)
def test_initials(name: PersonName, letters: str) -> None:
    assert name.initials == letters


def test_readings_stand_above_the_parts_they_belong_to() -> None:
    assert TARO.ruby() == [("田中", "たなか"), ("太郎", "たろう")]
    assert PersonName(family="田中").ruby() == [("田中", "")]
    assert ADA.ruby() == [("Ada Lovelace", "")]


@given(
    st.builds(PersonName, family=st.text(max_size=8), given=st.text(max_size=8), culture=st.sampled_from(["", "ko"]))
)
def test_no_part_of_a_name_is_ever_lost(name: PersonName) -> None:
    for order in ("auto", "family_first", "given_first"):
        shown = name.display(order)
        assert name.family in shown
        assert name.given in shown


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("さんが追加しました", "が追加しました"),
        (" 님이 추가했습니다", "가 추가했습니다"),
        (" added this", " added this"),
    ],
)
def test_kizuna_itself_gets_no_honorific(after, expected) -> None:
    assert not_of_somebody(after) == expected
