"""Names are shown as they were typed, as far as that is harmless, and leave in a form that every system takes."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.files.names import disposition, extension, harmless, portable


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("見積書 (最終).pdf", "見積書 (最終).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\yoko\\offer.docx", "offer.docx"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        (" . . ", "file"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\nc\t.txt", "ab c .txt"),
        ("A\u0301.txt", "Á.txt"),
        ("what?.txt", "what?.txt"),
        ("CON", "CON"),
    ],
)
def test_a_name_is_kept_without_its_path_and_what_cannot_be_seen(given_name: str, kept: str) -> None:
    assert harmless(given_name) == kept


def test_a_long_name_is_cut_in_the_middle_of_its_stem_and_of_no_letter() -> None:
    name = harmless("絆" * 200 + ".pdf")
    assert name.endswith("絆.pdf")
    assert 250 < len(name.encode()) <= 255


@pytest.mark.parametrize(
    ("kept", "leaves_as"),
    [
        ("what?.txt", "what_.txt"),
        ("a:b|c*.txt", "a_b_c_.txt"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("lpt1 .log", "_lpt1 .log"),
        ("console.log", "console.log"),
        ("notes. ", "notes"),
        (".htaccess", "_.htaccess"),
    ],
)
def test_a_name_leaves_without_what_windows_reserves(kept: str, leaves_as: str) -> None:
    assert portable(kept) == leaves_as


def test_extensions_are_compared_in_lower_case() -> None:
    assert [extension(name) for name in ("a.PDF", "a.tar.gz", "a", ".htaccess")] == ["pdf", "gz", "", ""]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("offer.pdf", "attachment; filename=\"offer.pdf\"; filename*=UTF-8''offer.pdf"),
        ("Müller.pdf", "attachment; filename=\"Muller.pdf\"; filename*=UTF-8''M%C3%BCller.pdf"),
        ("見積.pdf", "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E8%A6%8B%E7%A9%8D.pdf"),
        ('a";x=.pdf', "attachment; filename=\"a__x=.pdf\"; filename*=UTF-8''a_%3Bx%3D.pdf"),
    ],
)
def test_the_header_has_a_plain_name_and_the_whole_one(name: str, header: str) -> None:
    assert disposition(name) == header


@given(st.text(max_size=300))
def test_no_name_breaks_a_header_or_grows_when_it_is_cleaned_again(name: str) -> None:
    kept = harmless(name)
    assert harmless(kept) == kept
    assert 0 < len(kept.encode()) <= 255
    header = disposition(name)
    match = re.fullmatch(r"attachment; filename=\"[ !#-\[\]-~]+\"; filename\*=UTF-8''([\w.~%-]+)", header, re.ASCII)
    assert match
    assert not set(unquote(match[1])) & set('<>:"|?*\\/\r\n\0')
