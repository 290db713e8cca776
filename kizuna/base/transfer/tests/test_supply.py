"""Another process reads and understands the next batches, and nothing becomes of a file that would not without it."""

import os
import pickle
import random
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from kizuna.base.events.models import Subject
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.models import Key
from kizuna.base.search.models import Entry
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.importing import drawing, supply
from kizuna.base.transfer.importing.ahead import MARK
from kizuna.base.transfer.importing.forerunner import PATIENCE, Forerunner, Gone
from kizuna.base.transfer.importing.understanding import Understood, packed, unpacked
from kizuna.base.transfer.models import Import, Line, State
from kizuna.base.transfer.reading import Row
from kizuna.base.transfer.services import running
from kizuna.base.transfer.tests.conftest import counts
from kizuna.base.transfer.values import Draft
from kizuna.base.transfer.values.drafts import Wanted

pytestmark = pytest.mark.django_db
Make = Callable[..., Import]
UNLIKE = {"id", "created_at", "updated_at", "author_id"}
"""Columns that are other ones each time; authors are compared by their names."""


class Watched:
    """What the other processes did: how many batches were taken, how many records they had drawn up."""

    def __init__(self) -> None:
        self.begun: list[Forerunner] = []
        self.taken = 0
        self.finished = 0


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Watched:
    """Every import has a process that goes ahead, and waits until it can be asked."""
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setenv("TESTS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(supply, "MANY", 1)
    monkeypatch.setattr(supply, "cores", lambda: 2)
    seen = Watched()
    is_ready, take, finished = Forerunner.is_ready, Forerunner.take, drawing.Drawing.finished

    def waits(self: Forerunner) -> bool:
        if self not in seen.begun:
            seen.begun.append(self)
            self._has_answered(PATIENCE)
        return is_ready(self)

    def counts_batches(self: Forerunner, *args: Any, **given: Any) -> Any:
        found = take(self, *args, **given)
        seen.taken += 1
        return found

    def counts_records(self: Any, *args: Any) -> Any:
        seen.finished += 1
        return finished(self, *args)

    monkeypatch.setattr(Forerunner, "is_ready", waits)
    monkeypatch.setattr(Forerunner, "take", counts_batches)
    monkeypatch.setattr(drawing.Drawing, "finished", counts_records)
    return seen


def state(imported: Import, *keys: str) -> list[Any]:
    """Everything that an import left behind, in its order, without numbers that nobody promised."""
    found: list[Any] = [counts(imported), imported.state, imported.position]
    found += [(row.line, row.cells, row.reason, row.verdict) for row in queries.rejections(imported)]
    for key in keys:
        rows = registry.get(key).model._default_manager.order_by("pk")
        found += [{name: held for name, held in columns(one).items() if name not in UNLIKE} for one in rows]
        found += [str(getattr(one, "author", "")) for one in rows]
        kept = Key.objects.filter(resource=key).order_by("record_id", "kind", "key")
        found += list(kept.values_list("kind", "key"))
        told = Subject.objects.filter(resource=key).order_by("record_id", "event_id")
        found += [(name, without_author(changes)) for name, changes in told.values_list("event__name", "changes")]
    return found + [sorted(words.split()) for words in Entry.objects.order_by("pk").values_list("lexemes", flat=True)]


def without_author(changes: dict[str, Any] | None) -> dict[str, Any]:
    """What changed in a record, but for the numbers of authors."""
    return {name: change for name, change in (changes or {}).items() if name != "author"}


def columns(record: Record) -> dict[str, Any]:
    return {one.attname: getattr(record, one.attname) for one in record._meta.concrete_fields}


def both_ways(
    run: Callable[[], Import], ahead: Watched, monkeypatch: pytest.MonkeyPatch, *keys: str
) -> tuple[list[Any], list[Any]]:
    """What the same import leaves behind alone, and with the other process, each on the same records."""
    left = []
    for cores in (1, 2):
        monkeypatch.setattr(supply, "cores", lambda cores=cores: cores)
        with transaction.atomic():
            left.append(state(run(), *keys))
            transaction.set_rollback(True)
        assert bool(ahead.begun) == (cores == 2)
    return left[0], left[1]


def books(rows: int) -> str:
    """Books of a few authors under a few titles, with everything that can go wrong with a file and its cells."""
    chance = random.Random(46)
    lines = ["title,author,author.reading,pages,subjects,lent_at,rating"]
    for number in range(rows):
        title = chance.choice(
            ("Kokoro", "KOKORO", "Mon", f"Sanshiro {number}", "", "Known", '"Öpen\nlines, and commas"')
        )
        author = chance.choice(("漱石", "夏目 漱石", "夏目　漱石", "Twin", "鴎外", f"Author {number}", ""))
        pages = chance.choice(("", "1", "200", "0", "many", "1e9"))
        moment = chance.choice(("", "2026-11-20 08:30", "20/11/2026", "yesterday"))
        lines.append(f"{title},{author},{chance.choice(('', 'なつめ'))},{pages},{chance.choice('ab')},{moment},4.5")
        if number % 17 == 5:
            lines.append(chance.choice(("too,few", 'an "open, quotation,mark,in,the,middle,x', "\0,,,,,,", ",,,,,,")))
    return "\n".join(lines) + "\n"


def test_books_of_authors_who_are_there_or_not_become_the_same(
    haruto: User, soseki: Author, start: Make, ahead: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Twin", "Twin"):
        records.create(actor=haruto, resource=registry.get("author"), values={"name": name})
    records.create(actor=haruto, resource=registry.get("book"), values={"title": "Known", "pages": 200})
    mapping = ["title", "author", "author.reading", "pages", "subjects", "lent_at", "rating"]

    def run() -> Import:
        started = start(haruto, "book", books(90), mapping=mapping)
        return transfer.run_import(import_id=started.pk, batch=13)

    alone, together = both_ways(run, ahead, monkeypatch, "book", "author")
    assert together == alone
    assert ahead.taken > 6
    assert ahead.finished > 10


def test_rows_about_records_of_earlier_rows_become_the_same(
    haruto: User, soseki: Author, start: Make, ahead: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)
    names, readings = ("夏目 漱石", "鴎外", "ＯＧＡＩ", "Ogai", "一葉", ""), ("", "よみ", "ヨミ")
    mails = ("a@x.example", "b@x.example", "c@x.example;d@x.example", "", "bad")
    rows = [f"{chance.choice(names)},{chance.choice(mails)},{chance.choice(readings)}" for _row in range(60)]
    rows += [f"Author {n},a{n}@x.example,\nAuthor {n},b{n}@x.example,{n}" for n in range(20)]

    def run() -> Import:
        started = start(haruto, "author", "name,emails,reading\n" + "\n".join(rows) + "\n", match=["emails", "name"])
        return transfer.run_import(import_id=started.pk, batch=9)

    alone, together = both_ways(run, ahead, monkeypatch, "author")
    assert together == alone
    assert ahead.finished > 10


def test_fields_and_kinds_that_were_made_here_become_the_same(
    alice: User, start: Make, ahead: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.language, alice.time_zone = "ja", "Asia/Tokyo"
    alice.save()
    records.add_custom_object(actor=alice, labels="Visit", plural_labels="Visits")
    visits = registry.get("x_visit")
    for kind, label, given in (
        ("number", "Hours", {"places": 1}),
        ("moment", "Begun", {}),
        ("phone", "Desk", {}),
        ("choice", "Room", {"choices": ["Window", "Garden"]}),
        ("text", "Shelf", {}),
    ):
        records.add_custom_field(actor=alice, resource=visits, kind=kind, labels=label, settings=given)
    double = {"expression": "hours * 2", "places": 1}
    records.add_custom_field(actor=alice, resource=visits, kind="formula", labels="Double", settings=double)
    rows = "".join(
        f"Visit {n},{n}.5,2026-11-20 08:{n:02},03-1234-{5600 + n},{('garden', 'Window', 'nowhere')[n % 3]},A{n}\n"
        for n in range(40)
    )

    def run() -> Import:
        started = start(alice, "x_visit", "name,hours,begun,desk,room,shelf\n" + rows)
        return transfer.run_import(import_id=started.pk, batch=11)

    alone, together = both_ways(run, ahead, monkeypatch, "x_visit")
    assert together == alone
    assert ahead.finished > 20
    assert any("Room" in str(part) or "nowhere" in str(part) for part in together)


def test_a_dry_run_says_the_same(haruto: User, take_in: Make, ahead: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for cores in (1, 2):
        monkeypatch.setattr(supply, "cores", lambda cores=cores: cores)
        draft = take_in(haruto, "book", books(40))
        transfer.start_dry_run(actor=haruto, imported=draft, mapping=draft.mapping, options=draft.options, later=False)
        found = transfer.run_dry_run(import_id=draft.pk, batch=9)
        lines = Line.objects.filter(source=draft).order_by("pk")
        told.append((found.counts, found.related, list(lines.values_list("number", "verdict", "title", "reason"))))
    assert told[0] == told[1]
    assert ahead.taken > 3


ROWS = "name,emails\n" + "".join(f"{'' if n % 10 == 3 else f'Author {n}'},a{n}@x.example\n" for n in range(50))


def test_the_import_goes_on_alone_where_the_other_process_is_killed(haruto: User, start: Make, ahead: Watched) -> None:
    started = start(haruto, "author", ROWS)

    def kill(imported: Import) -> None:
        if imported.position == 20:
            os.kill(ahead.begun[0].pid, signal.SIGKILL)

    done = transfer.run_import(import_id=started.pk, batch=10, tell=kill)
    assert (done.state, counts(done), done.position) == (State.DONE, (45, 0, 0, 5), 50)
    assert [row.line for row in queries.rejections(done)] == [5, 15, 25, 35, 45]
    assert Author.objects.count() == 45
    assert 2 <= ahead.taken < 5


def test_an_import_that_was_killed_goes_on_with_another_process(
    haruto: User, start: Make, ahead: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = start(haruto, "author", ROWS)

    class Killed(Exception):
        pass

    def die(*args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(running, "_write_rejections", die)
        with pytest.raises(Killed):
            transfer.run_import(import_id=started.pk, batch=10)
    asked = iter([False, True])
    paused = transfer.run_import(import_id=started.pk, batch=10, stops=lambda: next(asked, True))
    assert (paused.position, Author.objects.count()) == (20, 18)
    Import.objects.filter(pk=started.pk).update(state=State.RUNNING)
    done = transfer.run_import(import_id=started.pk, batch=7)
    assert (done.state, counts(done)) == (State.DONE, (45, 0, 0, 5))
    assert len(ahead.begun) == 3
    assert all(one._process.returncode is not None for one in ahead.begun)


def test_what_goes_from_one_process_to_another_arrives_as_it_was() -> None:
    said, unread = Row(2, ["Nagori", "", "0"]), Row(3, ["?"], "This row cannot be read.")
    draft = Draft(row=said, cells=said.cells, values={"title": "Nagori"}, record_id=0, wanted={"author": Wanted("Sei")})
    draft.sources = {"price": (2, "0")}
    rows = [Understood(said, draft, {"title": "Nagori"}), Understood(unread, None)]

    arrived = unpacked(pickle.loads(pickle.dumps(packed(rows))))

    assert arrived == rows
    assert arrived[0].draft is not None
    assert arrived[0].draft.row is arrived[0].row
    assert arrived[0].draft.keys is not draft.keys, "each draft has lists of its own to add to"


def test_nobody_works_with_a_process_of_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    found = object.__new__(Forerunner)
    monkeypatch.setattr(found, "_task", object(), raising=False)
    monkeypatch.setattr(found, "_has_answered", lambda seconds: True)
    monkeypatch.setattr(found, "_receive", lambda: f"{MARK} and newer")
    with pytest.raises(Gone):
        found.is_ready()


def test_it_does_not_outlive_the_process_that_began_it(tmp_path: Path) -> None:
    begin = (
        "import django; django.setup()\n"
        "from kizuna.base.transfer.importing.forerunner import Forerunner\n"
        "found = Forerunner(None)\n"
        "assert found._has_answered(60)\n"
        "print(found.pid, flush=True)\n"
        "input()\n"
    )
    environment = os.environ | {"TESTS_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    parent = subprocess.Popen(
        [sys.executable, "-c", begin], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    )
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    assert select.select([child], [], [], PATIENCE)[0]
    os.close(child)


# ── what is drawn up before related records are known ──


def test_a_record_that_follows_from_related_ones_is_not_drawn_up_ahead(
    haruto: User, start: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = start(haruto, "book", "title,author\nKokoro,漱石\nMon,\n")
    plan = running.plan_of(haruto, started)
    with supply.Supply(plan, started, size=10, position=0) as rows:
        kokoro, mon = (one.draft for one in next(iter(rows)))
    ahead = plan.understanding.drawing.ahead
    assert kokoro is not None
    assert mon is not None
    assert ahead(kokoro)["title"] == "Kokoro"
    assert not ahead(kokoro).keys() & {"author_id", "created_at", "created_by_id"}
    monkeypatch.setattr(Book, "normalise", lambda book: setattr(book, "summary", f"by {book.author_id}"))
    assert ahead(kokoro) is None
    assert ahead(mon)["summary"] == "by None"
