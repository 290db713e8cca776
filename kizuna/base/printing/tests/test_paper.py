"""Paper: what is written stands there in the right letters, and nothing that people wrote is followed."""

from __future__ import annotations

import datetime as dt

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
