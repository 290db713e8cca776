"""JSON lines: lists and parts become columns, a broken line is one row."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.transfer.reading import JSONL, Format, Row, Unreadable, look, rows

LINES = Format(kind=JSONL)


def read(*records: object) -> list[Row]:
    return list(rows(io.BytesIO("\n".join(map(json.dumps, records)).encode()), LINES))


def test_lists_of_points_and_parts_have_columns_of_their_own() -> None:
    header, first, second = read(
        {"name": "Berg", "emails": [{"value": "a@x.example", "label": "work"}, {"value": "b@x.example"}], "rare": True},
        {"name": "Sato", "tags": ["a, b", "c"], "price": {"amount": "12.50", "currency": "EUR"}, "pages": 3},
    )
    assert header.cells == ["name", "emails.1", "emails.1.label", "emails.2", "rare", "tags", "price", "pages"]
    assert first.cells == ["Berg", "a@x.example", "work", "b@x.example", "true", "", "", ""]
    assert second.cells == ["Sato", "", "", "", "", "a, b ::: c", "12.50 EUR", "3"]


def test_numbers_are_as_they_are_written() -> None:
    raw = io.BytesIO(b'{"price": 12.10, "size": 12345678901234567890.5}\n')
    assert list(rows(raw, LINES))[1].cells == ["12.10", "12345678901234567890.5"]


@pytest.mark.parametrize(
    "line", ["{", "[1]", '"text"', '{"a":' * 500 + "1" + "}" * 500, '{"a":{"b":{"c":{"d":{"e":1}}}}}']
)
def test_a_line_that_is_no_record_is_a_row_with_a_problem(line: str) -> None:
    found = list(rows(io.BytesIO(f'{{"name": "Good"}}\n{line}\n{{"name": "Also"}}\n'.encode()), LINES))
    assert [bool(row.problem) for row in found] == [False, False, True, False]


def test_a_list_is_refused_with_the_way_out() -> None:
    with pytest.raises(Unreadable, match="JSON"):
        look(io.BytesIO(b'[{"name": "x"}]'))


def test_it_is_told_from_csv_by_its_content() -> None:
    assert look(io.BytesIO(b'{"name": "x"}\n')).format.kind == JSONL
    assert look(io.BytesIO(b"{name},b\n1,2\n")).format.kind == "csv"


@given(
    st.lists(st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans() | st.none(), max_size=5))
)
def test_every_record_is_one_row(records: list[dict[str, object]]) -> None:
    if any(records):
        assert len(read(*records)) == len(records) + 1
