"""Text is stored as typed without what nobody can see, and matched the way people mean it."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kizuna.base.types import text
from kizuna.base.types.text.folding import _fold_wide

FAMILY = "👨‍👩‍👧"
ANY_TEXT = st.text(max_size=60)
TRICKY = st.text(alphabet=st.sampled_from("aA ­​‌‍゙ーｰ-−カかｶﾞ゛́İıßſǰΐﬀ각각́ㄱ\u3000\u2000\r\n\t\x00\ufeff辻󠄀'’´"), max_size=12)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("田中　太郎", "田中 太郎"),
        ("ﾔﾏﾀﾞ", "ﾔﾏﾀﾞ"),
        ("Ada\x00\x07Lovelace", "AdaLovelace"),
        ("Ada\r\nLovelace\t", "Ada Lovelace"),
        ("\ufeffAda​ \u202eLovelace\u2066", "Ada Lovelace"),
        ("e\u0301", "é"),
        (FAMILY, FAMILY),
        ("می‌خواهم", "می‌خواهم"),
        ("\u200d", ""),
        ("\u3164", ""),
        ("a \u200d b", "a b"),
        ("\ud800Ada", "Ada"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿 Ada󠁁", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 Ada"),
        ("", ""),
    ],
)
def test_text_is_stored_without_what_nobody_can_see(typed: str, stored: str) -> None:
    assert text.clean(typed) == stored


@given(ANY_TEXT | TRICKY)
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    once = text.clean(typed)
    assert text.clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()


@given(ANY_TEXT | TRICKY)
@example("\n  a\n\n b ")
def test_long_text_keeps_its_lines(typed: str) -> None:
    once = text.clean_long(typed)
    assert text.clean_long(once) == once
    assert "\r" not in once
    assert text.clean(once) == text.clean(typed)


def test_a_note_keeps_lines_and_indentation_and_loses_the_rest() -> None:
    assert text.clean_long("Dear  Ada,\r\n\r\n  1. tea \x00\n  2. cake\u2028\n\n") == "Dear Ada,\n\n  1. tea\n  2. cake"


@pytest.mark.parametrize(
    "same",
    [
        ["ﾔﾏﾀﾞ", "ヤマダ", "やまだ", "ヤマタ\u3099", "ヤマタ゛"],
        ["サーバー", "ｻｰﾊﾞｰ", "サ－バ－", "サ−バ‐", "サ-バ-", "さーばー"],
        ["İstanbul", "istanbul", "ISTANBUL", "Istanbul", "ıstanbul"],
        ["straße", "STRASSE", "Strasse", "ﬆraße"],
        ["Müller", "MULLER", "mu\u0308ller"],
        ["Łódź", "lodz"],
        ["Nguyễn", "nguyen"],
        ["Ærø", "aero"],
        ["Αθήνας", "ΑΘΗΝΑΣ"],
        ["ＡＢＣ　１２３", "abc 123", " Abc   123"],
        ["03−1234", "03-1234", "03–1234", "０３－１２３４"],
        ["O’Brien", "o'brien", "O`Brien", "O´Brien"],
        ["渡邉", "渡邊", "渡辺"],
        ["髙橋", "高橋"],
        ["辻󠄀", "辻"],
        ["株式會社", "株式会社"],
        ["㈱山田", "（株）山田", "(株)山田"],
        ["関ヶ原", "関ケ原"],
        ["김\u200b민수", "김민수", unicodedata.normalize("NFD", "김민수")],
        ["Ёлкин", "елкин"],
    ],
)
def test_spellings_that_people_call_the_same_fold_the_same(same: list[str]) -> None:
    assert len({text.fold(spelling) for spelling in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("かき", "がき"), ("й", "и"), ("ビル", "ビール"), ("は", "ぱ"), ("山田", "山口")]
)
def test_different_letters_stay_different(one: str, other: str) -> None:
    assert text.fold(one) != text.fold(other)


@given(ANY_TEXT | TRICKY | st.text(alphabet=st.characters(max_codepoint=0x3400), max_size=8))
@example("か--")
@example("ᄀ\u0301ᅡ")
def test_folding_twice_is_folding_once(typed: str) -> None:
    once = text.fold(typed)
    assert text.fold(once) == once


@given(st.lists(TRICKY | st.text(max_size=8), max_size=5))
@example(["ｶ", "ﾞ", "ー"])
@example(["か", "-", "´", "\u0591a"])
def test_words_fold_alone_as_they_fold_together(words: list[str]) -> None:
    """So a name that was never met costs no more than its words, which were."""
    typed = " ".join(words)
    assert text.fold(typed) == _fold_wide(typed)


def test_every_letter_can_be_folded_and_cleaned() -> None:
    for code in (*range(0x3400), *range(0xA000, 0xAC00), *range(0xD7A0, 0x11000), *range(0x1D000, 0x1F300)):
        folded = text.fold(chr(code))
        assert text.fold(folded) == folded, hex(code)
        stored = text.clean(chr(code))
        assert text.clean(stored) == stored, hex(code)


def test_a_sort_key_fits_into_its_column() -> None:
    assert text.sort_key("ヤマダ タロウ") == "やまだ たろう"
    assert len(text.sort_key("Ærø" * 100)) == text.SORT_KEY_LENGTH


@pytest.mark.parametrize(
    ("written", "script"),
    [
        ("Ada Lovelace", "latin"),
        ("Łódź", "latin"),
        ("田中 太郎", "ja"),
        ("佐々木", "ja"),
        ("𠮷田", "ja"),
        ("ヤマダ", "ja"),
        ("ﾔﾏﾀﾞ", "ja"),
        ("Tanaka 太郎", "ja"),
        ("김민수", "ko"),
        ("주식회사 ABC", "ko"),
        ("习近平", "zh"),
        ("Иван", "other"),
        ("12", "other"),
        ("", "other"),
    ],
)
def test_the_script_of_a_name(written: str, script: str) -> None:
    assert text.script(written) == script


@pytest.mark.parametrize(
    ("written", "length", "shown"),
    [
        ("hello", 5, "hello"),
        ("hello world", 6, "hello…"),
        (FAMILY * 3, 3, FAMILY * 3),
        (FAMILY * 3, 2, FAMILY + "…"),
        ("🇯🇵🇰🇷🇬🇧", 2, "🇯🇵…"),
        ("e\u0301" * 4, 3, "e\u0301" * 2 + "…"),
        ("田中太郎商店", 4, "田中太…"),
    ],
)
def test_shortening_never_cuts_a_letter_in_two(written: str, length: int, shown: str) -> None:
    assert text.truncate(written, length) == shown


@given(ANY_TEXT, st.integers(1, 20))
def test_short_text_is_left_alone(written: str, length: int) -> None:
    short = text.truncate(written, length)
    assert short == written or short.endswith("…")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("Ada King Lovelace", "AL"),
        ("ada", "A"),
        ("田中 太郎", "田"),
        ("株式会社田中商事", "田"),
        ("(주)한빛", "한"),
        ("김민수", "김"),
        ("Иван Петров", "ИП"),
        ("3M", "3"),
        ("1000042", ""),
        ("Q-2026-0007", ""),
        ("…", ""),
        ("", ""),
    ],
)
def test_initials_for_an_avatar(name: str, letters: str) -> None:
    assert text.initials(name) == letters
