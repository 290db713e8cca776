"""What stands in a cell is understood as the people who filled it in meant it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.transfer.values import Options
from kizuna.base.transfer.values.cells import NOTHING, cell_of
from kizuna.base.transfer.values.days import date_order
from kizuna.base.types.errors import Invalid
from kizuna.base.types.money import Money


def understood(name: str, typed: str, **given: Any) -> Any:
    books = registry.get("book")
    return cell_of(books.fields[name], books, Reader(actor=SYSTEM), Options(**given))(typed)


@pytest.mark.parametrize("blank", ["", "  ", "\t", "　"])
@pytest.mark.parametrize("name", ["title", "pages", "price", "status", "is_rare", "published_on", "subjects"])
def test_a_blank_cell_says_nothing(name: str, blank: str) -> None:
    assert understood(name, blank) is NOTHING


@pytest.mark.parametrize("nothing", ["0/0/00", "0000-00-00", "00.00.0000", "0000-00-00 00:00:00"])
@pytest.mark.parametrize("name", ["published_on", "lent_at"])
def test_a_day_of_noughts_is_no_day(name: str, nothing: str) -> None:
    assert understood(name, nothing) is NOTHING


def test_somebody_whose_word_is_none_of_the_choices_reads_their_labels() -> None:
    with pytest.raises(Invalid) as refused:
        understood("status", "burnt")
    assert "Wanted, On the shelf, Lent out" in str(refused.value)


@pytest.mark.parametrize("typed", ["held", "On the shelf", "ON THE SHELF", " on the shelf "])
def test_a_choice_by_its_value_or_its_label(typed: str) -> None:
    assert understood("status", typed) == "held"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("yes", True), ("はい", True), ("예", True), ("○", True), ("N", False), ("いいえ", False), ("×", False)],
)
def test_yes_and_no_in_three_languages(typed: str, answer: bool) -> None:
    assert understood("is_rare", typed) is answer


@pytest.mark.parametrize(
    ("typed", "order", "day"),
    [
        ("1979-05-04", "ymd", (1979, 5, 4)),
        ("1979/5/4", "ymd", (1979, 5, 4)),
        ("1979年5月4日", "ymd", (1979, 5, 4)),
        ("1979. 5. 4.", "ymd", (1979, 5, 4)),
        ("昭和54年5月4日", "mdy", (1979, 5, 4)),
        ("Ｓ５４．５．４", "dmy", (1979, 5, 4)),
        ("1979년 5월 4일 (금)", "ymd", (1979, 5, 4)),
        ("０４．０５．１９７９", "dmy", (1979, 5, 4)),
        ("04.05.1979", "dmy", (1979, 5, 4)),
        ("5/4/1979", "mdy", (1979, 5, 4)),
    ],
)
def test_a_day_as_the_file_writes_it(typed: str, order: str, day: tuple[int, int, int]) -> None:
    assert understood("published_on", typed, dates=order) == dt.date(*day)


@pytest.mark.parametrize(
    ("values", "region", "order"),
    [
        (["1979-05-04", "1980-01-02"], "JP", "ymd"),
        (["4/5/1979", "23/5/1979"], "US", "dmy"),
        (["4/5/1979", "5/23/1979"], "GB", "mdy"),
        (["4/5/1979"], "US", "mdy"),
        (["4/5/1979"], "GB", "dmy"),
        (["4.5.1979"], "US", "dmy"),
        ([], "US", "ymd"),
    ],
)
def test_the_order_of_day_and_month_is_found_out(values: list[str], region: str, order: str) -> None:
    assert date_order(values, region) == order


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-20T15:30",
        "2026-11-20 15:30",
        "2026/11/20 15:30:00",
        "2026-11-20T15:30+00:00",
        "2026/11/20 15:30 +0000",
        "2026年11月20日 15時30分",
        "令和8年11月20日（金）午後3:30",
        "2026년 11월 20일 오후 3:30",
        "2026-11-20, 3:30 PM",
    ],
)
def test_a_moment(typed: str) -> None:
    assert understood("lent_at", typed) == dt.datetime(2026, 11, 20, 15, 30, tzinfo=dt.UTC)


def test_a_day_is_as_good_as_its_midnight() -> None:
    assert understood("lent_at", "令和8年11月20日") == dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("typed", "region", "money"),
    [
        ("1200 JPY", "", ("1200", "JPY")),
        ("¥1,200", "JP", ("1200", "JPY")),
        ("1,200円", "", ("1200", "JPY")),
        ("€ 12.50", "", ("12.50", "EUR")),
        ("12.50", "GB", ("12.50", "GBP")),
        ("₩12000", "JP", ("12000", "KRW")),
    ],
)
def test_money_with_its_currency_or_that_of_the_country(typed: str, region: str, money: tuple[str, str]) -> None:
    assert understood("price", typed, region=region) == Money(Decimal(money[0]), money[1])


def test_money_without_currency_or_country_is_asked_for() -> None:
    with pytest.raises(Invalid):
        understood("price", "12.50")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("novel, Meiji", ["novel", "Meiji"]),
        ("novel; Meiji", ["novel", "Meiji"]),
        ("小説、明治", ["小説", "明治"]),
        ("* myContacts ::: novel ::: a, b", ["novel", "a, b"]),
    ],
)
def test_tags(typed: str, words: list[str]) -> None:
    assert understood("subjects", typed) == words


def test_the_guard_against_formulas_is_no_part_of_the_value() -> None:
    assert understood("title", "'=1+1") == "=1+1"
    assert understood("title", "'quoted'") == "'quoted'"


def test_what_was_refused_once_is_refused_again_with_the_same_words() -> None:
    books = registry.get("book")
    cell = cell_of(books.fields["pages"], books, Reader(actor=SYSTEM), Options())
    for _time in range(2):
        with pytest.raises(Invalid) as caught:
            cell("many")
        assert caught.value.errors == {"": ["Give a number here."]}
