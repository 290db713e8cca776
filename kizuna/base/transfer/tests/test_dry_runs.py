"""A dry run says of every row what the import then does, and changes nothing."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.events.models import EventRow
from kizuna.base.identity.models import User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import DryRun, Import, Line, State
from kizuna.base.transfer.services import running
from kizuna.base.transfer.verdicts import PARTLY
from kizuna.base.types.errors import Refused

pytestmark = pytest.mark.django_db
Make = Callable[..., Import]
Fates = list[tuple[int, str, str]]


@pytest.fixture
def try_out(take_in: Make) -> Callable[..., DryRun]:
    """From the file to the end of a dry run."""

    def run(actor: Any, key: str, data: str, *, mapping: Any = None, batch: int = 3, **options: Any) -> DryRun:
        draft = take_in(actor, key, data)
        chosen, rules = mapping or draft.mapping, draft.options | options
        transfer.start_dry_run(actor=actor, imported=draft, mapping=chosen, options=rules, later=False)
        return transfer.run_dry_run(import_id=draft.pk, batch=batch)

    return run


def carry_out(actor: Any, found: DryRun, batch: int, monkeypatch: pytest.MonkeyPatch) -> Fates:
    """Start the import as it was tried out; what became of each row."""
    imported, seen = found.source, Fates()
    attempt = running.attempt

    def watched(plan: Any, rows: Any, deal: Any) -> Any:
        planned = attempt(plan, rows, deal)
        seen.extend((fate.row.line, str(fate.verdict), str(fate.record or "")) for fate in planned.fates)
        return planned

    with monkeypatch.context() as patch:
        patch.setattr(running, "attempt", watched)
        transfer.start_import(
            actor=actor, imported=imported, mapping=imported.mapping, options=imported.options, later=False
        )
        transfer.run_import(import_id=imported.pk, batch=batch)
    return seen


def told(found: DryRun) -> Fates:
    lines = Line.objects.filter(source=found.source).exclude(verdict=PARTLY).order_by("pk")
    return [(line.number, line.verdict, line.title) for line in lines]


def a_file(seed: int) -> str:
    """Books of a few authors under a few titles, with everything that can go wrong."""
    chance = random.Random(seed)
    rows = ["title,author,author.reading,pages,subjects"]
    for _row in range(24):
        title = chance.choice(("Kokoro", "KOKORO", "Mon", "Sanshiro", "", "Known"))
        author = chance.choice(("漱石", "夏目 漱石", "夏目　漱石", "Twin", "鴎外", ""))
        reading = chance.choice(("", "", "なつめ"))
        rows.append(f"{title},{author},{reading},{chance.choice(('', '1', '200', '0', 'many'))},{chance.choice('ab')}")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("seed", range(4))
def test_every_row_of_books_becomes_what_was_foreseen(
    haruto: User, soseki: Author, try_out: Any, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    for name in ("Twin", "Twin"):
        records.create(actor=haruto, resource=registry.get("author"), values={"name": name})
    records.create(actor=haruto, resource=registry.get("book"), values={"title": "Known", "pages": 200})
    mapping = ["title", "author", "author.reading", "pages", "subjects"]
    before = Author.objects.count(), Book.objects.count(), EventRow.objects.count()
    found = try_out(haruto, "book", a_file(seed), mapping=mapping)
    assert (Author.objects.count(), Book.objects.count(), EventRow.objects.count()) == before
    foreseen = told(found)
    done = carry_out(haruto, found, 3, monkeypatch)
    assert foreseen == [one for one in done if one[1] != "unchanged"]
    imported = Import.objects.get(pk=found.source_id)
    assert {name: count for name, count in imported.counts.items() if count} == found.counts
    assert Author.objects.count() - before[0] == found.related.get("author", 0)
    assert (imported.related, imported.partly_count) == (found.related, found.counts.get(PARTLY, 0))


@pytest.mark.parametrize("seed", range(4))
def test_rows_that_find_what_earlier_rows_made_and_changed(
    haruto: User, soseki: Author, try_out: Any, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    names, readings = ("夏目 漱石", "鴎外", "ＯＧＡＩ", "Ogai", "一葉", ""), ("", "よみ", "ヨミ")
    mails = ("a@x.example", "b@x.example", "c@x.example", "", "bad")
    rows = [f"{chance.choice(names)},{chance.choice(mails)},{chance.choice(readings)}" for _row in range(24)]
    data = "name,emails,reading\n" + "\n".join(rows) + "\n"
    match = ["emails", "name"] if seed % 2 else ["name"]
    found = try_out(haruto, "author", data, match=match, batch=2)
    foreseen, changes = told(found), list(Line.objects.exclude(changes=None).values_list("number", "changes"))
    assert changes
    assert foreseen == [one for one in carry_out(haruto, found, 2, monkeypatch) if one[1] != "unchanged"]
    assert found.counts[PARTLY] == Import.objects.get().partly_count > 0


def test_differences_name_the_fields_before_and_after(haruto: User, kokoro: Book, try_out: Any) -> None:
    found = try_out(haruto, "book", f"Kizuna ID,title,pages,author\nbook:{kokoro.pk},Kokoro,300,森 鴎外\n")
    (line,) = queries.lines(found.source, "update")
    assert (line.record_id, line.title) == (kokoro.pk, "Kokoro")
    assert line.changes is not None
    assert line.changes["pages"] == [kokoro.pages, 300]
    assert line.changes["author"][1] == "森 鴎外"  # not there yet, so it has no number
    assert found.related == {"author": 1}


def test_rows_that_are_new_or_known_can_be_left_out(haruto: User, soseki: Author, try_out: Any) -> None:
    data = "name,reading\n夏目 漱石,x\n鴎外,y\n"
    assert try_out(haruto, "author", data, brings_new=False).counts == {"update": 1, "skip": 1}
    assert try_out(haruto, "author", data, updates_known=False).counts == {"create": 1, "skip": 1}


def test_what_an_unused_row_names_is_not_made(haruto: User, bring_in: Make) -> None:
    imported = bring_in(haruto, "book", "title,author,pages\nMon,漱石,0\n")
    assert imported.rejected_count == 1
    assert not Author.objects.exists()


def test_a_dry_run_is_a_job_that_can_be_asked_again_and_goes_with_the_start(haruto: User, take_in: Make) -> None:
    draft = take_in(haruto, "author", "name,emails\nA,a@x.example\n,b@x.example\n")
    given: dict[str, Any] = {"actor": haruto, "imported": draft, "mapping": draft.mapping, "options": draft.options}
    for _time in range(2):
        transfer.start_dry_run(**given)
        with pytest.raises(Refused):
            transfer.start_dry_run(**given)
        with pytest.raises(Refused):
            transfer.start_import(**given)
        (job,) = run_waiting()
        assert (job.result, job.progress_done) == ({"create": 1, "rejected": 1}, 2)
    assert Line.objects.count() == 2
    transfer.start_import(**given)
    run_waiting()
    assert not Line.objects.exists()
    assert Import.objects.get(pk=draft.pk).counts["create"] == 1


def test_a_dry_run_is_stopped(haruto: User, take_in: Make) -> None:
    draft = take_in(haruto, "author", "name\nA\n")
    transfer.start_dry_run(actor=haruto, imported=draft, mapping=draft.mapping, options=draft.options)
    transfer.cancel_dry_run(actor=haruto, imported=draft)
    assert queries.state_of(DryRun.objects.get()) == State.CANCELLED
    assert run_waiting() == []
