"""Files in and out: found out, mapped, imported once, rejected with reasons, resumed, exported harmlessly."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.events.models import EventRow
from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import, State
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused

pytestmark = pytest.mark.django_db

AUTHORS = (
    "name,reading,e-mail addresses\n夏目 漱石,なつめ そうせき,soseki@library.example\n樋口 一葉,ひぐち いちよう,\n"
)
BOOKS = (
    "title,author,pages,subjects,price\n"
    "Kokoro,夏目 漱石,248,novel,1200 JPY\n"
    "Botchan,夏目 漱石,190,novel,\n"
    "Blank,,no number,,\n"
)


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def take_in(actor: User, key: str, data: bytes | str, **options: Any) -> Import:
    raw = data.encode() if isinstance(data, str) else data
    return transfer.prepare_import(
        actor=actor, resource=registry.get(key), file=ContentFile(raw, "people.csv"), name="people.csv", **options
    )


def bring_in(actor: User, key: str, data: bytes | str) -> Import:
    """From the file to the finished import, with everything as it was guessed."""
    draft = take_in(actor, key, data)
    started = transfer.start_import(
        actor=actor, imported=draft, mapping=draft.mapping, options=draft.options, later=False
    )
    return transfer.run_import(import_id=started.pk)


def counts(imported: Import) -> tuple[int, int, int, int]:
    return (imported.created_count, imported.updated_count, imported.unchanged_count, imported.rejected_count)


def test_the_columns_are_found_out(haruto: User) -> None:
    draft = take_in(haruto, "author", AUTHORS)
    assert draft.header == ["name", "reading", "e-mail addresses"]
    assert [written and written.partition(":")[0] for written in draft.mapping] == ["name", "reading", "emails"]


def test_authors_come_in_and_the_same_file_again_changes_nothing(haruto: User) -> None:
    first = bring_in(haruto, "author", AUTHORS)
    assert (first.state, counts(first)) == (State.DONE, (2, 0, 0, 0))
    soseki = Author.objects.get(reading="なつめ そうせき")
    assert (soseki.owner, soseki.emails[0]["key"]) == (haruto, "soseki@library.example")
    again = bring_in(haruto, "author", AUTHORS)
    assert counts(again) == (0, 0, 2, 0)
    assert Author.objects.count() == 2
    assert Author.objects.get(pk=soseki.pk).version == 1


def test_what_differs_is_changed_and_what_is_blank_is_not(haruto: User) -> None:
    bring_in(haruto, "author", AUTHORS)
    changed = bring_in(haruto, "author", "name,reading\n夏目 漱石,なつめ きんのすけ\n樋口 一葉,\n")
    assert counts(changed) == (0, 1, 1, 0)
    assert Author.objects.get(name="樋口 一葉").reading == "ひぐち いちよう"


def test_rows_that_cannot_be_read_come_back_with_reasons_and_stop_nothing(haruto: User) -> None:
    imported = bring_in(haruto, "book", BOOKS)
    assert counts(imported) == (2, 0, 0, 1)
    (row,) = queries.rejections(imported)
    assert (row.line, row.cells[0]) == (4, "Blank")
    assert "number" in row.reason
    assert Book.objects.get(title="Kokoro").author.name == "夏目 漱石"
    assert Author.objects.count() == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp"])
def test_the_encoding_is_found_out(haruto: User, encoding: str) -> None:
    lines = "".join(f"夏目 漱石{n},なつめ そうせき\n" for n in range(30))
    imported = bring_in(haruto, "author", f"name,reading\n{lines}".encode(encoding))
    assert counts(imported)[0] == 30
    assert Author.objects.filter(name="夏目 漱石7", reading="なつめ そうせき").exists()


def test_korean_is_found_out(haruto: User) -> None:
    lines = "".join(f"한강 {n},채식주의자를 쓴 작가입니다\n" for n in range(30))
    bring_in(haruto, "author", f"name,reading\n{lines}".encode("euc_kr"))
    assert Author.objects.filter(name="한강 7").exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"name,reading\n",
        b"PK\x03\x04 a workbook",
        b"\x89PNG\r\n\x1a\n",
        ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n1\n",
    ],
    ids=["empty", "blank lines", "only a header", "workbook", "picture", "10,000 columns"],
)
def test_a_file_that_is_none_is_refused_in_words(haruto: User, data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        take_in(haruto, "author", data)
    assert list(caught.value.errors) == ["file"]
    assert not Import.objects.exists()


def test_an_open_quote_a_nul_and_a_huge_cell_harm_only_their_rows(haruto: User) -> None:
    rows = ["Good,reading", 'Nul\0l,"x"', f"Huge,{'x' * 10_000_000}", "Ragged,a,b,c,d", "Also good,reading"]
    imported = bring_in(haruto, "author", "name,reading\n" + "\n".join(rows) + '\nOpen,"never closed\n')
    assert imported.state == State.DONE
    assert {"Good", "Also good"} <= set(Author.objects.values_list("name", flat=True))
    assert not any("\0" in name for name in Author.objects.values_list("name", flat=True))
    assert imported.rejected_count >= 1


def test_an_import_that_was_killed_goes_on_where_it_was_and_no_row_comes_twice(haruto: User) -> None:
    class Killed(Exception):
        pass

    data = "title\n" + "".join(f"Volume {n}\n" for n in range(25))
    draft = take_in(haruto, "book", data)
    started = transfer.start_import(
        actor=haruto, imported=draft, mapping=draft.mapping, options=draft.options, later=False
    )

    def die_in_the_second_batch(imported: Import) -> None:
        if imported.position >= 20:
            raise Killed

    with pytest.raises(Killed):
        transfer.run_import(import_id=started.pk, tell=die_in_the_second_batch, batch=10)
    done = transfer.run_import(import_id=started.pk, batch=10)
    assert (done.state, done.position) == (State.DONE, 25)
    assert sorted(Book.objects.values_list("title", flat=True)) == sorted(f"Volume {n}" for n in range(25))


def test_a_draft_is_started_once(haruto: User) -> None:
    draft = take_in(haruto, "author", AUTHORS)
    start = {"mapping": draft.mapping, "options": draft.options, "later": False}
    transfer.start_import(actor=haruto, imported=draft, **start)
    with pytest.raises(Refused):
        transfer.start_import(actor=haruto, imported=draft, **start)


def test_who_may_not_import_brings_nothing_in(victor: User, carol: User, haruto: User) -> None:
    with pytest.raises(Denied):
        take_in(victor, "author", AUTHORS)
    draft = take_in(haruto, "author", AUTHORS)
    with pytest.raises(Missing):
        queries.find(carol, registry.get("author"), draft.pk)
    with pytest.raises(Denied):
        transfer.start_import(
            actor=haruto,
            imported=draft,
            mapping=draft.mapping,
            options={**draft.options, "owner": carol.pk},
            later=False,
        )


def export_of(actor: User, key: str, **options: Any) -> list[list[str]]:
    made = transfer.export(actor=actor, resource=registry.get(key), **options)
    return list(csv.reader(io.StringIO(b"".join(made.chunks()).decode("utf-8-sig"))))


def test_what_was_exported_comes_in_again_unchanged(mika: User, haruto: User, kokoro: Book) -> None:
    made = transfer.export(actor=mika, resource=registry.get("book"))
    again = bring_in(mika, "book", b"".join(made.chunks()))
    assert counts(again) == (0, 0, 1, 0)
    assert Book.objects.count() == 1


@pytest.mark.parametrize("title", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "=HYPERLINK(1)"])
def test_formulas_are_defused(mika: User, haruto: User, title: str) -> None:
    Book.objects.create(title=title, owner=haruto)
    cells = [cell for row in export_of(mika, "book", names=["title"]) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_an_export_is_told_to_the_log_and_is_a_right_of_its_own(mika: User, haruto: User, kokoro: Book) -> None:
    export_of(mika, "book")
    told = EventRow.objects.get(name="transfer.RecordsExported")
    assert (told.actor_id, told.data["resource"], told.data["count"]) == (mika.pk, "book", 1)
    with pytest.raises(Denied):
        export_of(haruto, "book")


def test_a_hidden_field_is_in_no_export(mika: User, kokoro: Book, hide) -> None:
    hide(mika, "book", "pages")
    header, row = export_of(mika, "book")
    assert "Pages" not in header
    assert "248" not in row
    with pytest.raises(Invalid):
        export_of(mika, "book", names=["pages"])
