import pytest

from kizuna.base.search.highlighting import marked


@pytest.mark.parametrize(
    ("word", "shown", "part"),
    [
        ("yama", "Yamada Taro", "Yama"),
        ("やまだ", "ﾔﾏﾀﾞ ﾀﾛｳ", "ﾔﾏﾀﾞ"),
        ("山田太郎", "山田 太郎", "山田 太郎"),
        ("muller", "Jörg Müller", "Müller"),
        ("strasse", "Lange Straße 5", "Straße"),
        ("ㄱㅁㅅ", "김민수", "김민수"),
        ("ㅁㅅ", "김민수", "민수"),
        ("민", "김민수", "민"),
        ("taro", "Shintaro Taro", "Taro"),
        ("12", "Suite 12", "12"),
    ],
)
def test_the_part_that_matches_is_given_as_it_is_written(word: str, shown: str, part: str) -> None:
    assert marked([word], shown) == (part,)


@pytest.mark.parametrize(("word", "shown"), [("mada", "Yamada"), ("x", "Yamada"), ("ㄴ", "김민수"), ("a", "")])
def test_what_does_not_match_is_not_marked(word: str, shown: str) -> None:
    assert marked([word], shown) == ()


def test_longer_parts_come_first_and_none_twice() -> None:
    assert marked(["ya", "yamada", "や"], "Yamada", "やまだ", "Yamada") == ("Yamada", "Ya", "や")
