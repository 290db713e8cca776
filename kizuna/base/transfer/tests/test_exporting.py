"""Records go out as a file, to those who may, in columns that come in again."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyarrow import parquet

from kizuna.base.events.models import EventRow
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.table import Sort
from kizuna.base.search.selecting import Selection
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.exporting import EXPORT_ENCODINGS
from kizuna.base.transfer.models import Import
from kizuna.base.transfer.services import exports
from kizuna.base.transfer.tests.conftest import counts
from kizuna.base.types.errors import Denied, Invalid

pytestmark = pytest.mark.django_db


def written(actor: Any, key: str, **given: Any) -> list[dict[str, str]]:
    """The rows of an export, by header."""
    made = transfer.export(actor=actor, resource=registry.get(key), **given)
    text = b"".join(made.chunks()).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def shelf(mika: User, soseki: Author) -> list[Book]:
    """Books with something in every column, and something awkward in most."""
    made = []
    for values in (
        {"title": "Kokoro", "author": soseki.pk, "pages": 248, "price": "1200 JPY", "rating": "4.50", "is_rare": True},
        {"title": "=cmd|' /C calc'!A0", "summary": 'two\nlines, a "quote" and a\ttab', "status": "lent"},
        {"title": "'=already guarded", "subjects": ["a, b", "novel"], "published_on": "1914-09-20"},
        {"title": "+1 -2 @3", "lent_at": "2026-03-01T10:00:00.123456+09:00", "website": "library.example/kokoro"},
        {"title": "絆 🎎 عربى", "subjects": ["名作"], "price": "0.05 EUR"},
    ):
        made.append(records.create(actor=mika, resource=registry.get("book"), values=values))
    return made  # type: ignore[return-value]


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "jsonl"])
def test_every_column_of_everything_comes_in_again_and_changes_nothing(
    mika: User, shelf: list[Book], bring_in: Callable[..., Import], kind: str
) -> None:
    versions = list(Book.objects.order_by("pk").values_list("pk", "version"))
    made = transfer.export(actor=mika, resource=registry.get("book"), kind=kind)
    again = bring_in(mika, "book", b"".join(made.chunks()))
    assert counts(again) == (0, 0, 5, 0), [row.reason for row in again.rejections.all()]
    assert list(Book.objects.order_by("pk").values_list("pk", "version")) == versions


@pytest.mark.parametrize(("language", "kind"), [("en", "csv"), ("ja", "xlsx"), ("ko", "csv"), ("ja", "jsonl")])
def test_and_so_do_addresses_in_a_reader_s_own_language(
    mika: User, soseki: Author, bring_in: Callable[..., Import], language: str, kind: str
) -> None:
    mika.language = language
    mika.save()
    emails = [{"value": "home@x.example", "label": "home"}, {"value": "Soseki@Library.example", "primary": True}]
    records.create(actor=mika, resource=registry.get("author"), values={"name": "Two", "emails": emails})
    made = transfer.export(actor=mika, resource=registry.get("author"), kind=kind)
    again = bring_in(mika, "author", b"".join(made.chunks()))
    assert counts(again) == (0, 0, 2, 0)


def test_elsewhere_the_file_makes_the_same_records(
    mika: User, shelf: list[Book], bring_in: Callable[..., Import]
) -> None:
    before = written(mika, "book", with_ids=False)
    data = b"".join(transfer.export(actor=mika, resource=registry.get("book"), with_ids=False).chunks())
    Book.objects.all().delete()
    assert counts(bring_in(mika, "book", data)) == (5, 0, 0, 0)
    derived = {"Created", "Created by", "Last change", "Changed by"}
    bare = [{name: cell for name, cell in row.items() if name not in derived} for row in before]
    after = [
        {name: cell for name, cell in row.items() if name not in derived}
        for row in written(mika, "book", with_ids=False)
    ]
    assert after == bare


def test_values_are_data_and_formulas_are_text(mika: User, shelf: list[Book]) -> None:
    rows = {row["Title"]: row for row in written(mika, "book")}
    kokoro = rows["Kokoro"]
    assert (kokoro["Price"], kokoro["Rating"], kokoro["Pages"], kokoro["Rare"]) == ("1200 JPY", "4.50", "248", "Yes")
    assert kokoro["Author"] == "夏目 漱石"
    assert {"'=cmd|' /C calc'!A0", "''=already guarded", "'+1 -2 @3"} <= rows.keys()
    cells = [cell for row in rows.values() for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in cells)


def test_several_addresses_have_columns_of_their_own(mika: User, soseki: Author) -> None:
    emails = [{"value": "a@x.example", "label": "home"}, {"value": "b@x.example", "primary": True}]
    records.create(actor=mika, resource=registry.get("author"), values={"name": "Two", "emails": emails})
    rows = {row["Name"]: row for row in written(mika, "author", names=["name", "emails"])}
    label = str(registry.get("author").fields["emails"].label)
    assert list(rows["Two"])[1:] == ["Name", f"{label} 1", f"{label} 1: label", f"{label} 2", f"{label} 2: label"]
    assert [rows["Two"][f"{label} 1"], rows["Two"][f"{label} 2: label"]] == ["b@x.example", "Home"]
    assert rows["夏目 漱石"][f"{label} 2"] == ""


def test_chosen_columns_rows_and_order(mika: User, shelf: list[Book]) -> None:
    books = registry.get("book")
    rows = books.visible_to(mika).filter(pk__in=[shelf[0].pk, shelf[4].pk])
    sort = Sort.of(books, mika, "-pages")
    found = written(mika, "book", rows=rows, sort=sort, names=["pages", "title"], with_ids=False)
    assert found == [{"Pages": "248", "Title": "Kokoro"}, {"Pages": "", "Title": "絆 🎎 عربى"}]


def test_many_rows_are_written_in_chunks_and_none_is_missed(
    mika: User, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(exports, "CHUNK", 100)
    made = [Book(title=f"Volume {n % 7}", owner=mika) for n in range(1050)]
    records.create_many(actor=mika, resource=registry.get("book"), records=made)
    with django_assert_max_num_queries(20):
        found = written(mika, "book", names=["title"])
    assert sorted(row["Kizuna ID"] for row in found) == sorted(f"book:{book.pk}" for book in made)


def test_the_log_knows_before_the_first_row_is_out(mika: User, shelf: list[Book]) -> None:
    meant = Selection("mine", '{"field": "x"}', "Kokoro", (1, 2))
    made = transfer.export(actor=mika, resource=registry.get("book"), names=["title"], meant=meant)
    told = EventRow.objects.get(name="transfer.RecordsExported")
    assert told.actor_id == mika.pk
    assert told.data == {
        "resource": "book",
        "count": 5,
        "columns": ["title"],
        "condition": '{"field": "x"}',
        "encoding": "utf-8-sig",
        "kind": "csv",
        "view": "mine",
        "search": "Kokoro",
        "is_ticked": True,
    }
    assert made.count == 5


def test_only_what_one_may_export_and_see(haruto: User, mika: User, carol: User, grant: Any) -> None:
    for owner in (haruto, carol):
        records.create(
            actor=mika, resource=registry.get("book"), values={"title": f"Of {owner.name}", "owner": owner.pk}
        )
    grant(haruto, book={"read": "all", "export": "own"})
    assert [row["Title"] for row in written(haruto, "book")] == ["Of Haruto"]
    grant(haruto, book={"read": "all"})
    with pytest.raises(Denied):
        written(haruto, "book")


def test_the_title_of_a_record_out_of_sight_does_not_leak(mika: User, haruto: User, kokoro: Book, grant: Any) -> None:
    grant(haruto, book={"read": "all", "export": "all"})
    (row,) = written(haruto, "book")
    assert row["Author"] == ""


@pytest.mark.parametrize("encoding", EXPORT_ENCODINGS)
def test_every_encoding_can_be_read_again(
    mika: User, soseki: Author, encoding: str, bring_in: Callable[..., Import]
) -> None:
    made = transfer.export(actor=mika, resource=registry.get("author"), encoding=encoding)
    data = b"".join(made.chunks())
    assert len(data.decode(encoding).splitlines()) == 2
    lost = encoding in ("cp1252", "latin-1")
    assert bool(made.replaced) == lost
    if not lost:
        assert counts(bring_in(mika, "author", data)) == (0, 0, 1, 0)


def test_letters_that_an_encoding_lacks_are_counted(mika: User) -> None:
    records.create(actor=mika, resource=registry.get("book"), values={"title": "김 🎎?"})
    made = transfer.export(actor=mika, resource=registry.get("book"), names=["title"], encoding="cp932", with_ids=False)
    assert b"".join(made.chunks()).decode("cp932").splitlines()[1] == "? ??"
    assert made.replaced == 2


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"names": ["nonsense"]}, "columns"),
        ({"encoding": "rot13"}, "encoding"),
        ({"kind": "doc"}, "kind"),
        ({"kind": "vcf"}, "kind"),
    ],
)
def test_what_cannot_be_exported_is_refused(mika: User, given: Any, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        transfer.export(actor=mika, resource=registry.get("book"), **given)
    assert list(caught.value.errors) == [name]


def test_a_moment_is_written_with_its_zone(mika: User) -> None:
    mika.time_zone = "Asia/Tokyo"
    mika.save()
    at = dt.datetime(2026, 3, 1, 1, 0, tzinfo=dt.UTC)
    records.create(actor=mika, resource=registry.get("book"), values={"title": "Lent", "lent_at": at})
    (row,) = written(mika, "book", names=["lent_at"])
    assert row["Lent"] == "2026-03-01T10:00:00+09:00"


# Formats ------------------------------------------------------------------------------------------------------------


def test_a_workbook_has_types_and_no_formulas(mika: User, shelf: list[Book]) -> None:
    made = transfer.export(actor=mika, resource=registry.get("book"), kind="xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(made.chunks()))).worksheets[0]
    header, *rows = sheet.iter_rows()
    names = [cell.value for cell in header]
    cells = [dict(zip(names, row, strict=True)) for row in rows]
    kokoro = next(row for row in cells if row["Title"].value == "Kokoro")
    assert (kokoro["Pages"].value, kokoro["Rating"].value, kokoro["Rare"].value) == (248, 4.5, True)
    assert (kokoro["Price"].value, kokoro["Price"].number_format) == (1200, "[$JPY] #,##0.######")
    assert isinstance(kokoro["Created"].value, dt.datetime)
    assert any(row["Published"].value == dt.datetime(1914, 9, 20) for row in cells)
    evil = next(row["Title"] for row in cells if "calc" in str(row["Title"].value))
    assert (evil.data_type, evil.quotePrefix) == ("s", True)


def test_parquet_has_types_of_its_own(mika: User, shelf: list[Book], monkeypatch: pytest.MonkeyPatch) -> None:
    made = transfer.export(actor=mika, resource=registry.get("book"), kind="parquet")
    table = parquet.read_table(io.BytesIO(b"".join(made.chunks())))
    kinds = {field.name: str(field.type) for field in table.schema}
    assert (kinds["price"], kinds["price_currency"]) == ("decimal128(38, 6)", "string")
    assert (kinds["published_on"], kinds["lent_at"], kinds["pages"]) == (
        "date32[day]",
        "timestamp[us, tz=UTC]",
        "int64",
    )
    assert [row["subjects"] for row in table.to_pylist() if row["title"].startswith("絆")] == [["名作"]]
    monkeypatch.setattr("kizuna.base.transfer.exporting.parquet.find_spec", lambda name: None)
    with pytest.raises(Invalid, match="kind") as caught:
        transfer.export(actor=mika, resource=registry.get("book"), kind="parquet")
    assert "kizuna[parquet]" in caught.value.errors["kind"][0]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "tsv", "jsonl", "parquet"])
def test_every_format_needs_the_right_and_is_told_to_the_log(
    mika: User, haruto: User, shelf: list[Book], kind: str
) -> None:
    b"".join(transfer.export(actor=mika, resource=registry.get("book"), kind=kind).chunks())
    told = EventRow.objects.get(name="transfer.RecordsExported")
    assert (told.data["kind"], told.data["count"]) == (kind, 5)
    with pytest.raises(Denied):
        transfer.export(actor=haruto, resource=registry.get("book"), kind=kind)


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "jsonl"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=40),
    summary=st.text(st.sampled_from("=+-@'\"\n,;\tab絆 "), max_size=20),
    amount=st.decimals(0, 10**9, places=2),
    moment=st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)),
    day=st.dates(dt.date(1, 1, 1)),
)
def test_whatever_a_record_says_it_is_the_same_when_it_comes_back(
    mika: User, bring_in: Callable[..., Import], kind: str, title: str, summary: str, amount: Any, moment: Any, day: Any
) -> None:
    Book.objects.all().delete()
    values = {"title": title, "summary": summary, "price": f"{amount} EUR", "lent_at": moment.isoformat()}
    values["published_on"] = day.isoformat()
    try:
        records.create(actor=mika, resource=registry.get("book"), values=values)
    except Invalid:
        return  # nothing to read in it
    made = transfer.export(actor=mika, resource=registry.get("book"), kind=kind)
    assert counts(bring_in(mika, "book", b"".join(made.chunks()))) == (0, 0, 1, 0)
