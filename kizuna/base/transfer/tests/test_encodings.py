"""Whatever a file is written in, it is read."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.transfer.reading import Format, detect, look, rows

JAPANESE = [
    "山本",
    "陽子",
    "佐々木",
    "健一",
    "青葉建設",
    "株式会社",
    "東京都渋谷区",
    "ヤマモト",
    "ようこ",
    "営業部",
    "高橋さくら",
    "髙﨑",
]
KOREAN = [
    "김민수",
    "이지훈",
    "박서연",
    "한빛건축",
    "서울특별시",
    "강남구",
    "테헤란로",
    "영업부",
    "최도윤",
    "주식회사 나래",
]
WESTERN = ["Müller", "Lefèvre", "Köln", "Señor", "Bäckerei Schön", "Ångström", "Façade", "Straße", "José García"]

CHINESE = ["王小明", "李娜", "上海市浦东新区", "张伟", "北京科技有限公司", "销售部经理", "刘洋", "陈静", "广州市天河区"]
TAIWANESE = ["陳怡君", "林志明", "台北市信義區", "黃美玲", "科技股份有限公司", "業務經理", "張雅婷", "高雄市", "新竹縣"]
RUSSIAN = ["Иванов", "Мария", "Санкт-Петербург", "ООО «Ромашка»", "улица Ленина", "Отдел продаж", "ПЕТРОВ"]
GREEK = ["Παπαδόπουλος", "Αθήνα", "Γιώργος", "Πωλήσεις", "Θεσσαλονίκη"]
POLISH = ["Łukasz", "Wałęsa", "Gdańsk", "Spółka", "Żółć", "Święty Krzyż", "Piątek"]
CZECH = ["Dvořák", "Jiří", "Plzeň", "Žižkov", "Růžena", "Společnost s ručením"]
TURKISH = ["Şahin", "Işıl", "Yıldız", "Beşiktaş", "Çağlar", "Müdürlüğü"]


def written(words: list[str], encoding: str) -> io.BytesIO:
    return io.BytesIO(("name,place\r\n" + "".join(f"{word},{word}\r\n" for word in words)).encode(encoding))


def read_back(file: io.BytesIO) -> list[str]:
    seen = look(file)
    found = rows(file, seen.format)
    next(found)
    return [row.cells[0] for row in found if row.problem is None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932", "euc_jp"])
@given(words=st.lists(st.sampled_from(JAPANESE), min_size=3, max_size=30))
def test_japanese(encoding: str, words: list[str]) -> None:
    words = words if encoding != "euc_jp" else [word for word in words if word != "髙﨑"] or ["山本"]  # not in EUC-JP
    assert read_back(written(words, encoding)) == words


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("gb18030", CHINESE),
        ("big5", TAIWANESE),
        ("cp1251", RUSSIAN),
        ("koi8_r", RUSSIAN),
        ("cp1253", GREEK),
        ("cp1250", POLISH),
        ("cp1250", CZECH),
        ("cp1254", TURKISH),
    ],
)
def test_elsewhere_in_europe_and_asia(encoding: str, words: list[str]) -> None:
    found = [word for word in words if "«" not in word or encoding != "koi8_r"]
    assert read_back(written(found, encoding)) == found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "euc_kr", "cp949"])
@given(words=st.lists(st.sampled_from(KOREAN), min_size=3, max_size=30))
def test_korean(encoding: str, words: list[str]) -> None:
    assert read_back(written(words, encoding)) == words


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@given(words=st.lists(st.sampled_from(WESTERN), min_size=1, max_size=30))
def test_western(encoding: str, words: list[str]) -> None:
    assert read_back(written(words, encoding)) == words


def test_half_width_katakana_is_shift_jis() -> None:
    assert detect(written(["ﾔﾏﾓﾄ ﾖｳｺ", "ｻﾄｳ ｹﾝｼﾞ", "山本"], "cp932")) == "cp932"


def test_japanese_mail_is_known_by_its_escapes() -> None:
    assert detect(written(JAPANESE[:4], "iso2022_jp")) == "iso2022_jp"


def test_what_is_not_ascii_may_begin_far_down() -> None:
    plain = "".join(f"person{n},somewhere\n" for n in range(20_000))
    assert (
        detect(io.BytesIO(b"name,place\n" + plain.encode() + "山本,東京都\n佐藤,大阪府\n".encode("cp932"))) == "cp932"
    )


def test_plain_ascii_is_utf_8() -> None:
    assert detect(io.BytesIO(b"name,place\nYoko,Tokyo\n")) == "utf-8"


def test_one_damaged_row_does_not_make_another_encoding_of_it() -> None:
    good = "".join(f"山本 陽子 {n},東京都\n" for n in range(200)).encode()
    file = io.BytesIO(b"name,place\n" + good + b"\xff\xfe\xff,x\n" + good)
    assert detect(file) == "utf-8"
    problems = [row.line for row in rows(file, Format("utf-8", ",")) if row.problem]
    assert problems == [202]


def test_bytes_that_windows_does_not_know_are_latin_1() -> None:
    assert detect(io.BytesIO(b"name\nM\xfcller\nK\x81ln\n")) == "latin-1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter: str) -> None:
    lines = [["Name", "Ort", "Bemerkung"], ["Anna", "Köln", "gern, oft; immer"], ["Bea", "Bonn", "a|b"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    assert look(io.BytesIO(text.encode())).format.delimiter == delimiter


def test_excel_may_say_the_delimiter_in_the_first_line() -> None:
    seen = look(io.BytesIO(b"sep=;\r\na,b;c\r\n1;2\r\n"))
    assert (seen.format.delimiter, seen.header) == (";", ["a,b", "c"])


def test_the_number_of_rows_is_estimated_from_the_size() -> None:
    assert look(io.BytesIO(b"a,b\n" + b"1,2\n" * 5000)).about == 5000
    assert look(io.BytesIO(b"a,b\n" + b'1,"2\n3"\n' * 5000)).about == pytest.approx(5000, rel=0.05)
