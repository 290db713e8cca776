"""vCards of every version and from every address book, and cards that are broken."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.transfer.reading import VCARD, look, rows
from kizuna.base.transfer.reading.card_lines import properties


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def people(raw: str | bytes) -> list[dict[str, str]]:
    """The cards of a file as cells by column, without the empty ones."""
    data = io.BytesIO(raw.encode() if isinstance(raw, str) else raw)
    seen = look(data)
    assert seen.format.kind == VCARD
    header, *found = rows(data, seen.format)
    assert not any(row.problem for row in found), [row.problem for row in found]
    return [{name: cell for name, cell in zip(header.cells, row.cells, strict=True) if cell} for row in found]


def test_a_whole_card() -> None:
    (found,) = people(
        card(
            "FN:山本 陽子",
            "N:山本;陽子;;Dr.;",
            "X-PHONETIC-LAST-NAME:やまもと",
            "X-PHONETIC-FIRST-NAME:ようこ",
            "ORG:ひなた建築;営業部",
            "TITLE:部長",
            "EMAIL;TYPE=HOME:yoko@home.example",
            "EMAIL;TYPE=WORK,PREF:yoko@hinata.example",
            "TEL;TYPE=CELL:090-1234-5678",
            "ADR;TYPE=WORK:;3F;東新宿1-2\\, A棟;新宿区;東京都;160-0022;Japan",
            "BDAY:1980-05-12",
        )
    )
    assert found == {
        "Last Name": "山本",
        "First Name": "陽子",
        "Name Prefix": "Dr.",
        "Phonetic Last Name": "やまもと",
        "Phonetic First Name": "ようこ",
        "Organization Name": "ひなた建築",
        "Organization Department": "営業部",
        "Organization Title": "部長",
        "E-mail 1 - Value": "yoko@hinata.example",
        "E-mail 1 - Label": "work",
        "E-mail 2 - Value": "yoko@home.example",
        "E-mail 2 - Label": "home",
        "Phone 1 - Value": "090-1234-5678",
        "Phone 1 - Label": "mobile",
        "Address 1 - Label": "work",
        "Address 1 - Extended Address": "3F",
        "Address 1 - Street": "東新宿1-2, A棟",
        "Address 1 - City": "新宿区",
        "Address 1 - Region": "東京都",
        "Address 1 - Postal Code": "160-0022",
        "Address 1 - Country": "Japan",
        "Birthday": "1980-05-12",
    }


def test_categories_and_notes_are_unescaped() -> None:
    (found,) = people(card("FN:A", "CATEGORIES:VIP,展示会\\, 2026", "NOTE:two\\nlines"))
    assert (found["Labels"], found["Notes"]) == ("VIP ::: 展示会, 2026", "two\nlines")


def test_version_four_says_how_a_name_is_sorted_and_prefers_by_number() -> None:
    (found,) = people(
        card(
            'N;SORT-AS="やまもと,ようこ":山本;陽子;;;',
            "EMAIL;PREF=2:b@x.example",
            "EMAIL;PREF=1:a@x.example",
            'TEL;VALUE=uri;TYPE="voice,home":tel:+81-3-1234-5678',
            "BDAY:--0512",
            "GENDER:F",
            version="4.0",
        )
    )
    assert (found["Phonetic Last Name"], found["Phonetic First Name"]) == ("やまもと", "ようこ")
    assert [found["E-mail 1 - Value"], found["E-mail 2 - Value"]] == ["a@x.example", "b@x.example"]
    assert (found["Phone 1 - Value"], found["Phone 1 - Label"]) == ("+81-3-1234-5678", "home")
    assert (found.get("Birthday"), found["Birthday without year"], found["Gender"]) == (None, "05-12", "F")


def test_a_western_sort_key_is_no_reading() -> None:
    (found,) = people(card('N;SORT-AS="Harten,Rene":van der Harten;Rene;;;', version="4.0"))
    assert "Phonetic Last Name" not in found


def test_an_old_phone_of_japan_writes_shift_jis_in_quoted_printable() -> None:
    quoted = "".join(f"={byte:02X}" for byte in "山本;陽子".encode("cp932"))
    raw = card(
        f"N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:{quoted[:20]}=\r\n{quoted[20:]}", "TEL;CELL:090", version="2.1"
    )
    (found,) = people(raw)
    assert (found["Last Name"], found["First Name"], found["Phone 1 - Label"]) == ("山本", "陽子", "mobile")


@pytest.mark.parametrize("spoken", ["ﾔﾏﾓﾄ;ﾖｳｺ;;;", "ﾔﾏﾓﾄ ﾖｳｺ"])
def test_a_telephone_of_japan_says_how_a_name_is_spoken(spoken: str) -> None:
    quoted = "".join(f"={byte:02X}" for byte in spoken.encode("cp932"))
    head = "SOUND;X-IRMC-N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:"
    (found,) = people(card("N:Yamamoto;Yoko", head + quoted, "SOUND;WAVE;BASE64:AAAA", version="2.1"))
    assert (found["Phonetic Last Name"], found["Phonetic First Name"]) == ("ﾔﾏﾓﾄ", "ﾖｳｺ")


def test_apple_names_its_labels_beside_and_leaves_out_years() -> None:
    (found,) = people(
        card(
            "N:Berg;Anna;;;",
            "item1.EMAIL;type=INTERNET:a@x.example",
            "item1.X-ABLabel:_$!<Work>!$_",
            "BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-12",
            "PHOTO;ENCODING=b;TYPE=JPEG:" + "A" * 3_000_000,
        )
    )
    assert found["E-mail 1 - Label"] == "Work"
    assert found["Birthday without year"] == "05-12"


def test_what_is_beyond_the_columns_stands_in_the_last_one() -> None:
    (found,) = people(card("FN:Many", *[f"EMAIL:m{n}@x.example" for n in range(11)]))
    assert found["E-mail 8 - Value"] == " ::: ".join(f"m{n}@x.example" for n in range(7, 11))


def test_without_parts_the_whole_name_counts() -> None:
    assert people(card("FN:Anna Berg")) == [{"Full Name": "Anna Berg"}]


def test_groups_open_cards_and_empty_ones_are_rows_with_a_problem() -> None:
    raw = (
        card("FN:Good")
        + "BEGIN:VCARD\r\nFN:Open\r\n"
        + card("FN:All", "KIND:group")
        + card("UID:1")
        + "BEGIN:VCARD\r\n"
    )
    data = io.BytesIO(raw.encode())
    _header, *found = rows(data, look(data).format)
    assert [bool(row.problem) for row in found] == [False, True, True, True, True]
    assert [row.line for row in found] == [1, 5, 7, 12, 16]


def test_megabytes_of_folded_lines_end_in_a_problem_and_the_next_card_is_read() -> None:
    huge = card("FN:Huge", "NOTE:" + "\r\n ".join(["x" * 70] * 100_000))
    data = io.BytesIO((huge + card("FN:Next")).encode())
    _header, first, second = rows(data, look(data).format)
    assert first.problem is not None
    assert "Next" in second.cells


def test_a_card_without_end_in_its_lines_is_refused_and_the_next_one_is_read() -> None:
    endless = card("FN:Endless", *(f"EMAIL:{number}@many.example" for number in range(2001)))
    data = io.BytesIO((endless + card("FN:Next")).encode())
    _header, first, second = rows(data, look(data).format)
    assert "2000" in str(first.problem)
    assert second.problem is None


@given(
    value=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300), width=st.integers(5, 74)
)
def test_folding_and_escapes_are_taken_back(value: str, width: int) -> None:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    raw = f"NOTE:{escaped}".encode()
    folded = b"\r\n ".join(raw[at : at + width] for at in range(0, len(raw), width))
    (found,) = properties(io.BytesIO(folded), "utf-8")
    assert found.value == value


@given(raw=st.binary(max_size=400))
def test_whatever_the_bytes_nothing_breaks(raw: bytes) -> None:
    data = io.BytesIO(b"BEGIN:VCARD\nFN:x\n" + raw + b"\nEND:VCARD\n")
    assert list(rows(data, type("F", (), {"kind": VCARD, "encoding": "utf-8"})()))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp932", "euc_jp"])
def test_the_encoding_of_cards_is_found_out(encoding: str) -> None:
    raw = "".join(card("N:山本;陽子;;;", "ORG:ひなた建築") for _n in range(3)).encode(encoding)
    found: list[Any] = people(raw)
    assert [one["Last Name"] for one in found] == ["山本"] * 3
