"""Excel workbooks as people bring them, and as nobody should."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook

from kizuna.base.transfer.reading import XLSX, Format, Unreadable, look, rows


def book(*table: list[Any], prepare: Callable[[Any], None] = lambda sheet: None, **sheets: list[list[Any]]) -> bytes:
    """A workbook with a first sheet, and further ones by name."""
    made = Workbook()
    sheet: Any = made.active
    for row in table:
        sheet.append(row)
    prepare(sheet)
    for name, others in sheets.items():
        further = made.create_sheet(name)
        for row in others:
            further.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(raw: bytes, sheet: str = "") -> list[list[str]]:
    return [row.cells for row in rows(io.BytesIO(raw), Format(kind=XLSX, sheet=sheet))]


def test_values_are_what_fields_understand() -> None:
    raw = book(
        ["text", "whole", "broken", "day", "moment", "yes", "error", "sum"],
        [" 山本 ", 42, 0.1, dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 10, 30), True, "#N/A", 12345678901234],
    )
    assert read(raw)[1] == ["山本", "42", "0.1", "2026-03-01", "2026-03-01 10:30:00", "true", "", "12345678901234"]


def test_a_postal_code_keeps_the_zeros_that_the_sheet_shows() -> None:
    def show_zeros(sheet: Any) -> None:
        sheet["A2"].number_format = "0000000"

    assert read(book(["zip"], [600001], prepare=show_zeros))[1] == ["0600001"]


def test_a_cell_merged_over_rows_counts_for_each_of_them() -> None:
    raw = book(
        ["company", "person"],
        ["Hinata", "A"],
        [None, "B"],
        [None, "C"],
        [None, "D"],
        prepare=lambda sheet: sheet.merge_cells("A2:A4"),
    )
    assert [row[0] for row in read(raw)] == ["company", "Hinata", "Hinata", "Hinata", ""]


def test_empty_rows_above_and_between_are_no_rows_and_lines_are_those_of_excel() -> None:
    raw = book([], ["name", "city"], [], ["Berg", "Oslo"])
    assert [(row.line, row.cells) for row in rows(io.BytesIO(raw), Format(kind=XLSX))] == [
        (2, ["name", "city"]),
        (4, ["Berg", "Oslo"]),
    ]


def test_a_cover_before_the_table_is_passed_over() -> None:
    seen = look(io.BytesIO(book(["Our customers"], People=[["name"], ["A"]], Notes=[["note"], ["x"]])))
    assert (seen.format.sheet, seen.header) == ("People", ["name"])
    with pytest.raises(Unreadable, match="no rows"):
        look(io.BytesIO(book(["name"], More=[["e-mail"]])))


def test_a_sheet_is_chosen_by_name() -> None:
    raw = book(["first"], ["1"], People=[["name"], ["Berg"]])
    seen = look(io.BytesIO(raw))
    assert (seen.format.kind, seen.sheets, seen.header) == (XLSX, ["Sheet", "People"], ["first"])
    assert look(io.BytesIO(raw), sheet="People").header == ["name"]
    with pytest.raises(Unreadable, match="no sheet"):
        look(io.BytesIO(raw), sheet="Nowhere")


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_entry(raw: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return zipped(
            **{one: change(archive.read(one)) if one == name else archive.read(one) for one in archive.namelist()}
        )


GOOD = book(["name"], ["Berg"])
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel 2003"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
        (zipped(readme=b"hello"), "not a file of records"),
        (b"PK\x03\x04 a workbook", "damaged"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (zipped(**{"[Content_Types].xml": b"", "xl/worksheets/sheet1.xml": bytes(80 << 20)}), "unpack"),
        (with_entry(GOOD, "xl/workbook.xml", lambda xml: LAUGHS + xml[xml.index(b"<workbook") :]), "damaged"),
        (with_entry(GOOD, SHEET, lambda xml: LAUGHS + xml[xml.index(b"<worksheet") :]), "damaged"),
        (with_entry(GOOD, SHEET, lambda xml: xml[:200]), "damaged"),
    ],
    ids=["old", "locked", "open document", "zip", "broken", "cut", "bomb", "entities", "entities in a sheet", "half"],
)
def test_what_cannot_be_read_is_said_in_a_sentence(raw: bytes, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        look(io.BytesIO(raw))
    assert words in str(caught.value.errors["file"][0])


def test_a_cell_in_the_farthest_corner_costs_nothing() -> None:
    raw = book(["name"], ["Berg"], prepare=lambda sheet: sheet.cell(1_048_576, 16_384, "far"))
    seen = look(io.BytesIO(raw))
    assert (seen.header, seen.rows[0].cells) == (["name"], ["Berg"])


def test_a_huge_cell_harms_only_its_row() -> None:
    raw = with_entry(book(["name"], ["Berg"], ["Good"]), SHEET, lambda xml: xml.replace(b"Berg", b"x" * 200_000))
    found = list(rows(io.BytesIO(raw), Format(kind=XLSX)))
    assert [bool(row.problem) for row in found] == [False, True, False]
