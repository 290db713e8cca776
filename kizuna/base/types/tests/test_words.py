"""What is typed into the search field finds what was written, in English, Japanese and Korean."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kizuna.base.types.text import fold, query_tokens, tokens

HAN = st.sampled_from("田中山口商事株式会社東京都")
KANA = st.sampled_from("あいうえおかきくけこがざやまだたろうー")
HANGUL = st.sampled_from("김민수박지영서울전자삼성")
LATIN = st.sampled_from("abcxyz0123")


def finds(typed: str, written: str) -> bool:
    """What the index answers: every token that is asked for is there, as a whole or as a beginning."""
    index = tokens(written)
    return all(
        any(token.startswith(asked) if is_prefix else token == asked for token in index)
        for asked, is_prefix in query_tokens(typed)
    )


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("田", "田中商事"),
        ("事", "田中商事"),
        ("中", "田中商事"),
        ("田中", "田中商事"),
        ("商事", "田中商事"),
        ("田中商事", "株式会社田中商事"),
        ("田中12", "田中商事 1234"),
        ("12", "1234"),
        ("12", "abc1234"),
        ("ABC12", "abc1234"),
        ("ﾔﾏﾀﾞ", "やまだ"),
        ("やまだ", "ヤマダ タロウ"),
        ("ヤマ", "ﾔﾏﾀﾞ"),
        ("サ－バ", "サーバー"),
        ("김", "김민수"),
        ("김민", "김민수"),
        ("민수", "김민수"),
        ("ㄱㅁㅅ", "김민수"),
        ("ㄱㅁ", "김민수"),
        ("ㄱ", "김민수"),
        ("ㅁㅅ", "김민수"),
        ("김ㅁㅅ", "김민수"),
        ("김민ㅅ", "김민수"),
        ("ㅅㅅ", "삼성전자"),
        ("istanbul", "İstanbul"),
        ("STRASSE", "Hauptstraße Strasse"),
        ("mull", "Müller GmbH"),
        ("obrien", "O’Brien"),
        ("o'brien", "O’Brien"),
        ("brien", "O’Brien"),
        ("taro@example.co.jp", "taro@example.co.jp"),
        ("example.co", "taro@example.co.jp"),
        ("第3", "第３営業部"),
        ("हिन्दी", "हिन्दी नाम"),
        ("ada love", "Lovelace, Ada"),
        ("foo bar", "foo_bar"),
    ],
)
def test_what_is_typed_finds_what_was_written(typed: str, written: str) -> None:
    assert query_tokens(typed)
    assert finds(typed, written)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ㄱㅂ", "김민수"),
        ("田口", "田中商事"),
        ("34", "1234"),
        ("たろ", "やまだ"),
        ("박", "김민수"),
        ("lace", "Lovelace"),
    ],
)
def test_and_not_what_was_not_meant(typed: str, written: str) -> None:
    assert not finds(typed, written)


@pytest.mark.parametrize("typed", ["ABC-12", "abc 12"])
def test_a_hyphen_is_a_space_to_the_index(typed: str) -> None:
    assert query_tokens(typed) == [("abc", True), ("12", True)]


def test_the_tokens_of_a_name() -> None:
    assert tokens("田中商事12") == ["田中", "中商", "商事", "事", "12"]
    assert tokens("김민수") == ["김민", "민수", "수", "ㄱㅁㅅ", "ㅁㅅ", "ㅅ"]
    assert query_tokens("김민수") == [("김민", False), ("민수", False)]
    assert query_tokens("ㄱㅁㅅ") == [("ㄱㅁㅅ", True)]
    assert query_tokens("田") == [("田", True)]
    assert query_tokens("田中") == [("田中", False)]
    assert query_tokens("Ada") == [("ada", True)]


@pytest.mark.parametrize("empty", ["", "  ", "-", "'", "…", "!?"])
def test_nothing_is_asked_for_by_signs_alone(empty: str) -> None:
    assert query_tokens(empty) == []
    assert tokens(empty) == []


@given(st.text(max_size=60))
def test_a_text_finds_itself_and_names_each_token_once(written: str) -> None:
    assert finds(written, written)
    assert len(tokens(written)) == len(set(tokens(written)))
    assert tokens(fold(written)) == tokens(written)


@given(st.text(HAN | KANA | HANGUL, min_size=1, max_size=12), st.data())
def test_any_part_of_an_east_asian_name_finds_it(written: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(written) - 1))
    end = data.draw(st.integers(start + 1, len(written)))
    assume(not written[start].startswith("ー"))
    assert finds(written[start:end], written)


@given(st.text(LATIN, min_size=1, max_size=12), st.data())
def test_any_beginning_of_a_word_finds_it(written: str, data: st.DataObject) -> None:
    assert finds(written[: data.draw(st.integers(1, len(written)))], f"first {written} last")


@given(st.text(HANGUL, min_size=1, max_size=12))
def test_the_initial_consonants_of_a_korean_name_find_it(written: str) -> None:
    initials = "".join(
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"[(ord(syllable) - 0xAC00) // 588] for syllable in written
    )
    assert finds(initials, written)


def test_a_very_long_word_does_not_break_the_index() -> None:
    written = "x" * 5000 + "가" * 5000
    assert max(map(len, tokens(written))) <= 64
    assert finds(written, written)
