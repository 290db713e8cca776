import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.types import text


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("タナカ", "tanaka"),
        ("ﾀﾛｳ", "taro"),
        ("さとう", "sato"),
        ("おおの", "ono"),
        ("しょうへい", "shohei"),
        ("きょうこ", "kyoko"),
        ("ジュンイチ", "junichi"),
        ("はっとり", "hattori"),
        ("しんいち", "shinichi"),
        ("マリー", "mari"),
    ],
)
def test_kana_are_written_as_people_write_them_abroad(kana: str, latin: str) -> None:
    assert text.romanised(kana) == latin


@pytest.mark.parametrize(("hangul", "latin"), [("민수", "minsu"), ("지영", "jiyeong"), ("현우", "hyeonu")])
def test_hangul_follow_the_revised_romanisation(hangul: str, latin: str) -> None:
    assert text.romanised(hangul) == latin


def test_a_korean_family_name_is_written_as_its_bearers_do() -> None:
    assert text.romanised("김", is_family=True) == "kim"
    assert text.romanised("박", is_family=True) == "park"


def test_kanji_have_no_sound_of_their_own() -> None:
    assert text.romanised("田中") == ""


def test_latin_letters_stay() -> None:
    assert text.romanised("Zoë") == "zoe"


@given(st.text(max_size=30))
def test_whatever_it_is_the_answer_is_latin_or_nothing(anything: str) -> None:
    assert text.romanised(anything).isascii()
