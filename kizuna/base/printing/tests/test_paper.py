"""Paper: what is written stands there in the right letters, and nothing that people wrote is followed."""

from __future__ import annotations

import datetime as dt
import json

import pypdfium2
import pytest
import typst

from kizuna.base.printing import paper

LETTER = "base/printing/tests/letter.typ"
NOON = dt.datetime(2027, 2, 1, 12, tzinfo=dt.UTC)


def printed(**data: object) -> pypdfium2.PdfDocument:
    given = {"title": "", "language": "en", "text": "", "lines": []} | data
    return pypdfium2.PdfDocument(paper.pdf(LETTER, given, made_at=NOON))


def words(document: pypdfium2.PdfDocument) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def fonts(document: pypdfium2.PdfDocument) -> set[str]:
    found = set()
    for page in document:
        for one in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
            found.add(one.get_font().get_base_name())
    return found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Quotation, straße, €12.50"),
        ("ja", "御見積書 髙﨑 合計金額 ￥1,200 ※軽減税率"),
        ("ko", "견적서 공급가액 부가세 합계"),
    ],
)
def test_each_language_stands_there_in_our_own_fonts(language, text) -> None:
    document = printed(language=language, title=text, text=text)
    assert text in words(document)
    assert {name.partition("+")[2] or name for name in fonts(document)} <= {
        "NotoSansCJKjp-Regular",
        "NotoSansCJKjp-Bold",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Đặng Thị Hồng, Nguyễn Văn Ấn",
        "Иван Щербаков, Ελευθερία",
        "บริษัท สยามการค้า จำกัด",
        "מכון ויצמן",
        "شركة النور للتجارة",
        "พร้อมส่ง 😀 🇯🇵 ✅ ❤️ 1️⃣ 👩\u200d👩\u200d👧\u200d👦",
        "𠮷野家 髙島屋 ㈱ ㎡ ①",
    ],
)
def test_names_in_every_script_can_be_read_and_searched_for(text) -> None:
    assert text in words(printed(text=text, title="", lines=[]))


def test_no_letter_of_a_script_that_people_write_is_an_empty_box() -> None:
    """What may be kept for ever (PDF/A) may have no letter that no font has: typst refuses to make it."""
    scripts = "नमस्ते தமிழ் తెలుగు ಕನ್ನಡ മലയാളം বাংলা ગુજરાતી ਪੰਜਾਬੀ සිංහල ქართული Հայերեն አማርኛ ភាសាខ្មែរ ລາວ မြန်မာ"
    marks = "€ ₫ ₹ ₪ ₩ ¥ → ✓ ★ ☎ 👍🏽 شیراز ٹیلی שָׁלוֹם"
    assert kept_for_ever(f"{scripts} {marks}")
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        kept_for_ever("𓀀")


def kept_for_ever(text: str) -> bytes:
    told = {"data": json.dumps({"title": text, "language": "en", "text": text, "lines": [text]})}
    compiler = typst.Compiler(root=str(paper.ROOT), font_paths=paper.font_folders(), ignore_system_fonts=True)
    made = compiler.compile(
        str(paper.ROOT / LETTER), format="pdf", sys_inputs=told, pdf_standards=["a-2b"], timestamp=0
    )
    assert isinstance(made, bytes)
    return made


def places(document: pypdfium2.PdfDocument, *sought: str) -> list[float]:
    """How far to the right each of the words begins."""
    page = document[0].get_textpage()
    found = []
    for one in sought:
        at = page.search(one).get_next()
        assert at, one
        found.append(page.get_charbox(at[0])[0])
    return found


def test_a_line_in_hebrew_is_read_from_right_to_left_and_moves_nothing_around_it() -> None:
    hebrew = printed(text="מכון Widget")
    first, second = places(hebrew, "מכון", "Widget")
    assert second < first
    told = printed(text="ご担当 Levi")
    label, name = places(told, "ご担当", "Levi")
    assert label < name


def test_nobody_turns_the_direction_of_what_follows() -> None:
    written = words(printed(text="\u202eodd\u2067 name", lines=["Total 1,200"]))
    assert "odd name" in written
    assert "Total 1,200" in written


@pytest.mark.parametrize(
    "text",
    [
        "#evil()",
        '#read("/server/settings.py")',
        "*not bold* _nor this_ $x$",
        "= no heading",
        '</script> {{ x }} \\ ` "',
        "@ref",
    ],
)
def test_what_people_wrote_is_only_letters(text) -> None:
    assert text in words(printed(text=text))


def test_odd_words_harm_nothing() -> None:
    printed(text="שלום عربي 👩‍👩‍👧‍👦 \u202e\u0000\ud7ff", title="名" * 3000, lines=["W" * 500] * 3)


def test_many_lines_go_over_pages_that_are_numbered_and_have_a_head() -> None:
    document = printed(title="Two hundred lines", lines=[f"Line {number}" for number in range(200)])
    assert len(document) > 2
    last = document[len(document) - 1].get_textpage().get_text_bounded()
    assert "Line 199" in last
    assert "Two hundred lines" in last
    assert f"{len(document)} / {len(document)}" in last


def test_equal_data_make_equal_bytes() -> None:
    data = {"title": "Once", "language": "en", "text": "More", "lines": []}
    assert paper.pdf(LETTER, data, made_at=NOON) == paper.pdf(LETTER, data, made_at=NOON)


def test_a_template_that_cannot_be_followed_says_so() -> None:
    with pytest.raises(typst.TypstError):
        paper.pdf(LETTER, {}, made_at=NOON)
