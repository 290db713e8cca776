"""Rows of files as they are: what can be read is read, the rest is a row with a problem."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.transfer.reading.lines import DAMAGE
from kizuna.base.transfer.reading.rows import Row, rows

CELL = st.text(st.characters(codec="utf-8", exclude_characters=DAMAGE), max_size=12)
TABLES = st.integers(2, 5).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1))


def read(text: str | bytes, *, encoding: str = "utf-8", delimiter: str = ",") -> list[Row]:
    raw = text if isinstance(text, bytes) else text.encode(encoding)
    return list(rows(io.BytesIO(raw), encoding, delimiter))


def good(found: list[Row]) -> list[list[str]]:
    return [row.cells for row in found if row.problem is None]


def problems(found: list[Row]) -> dict[int, str]:
    return {row.line: str(row.problem) for row in found if row.problem is not None}


@given(table=TABLES, delimiter=st.sampled_from(",;\t|"), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_a_program_wrote_is_read_as_it_was(table: list[list[str]], delimiter: str, end: str) -> None:
    header = [f"column{n}" for n in range(len(table[0]))]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([header, *table])
    for encoding in ("utf-8", "utf-16-le"):
        found = read(buffer.getvalue(), encoding=encoding, delimiter=delimiter)
        assert [row.problem for row in found] == [None] * len(found)
        assert good(found) == [header, *[row for row in table if any(row)]]


@given(st.binary(max_size=400), st.sampled_from(["utf-8", "cp932", "euc_jp", "cp949", "utf-16-le", "latin-1"]))
def test_any_bytes_at_all_are_read_to_the_end(data: bytes, encoding: str) -> None:
    found = read(data, encoding=encoding)
    assert [row.line for row in found] == sorted(row.line for row in found)


def test_an_open_quotation_mark_costs_its_own_row_only() -> None:
    lines = ["id,name,city", '1,"Open,Tokyo', *[f"{n},Name {n},Seoul" for n in range(2, 3000)]]
    found = read("\n".join(lines))
    assert problems(found) == {2: "A quotation mark is opened and never closed."}
    assert len(good(found)) == 2999


def test_an_open_quotation_mark_that_a_later_one_closes_costs_its_own_row_only() -> None:
    lines = ["id,name,city", '1,"Open,Tokyo', *[f"{n},Name {n},Seoul" for n in range(2, 900)], '900,"Closed",Seoul']
    found = read("\n".join(lines))
    assert list(problems(found)) == [2]
    assert good(found)[-1] == ["900", "Closed", "Seoul"]


def test_every_second_row_may_have_an_open_quotation_mark() -> None:
    lines = ["id,name,city", *[f"{n},{chr(34) * (n % 2)}Name,Seoul" for n in range(1, 400)]]
    found = read("\n".join(lines))
    assert len(problems(found)) == 200
    assert len(good(found)) == 200


def test_a_loose_quotation_mark_is_named_and_the_row_kept_as_it_was_meant() -> None:
    found = read('id,name\n1,"He said "hi""\n2,ok\n')
    assert "inside a quoted value" in problems(found)[2]
    assert found[1].cells == ["1", 'He said "hi"']
    assert good(found) == [["id", "name"], ["2", "ok"]]


def test_a_value_may_have_several_lines() -> None:
    found = read('id,about\n1,"one\ntwo, with a comma\n\nfour"\n2,x\n')
    assert good(found)[1:] == [["1", "one\ntwo, with a comma\n\nfour"], ["2", "x"]]
    assert [row.line for row in found] == [1, 2, 6]


def test_a_huge_value_in_one_line_is_left_out() -> None:
    found = read(f"id,about,city\n1,{'x' * 10_000_000},Tokyo\n2,y,Seoul\n")
    assert list(problems(found)) == [2]
    assert good(found)[1:] == [["2", "y", "Seoul"]]
    assert len("".join(found[1].cells)) < 5000


def test_a_huge_value_of_many_lines_is_left_out_as_one() -> None:
    text = "a line of a letter, which goes on\n" * 20_000
    found = read(f'id,about,city\n1,"{text}",Tokyo\n2,y,Seoul\n')
    assert problems(found) == {2: "A value is larger than 131072 characters."}
    assert good(found)[1:] == [["2", "y", "Seoul"]]


def test_rows_of_another_width_are_told_how_wide_they_are() -> None:
    found = read("a,b,c\n1,2\n1,2,3,4\n1,2,3\n")
    assert problems(found) == {
        2: "This row has 2 values, but the file has 3 columns.",
        3: "This row has 4 values, but the file has 3 columns.",
    }


def test_a_delimiter_too_many_at_the_end_of_each_row_is_forgiven() -> None:
    assert good(read("a,b\n1,2,\n3,4,,\n"))[1:] == [["1", "2"], ["3", "4"]]


def test_empty_lines_and_rows_are_left_out() -> None:
    assert good(read("\n\na,b\n\n,\n1,2\n\n"))[1:] == [["1", "2"]]


def test_nul_is_a_letter_like_any_other_here() -> None:
    assert good(read("a,b\nx\0y,2\n"))[1:] == [["x\0y", "2"]]


def test_damage_is_a_problem_of_its_row() -> None:
    found = read(b"a,b\n1,\xff\n2,ok\n")
    assert "cannot be read" in problems(found)[2]
    assert good(found)[1:] == [["2", "ok"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(end: str) -> None:
    assert good(read(end.join(["a,b", "1,2", "3,4"])))[1:] == [["1", "2"], ["3", "4"]]


def test_the_file_stays_open_and_can_be_read_again() -> None:
    file = io.BytesIO(b"a,b\n1,2\n")
    assert [row.cells for row in rows(file, "utf-8", ",")] == [row.cells for row in rows(file, "utf-8", ",")]
    assert not file.closed
