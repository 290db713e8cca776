"""What somebody chose for a file: policies, defaults, ranked keys, how numbers are written, columns that are joined."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.transfer import queries
from kizuna.base.transfer.models import Import
from kizuna.base.transfer.tests.conftest import counts
from kizuna.base.types.errors import Invalid

pytestmark = pytest.mark.django_db
Bring = Callable[..., Import]


@pytest.fixture
def mon(haruto: User) -> Book:
    values = {"title": "Mon", "pages": 100, "summary": "A gate.", "subjects": ["novel"]}
    found: Any = records.create(actor=haruto, resource=registry.get("book"), values=values)
    return found


@pytest.mark.parametrize(
    ("policy", "pages", "summary", "subjects"),
    [
        ("", 200, "New.", ["novel", "classic"]),
        ("keep", 100, "A gate.", ["novel"]),
        ("fill", 100, "A gate.", ["novel"]),
        ("overwrite", 200, "New.", ["classic"]),
        ("mirror", 200, "New.", ["classic"]),
    ],
)
def test_a_policy_says_what_becomes_of_a_value(
    haruto: User, mon: Book, bring_in: Bring, policy: str, pages: int, summary: str, subjects: list[str]
) -> None:
    policies = dict.fromkeys(("pages", "summary", "subjects"), policy)
    data = f"Kizuna ID,title,pages,summary,subjects,rating\nbook:{mon.pk},Mon,200,New.,classic,4\n"
    bring_in(haruto, "book", data, policies=policies | {"rating": "fill"})
    mon.refresh_from_db()
    assert (mon.pages, mon.summary, mon.subjects, str(mon.rating)) == (pages, summary, subjects, "4.00")


def test_long_text_is_added_to_once(haruto: User, mon: Book, bring_in: Bring) -> None:
    data = f"Kizuna ID,title,summary\nbook:{mon.pk},Mon,Of a couple.\n"
    bring_in(haruto, "book", data, policies={"summary": "append"})
    assert counts(bring_in(haruto, "book", data, policies={"summary": "append"})) == (0, 0, 1, 0)
    mon.refresh_from_db()
    assert mon.summary == "A gate.\nOf a couple."


def test_blank_empties_a_field_only_where_that_is_said(haruto: User, mon: Book, bring_in: Bring) -> None:
    data = f"Kizuna ID,title,pages,summary,subjects\nbook:{mon.pk},Mon,,,\n"
    assert counts(bring_in(haruto, "book", data)) == (0, 0, 1, 0)
    mirrored = dict.fromkeys(("pages", "summary", "subjects"), "mirror")
    assert counts(bring_in(haruto, "book", data, policies=mirrored)) == (0, 1, 0, 0)
    mon.refresh_from_db()
    assert (mon.pages, mon.summary, mon.subjects) == (None, "", [])


def test_a_policy_that_makes_no_sense_is_refused(haruto: User, start: Bring) -> None:
    with pytest.raises(Invalid) as caught:
        start(haruto, "book", "title,pages\nMon,1\n", policies={"pages": "append"})
    assert list(caught.value.errors) == ["policies"]


def test_defaults_stand_where_the_file_says_nothing(haruto: User, mon: Book, bring_in: Bring) -> None:
    data = f"Kizuna ID,title,pages\nbook:{mon.pk},Mon,\n,Kokoro,\n,Botchan,7\n"
    defaults = {"pages": "300", "subjects": "Import 2026", "author": "夏目 漱石"}
    bring_in(haruto, "book", data, defaults=defaults)
    mon.refresh_from_db()
    assert (mon.pages, mon.subjects, str(mon.author)) == (100, ["novel", "Import 2026"], "夏目 漱石")
    assert dict(Book.objects.exclude(pk=mon.pk).values_list("title", "pages")) == {"Kokoro": 300, "Botchan": 7}
    assert Author.objects.count() == 1


def test_rejected_rows_come_back_without_the_defaults(haruto: User, bring_in: Bring) -> None:
    imported = bring_in(haruto, "book", "title,rating\nMon,\nSore,x\n", defaults={"pages": "0", "rating": "1"})
    assert [row.cells for row in queries.rejections(imported)] == [["Mon", ""], ["Sore", "x"]]


@pytest.mark.parametrize("defaults", [{"pages": "many"}, {"nonsense": "1"}, {"id": "book:1"}])
def test_a_default_that_no_row_could_have_is_refused(haruto: User, start: Bring, defaults: Any) -> None:
    with pytest.raises(Invalid) as caught:
        start(haruto, "book", "title\nMon\n", defaults=defaults)
    assert list(caught.value.errors) == ["defaults"]


def test_the_key_that_is_named_first_decides(haruto: User, bring_in: Bring) -> None:
    data = "name,emails\nAnna,anna@x.example\nBo,bo@x.example\n"
    bring_in(haruto, "author", data)
    both = "name,emails\nAnna,bo@x.example\n"
    bring_in(haruto, "author", both, match=["emails", "name"], policies={"name": "overwrite"})
    assert sorted(Author.objects.values_list("name", flat=True)) == ["Anna", "Anna"]
    assert counts(bring_in(haruto, "author", "name,emails\nBo,anna@x.example\n", match=["name"]))[0] == 1


@pytest.mark.parametrize("header", ["Price,Price currency", "price,price_currency", "price,Currency", "price,通貨"])
def test_a_column_beside_an_amount_tells_its_currency(haruto: User, take_in: Bring, header: str) -> None:
    assert take_in(haruto, "book", f"title,{header}\nMon,1200,EUR\n").mapping == ["title", "price", "price.currency"]


def test_amounts_are_in_the_currency_of_the_column_beside_them(haruto: User, bring_in: Bring) -> None:
    rows = [
        ("Mon", "1200", "eur"), ("Sore", "¥1,200", "円"), ("Kokoro", "$3", "USD"), ("Botchan", "5 KRW", "EUR"),
        ("Sanshiro", "7", ""), ("Kusamakura", "", "EUR"), ("Nowaki", "9", "shells"),
    ]  # fmt: skip
    data = "title,price,currency\n" + "".join(f'{title},"{price}",{currency}\n' for title, price, currency in rows)
    imported = bring_in(haruto, "book", data, region="GB", defaults={"price.currency": "CHF"})
    assert {book.title: book.price and str(book.price) for book in Book.objects.all()} == {
        "Mon": "1200.00 EUR", "Sore": "1200 JPY", "Kokoro": "3.00 USD", "Botchan": "5 KRW", "Sanshiro": "7.00 CHF",
        "Kusamakura": None,
    }  # fmt: skip
    assert [row.cells[0] for row in queries.rejections(imported)] == ["Nowaki"]
    assert counts(bring_in(haruto, "book", data, region="GB", defaults={"price.currency": "CHF"}))[:2] == (0, 0)


def test_a_column_of_currencies_alone_empties_no_amount(haruto: User, mon: Book, bring_in: Bring) -> None:
    records.update(actor=haruto, record=mon, changes={"price": "12.00 EUR"})
    bring_in(haruto, "book", "title,currency\nMon,JPY\n", policies={"price": "mirror"})
    mon.refresh_from_db()
    assert str(mon.price) == "12.00 EUR"


@pytest.mark.parametrize(("typed", "form"), [("1.234,50 EUR", "comma"), ("1,234.50 EUR", "")])
def test_numbers_are_read_as_the_file_writes_them(
    haruto: User, bring_in: Bring, take_in: Bring, typed: str, form: str
) -> None:
    data = f'title,price,rating\nMon,"{typed}","{"4,5" if form else "4.5"}"\n'
    assert take_in(haruto, "book", data).options["numbers"] == (form or "point")
    bring_in(haruto, "book", data)
    book = Book.objects.get()
    assert (str(book.price.amount if book.price else ""), str(book.rating)) == ("1234.50", "4.50")


def test_columns_that_go_into_one_text_are_joined(haruto: User, bring_in: Bring) -> None:
    data = "given,family,note,more\nSōseki,Natsume,One.,Two.\n"
    bring_in(haruto, "author", data, mapping=["name", "name", None, None])
    assert Author.objects.get().name == "Sōseki Natsume"
    bring_in(haruto, "book", data, mapping=["title", None, "summary", "summary"])
    assert Book.objects.get().summary == "One.\nTwo."
