"""Names and addresses as people type them: the same person, whatever the keyboard."""

from collections.abc import Callable

import pytest

from kizuna.base.search.tests.models import Guest

Arrive = Callable[..., Guest]
Find = Callable[..., list[str]]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed",
    [
        "ﾔﾏﾀﾞ", "ヤマダ", "やまだ", "山田", "山田太郎", "山田 太郎", "太郎 山田", "山田\u3000太郎",
        "やまだたろう", "たろう", "太", "山", "yama", "YAMADA", "yamada tarou", "ya", "yamad", "Ｙａｍａ",
    ],
)  # fmt: skip
def test_one_person_is_found_in_kanji_kana_and_latin_letters(typed: str, arrive: Arrive, found: Find) -> None:
    arrive("山田 太郎", reading="やまだ たろう")
    arrive("田中 花子", reading="たなか はなこ")
    assert found(typed) == ["山田 太郎"]


@pytest.mark.parametrize(
    "typed", ["김민수", "김 민수", "김민", "김", "민수", "수", "ㄱㅁㅅ", "ㄱㅁ", "ㄱ", "ㅁㅅ", "김민ㅅ"]
)
def test_a_korean_is_found_by_syllables_and_by_initial_consonants(typed: str, arrive: Arrive, found: Find) -> None:
    arrive("김 민수")
    arrive("이 영희")
    assert found(typed) == ["김민수"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Groß Jan", "GROSS"),
        ("Gross Jan", "groß"),
        ("Müller Jörg", "muller jorg"),
        ("Muller Jorg", "Müller"),
        ("İnönü Ada", "inonu"),
        ("O'Brien Sean", "obrien"),
        ("O'Brien Sean", "brien"),
        ("O’Brien Sean", "O'Brien"),
        ("van der Berg Anna", "berg"),
        ("Çelik Øyvind", "celik oy"),
        ("髙﨑 恵", "高崎"),
        ("สมชาย ใจดี", "ใจดี"),
        ("王 小明", "小明"),
    ],
)
def test_accents_case_and_old_letters_make_no_difference(name: str, typed: str, arrive: Arrive, found: Find) -> None:
    arrive(name)
    arrive("Smith John")
    assert len(found(typed)) == 1
    assert found(typed) != found("Smith")


def test_muller_is_not_mueller(arrive: Arrive, found: Find) -> None:
    arrive("Müller Jörg")
    assert found("Mueller") == []


@pytest.mark.parametrize(
    "typed",
    ["090-1234-5678", "090-1234", "0901234", "+819012345678", "+8190", "+81 90 1234", "819012345678", "0081901234",
     "5678", "090 1234 5678", "(090) 1234", "０９０１２３４", "090", "yamada 090-1234", "+81 90 yama"],
)  # fmt: skip
def test_a_phone_is_found_however_its_number_is_written(typed: str, arrive: Arrive, found: Find) -> None:
    arrive("Yamada Taro", phones=["+81 90 1234 5678"])
    arrive("Tanaka Yama", phones=["+44 20 7946 0958"])
    assert found(typed) == ["Taro Yamada"]


@pytest.mark.parametrize("typed", ["+1 212", "2125550123", "212-555", "+1 (212) 555-0123", "0123"])
def test_a_number_without_trunk_prefix_is_found_too(typed: str, arrive: Arrive, found: Find) -> None:
    arrive("Jones Ann", phones=["+1 212 555 0123"])
    assert found(typed) == ["Ann Jones"]


@pytest.mark.parametrize(
    "typed",
    ["taro.yamada@aoba-build.example", "Taro.Yamada@AOBA", "taro", "yamada", "aoba", "build", "@aoba",
     "aoba-build.example", "@aoba-build.example", "taro.yam", "yamada aoba"],
)  # fmt: skip
def test_an_address_is_found_whole_and_by_its_words(typed: str, arrive: Arrive, found: Find) -> None:
    arrive("", emails=["taro.yamada@aoba-build.example"], room="Suite")
    arrive("Smith John", emails=["john@inn.example"])
    assert len(found(typed)) == 1


def test_every_other_field_is_searched(arrive: Arrive, found: Find) -> None:
    arrive(
        "Ito Aya",
        handles=["@aya_ito99"],
        links=["https://www.aya-works.example/portfolio"],
        addresses=[
            {"country": "JP", "postal_code": "150-0043", "region": "東京都", "city": "渋谷区", "line1": "道玄坂1-2-3"}
        ],
        wishes="A quiet room.\nNo feathers, 静かな部屋.",
        room="Maple Suite 12",
        tags=["VIP", "常連"],
    )
    arrive("Sato Ken")
    for typed in ("@aya_ito99", "aya_ito", "aya-works", "portfolio", "aya-works.example", "150-0043", "1500043", "渋谷",
                  "道玄坂", "feathers", "静か", "maple", "suite 12", "vip", "常連", "aya maple vip"):  # fmt: skip
        assert found(typed) == ["Aya Ito"], typed


def test_all_words_must_be_there_in_any_order(arrive: Arrive, found: Find) -> None:
    arrive("Yamada Taro", room="Maple")
    arrive("Yamada Jiro", room="Cedar")
    assert found("maple yam ta") == ["Taro Yamada"]
    assert found("yamada maple cedar") == []


def test_a_word_is_not_found_by_its_middle(arrive: Arrive, found: Find) -> None:
    arrive("Yamada Taro")
    assert found("mada") == []


def test_emoji_and_signs_find_nothing_and_do_no_harm(arrive: Arrive, found: Find) -> None:
    arrive("Smile 😀 Ann", room="C++ & C#")
    assert found("😀") == []
    assert found("smile 😀") == ["😀 Ann Smile"]
    assert len(found("c++")) == 1
