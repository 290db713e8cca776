import pytest

from kizuna.base.search.romaji import kana


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("yamada", "やまだ"), ("tanaka", "たなか"), ("shinji", "しんじ"), ("sinzi", "しんじ"), ("chiyo", "ちよ"),
        ("tsutomu", "つとむ"), ("tutomu", "つとむ"), ("fujii", "ふじい"), ("kyoko", "きょこ"), ("ryouta", "りょうた"),
        ("hattori", "はっとり"), ("matcha", "まっちゃ"), ("kenichi", "けにち"), ("ken'ichi", "けんいち"),
        ("namba", "なんば"), ("honda", "ほんだ"), ("jun", "じゅん"), ("zyun", "じゅん"), ("wakana", "わかな"),
        ("shacho", "しゃちょ"),
    ],
)  # fmt: skip
def test_latin_letters_stand_for_kana(typed: str, meant: str) -> None:
    assert meant in kana(typed)


def test_a_half_typed_syllable_may_become_any_of_its_row() -> None:
    assert set(kana("yam")) == {"やま", "やみ", "やむ", "やめ", "やも"}
    assert set(kana("tan")) == {"たな", "たに", "たぬ", "たね", "たの", "たん"}
    assert "おし" in kana("osh")
    assert "きょ" not in kana("ky")
    assert "き" in kana("ky")


@pytest.mark.parametrize("typed", ["", "y", "smith", "xyz", "müller", "山", "yama2", "q"])
def test_what_is_no_japanese_stands_for_nothing(typed: str) -> None:
    assert kana(typed) == ()
