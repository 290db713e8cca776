"""The language of formulas: what it understands, what it refuses and where, and what comes to nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from kizuna.base.types.formulas import computing
from kizuna.base.types.formulas.checking import typed
from kizuna.base.types.formulas.computing import Nothing, Now
from kizuna.base.types.formulas.nodes import Type, Wrong, is_volatile, names_in, written
from kizuna.base.types.formulas.parsing import parse, parse_written

NOW = Now(dt.date(2026, 11, 22), "Asia/Tokyo")
FIELDS = {
    "pages": Type.NUMBER, "price": Type.MONEY, "fee": Type.MONEY, "due": Type.DATE, "lent": Type.MOMENT,
    "title": Type.TEXT, "rare": Type.BOOLEAN,
}  # fmt: skip
VALUES: dict[str, Any] = {
    "pages": Decimal(300),
    "price": (Decimal(1200), "JPY"),
    "fee": (Decimal("3.50"), "EUR"),
    "due": dt.date(2026, 11, 30),
    "lent": dt.datetime(2026, 11, 21, 20, tzinfo=dt.UTC),
    "title": "Kokoro",
    "rare": True,
}


def answer(formula: str, **values: Any) -> Any:
    tree = parse(formula)
    typed(tree, FIELDS)
    assert parse_written(written(tree)) == parse_written(written(parse_written(written(tree))))
    return computing.answering(tree, 2)(VALUES | values, NOW)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1 + 2 * 3", "7.00"),
        ("(1 + 2) * 3", "9.00"),
        ("-2 - -3", "1.00"),
        ("10 / 4", "2.50"),
        ("2 / 3", "0.67"),
        ("0.1 + 0.2", "0.30"),
        ("round(2.675, 2)", "2.68"),
        ("round(-2.5)", "-3.00"),
        ("abs(-3) + min(4, 2, 9) + max(1, pages)", "305.00"),
        ("days(date(lent), due)", "8.00"),
        ("due - today()", "8.00"),
        ("year(due) * 100 + month(due)", "202611.00"),
        ("amount(price) / 7", "171.43"),
        ("price / price", "1.00"),
        ("if(rare and not (pages < 100), 1, 0)", "1.00"),
        ("IF(title = 'Kokoro', pages, 0)", "300.00"),
    ],
)
def test_numbers_are_exact_and_rounded_as_people_round(formula: str, expected: str) -> None:
    assert f"{answer(formula):f}" == expected


def test_days_money_text_and_answers_come_out_as_what_they_are() -> None:
    assert answer("due + 30") == dt.date(2026, 12, 30)
    assert answer("due - 30.5") == dt.date(2026, 10, 30)
    assert str(answer("price * 1.08").amount) == "1296"
    assert str(answer("fee / 3").amount) == "1.17"
    assert answer("title & ': ' & pages & ', ' & due") == "Kokoro: 300, 2026-11-30"
    assert answer('concat("a ""b""", 1.50)') == 'a "b"1.5'
    assert answer("title >= 'Kok' and price > price - price") is True
    assert answer("currency(fee)") == "EUR"


@pytest.mark.parametrize(
    ("formula", "reason", "values"),
    [
        ("pages / 0", "divided by zero", {}),
        ("pages + 1", "“pages” is empty", {"pages": None}),
        ("price + fee", "different currencies", {}),
        ("price < fee", "different currencies", {}),
        ("due + 9999999999", "no such day", {}),
        ("due - 9999999", "no such day", {}),
        ("pages * 999999999999999", "too large", {"pages": Decimal(10**9)}),
    ],
)
def test_what_cannot_be_answered_is_nothing_with_a_reason(formula: str, reason: str, values: dict[str, Any]) -> None:
    with pytest.raises(Nothing) as nothing:
        answer(formula, **values)
    assert reason in str(nothing.value.reason)


def test_a_missing_value_does_not_spoil_what_does_not_need_it() -> None:
    assert answer("is_empty(pages)", pages=None) is True
    assert answer("is_empty(title)", title="") is True
    assert answer("is_empty(pages / 0)") is True
    assert answer("or_else(pages, 7)", pages=None) == 7
    assert answer("or_else(title, 'none')", title="") == "none"
    assert answer("rare or pages > 5", pages=None) is True
    assert answer("not rare and pages > 5", pages=None) is False
    assert answer("title & pages", pages=None) == "Kokoro"
    assert answer("if(rare, 1, pages)", pages=None) == 1


@pytest.mark.parametrize(
    ("formula", "at", "words"),
    [
        ("pages +", 7, "missing at the end"),
        ("pages + * 2", 8, "not expected"),
        ("(pages", 6, "closing bracket"),
        ("round(pages 2)", 12, "comma"),
        ("pagse * 2", 0, "Did you mean “pages”"),
        ("1 + rond(pages)", 4, "Did you mean “round”"),
        ("title + 1", 6, "between text and a number"),
        ("pages and rare", 6, "between a number and yes or no"),
        ("-title", 0, "does not go with text"),
        ("if(pages, 1, 2)", 0, "if(condition, then, else)"),
        ("if(rare, 1, 'x')", 0, "if(condition, then, else)"),
        ("round(pages, 9)", 13, "0 to 6 decimals"),
        ("round(pages, pages)", 13, "0 to 6 decimals"),
        ("today(1)", 0, "today()"),
        ("'open", 0, "quotation mark"),
        ("pages # 2", 6, "not understood"),
        ("pages 2", 6, "not expected"),
        ("1234567890123456", 0, "too many digits"),
        ("(" * 80 + "1" + ")" * 80, 61, "brackets within brackets"),
        ("1" + "+1" * 1100, 2000, "At most 2000"),
    ],
)
def test_a_mistake_is_told_with_its_place(formula: str, at: int, words: str) -> None:
    with pytest.raises(Wrong) as wrong:
        typed(parse(formula), FIELDS)
    assert (wrong.value.at, True) == (at, words in str(wrong.value.message)), str(wrong.value.message)


def test_a_formula_knows_what_it_reads_and_whether_it_changes_by_itself() -> None:
    assert names_in(parse("pages + if(rare, pages, days(due, today()))")) == ["pages", "rare", "due"]
    assert is_volatile(parse("days(due, today())"))
    assert is_volatile(parse("date(lent)"))
    assert not is_volatile(parse("pages * 2"))
