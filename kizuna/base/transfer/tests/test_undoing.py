"""An import taken back: what it made, what it changed, and what stays because somebody changed it since."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.events.models import EventRow
from kizuna.base.identity.models import User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.jobs.models import Job
from kizuna.base.notifications.models import Notification
from kizuna.base.records import services as records
from kizuna.base.records.events import RecordsDeleted, RecordsUpdated
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Author, Book, Review
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.events import ImportUndone
from kizuna.base.transfer.models import Import, Kept, State, Undoing
from kizuna.base.transfer.services import undoing as undoing_services
from kizuna.base.types.errors import Denied, Refused

pytestmark = pytest.mark.django_db
Bring = Callable[..., Import]


def take_back(actor: Any, imported: Import) -> Undoing:
    transfer.start_undo(actor=actor, imported=imported, later=False)
    return transfer.run_undo(import_id=imported.pk)


def figures(undoing: Undoing) -> tuple[str, int, int, int]:
    return undoing.state, undoing.removed_count, undoing.restored_count, undoing.kept_count


def stayed(undoing: Undoing) -> list[tuple[str, int, str, Any, Any, str]]:
    rows = Kept.objects.filter(undoing=undoing).order_by("pk")
    return [(one.resource, one.record_id, one.field, one.imported, one.now, one.why) for one in rows]


def state() -> list[Any]:
    columns = ("id", "name", "reading", "emails", "sort_key", "folded_names", "owner_id")
    return list(Author.objects.live().order_by("pk").values_list(*columns))


def test_everything_is_as_it_was(haruto: User, soseki: Author, bring_in: Bring) -> None:
    before = state()
    rows = ("夏目 漱石,ソーセキ,new@x.example", "鴎外,おうがい,", "夏目 漱石,そうせき,", "鴎外,オーガイ,o@x.example")
    data = "\n".join(("name,reading,emails", *rows)) + "\n"
    imported = bring_in(haruto, "author", data)
    again = transfer.run_import(import_id=imported.pk)
    assert state() != before
    done = take_back(haruto, again)
    assert figures(done) == ("done", 1, 1, 0)
    assert state() == before
    assert Author.objects.trashed().get().name == "鴎外"


def test_what_a_later_import_has_put_back_already_is_counted_so_that_all_changes_add_up(
    haruto: User, soseki: Author, bring_in: Bring
) -> None:
    rows = "name,reading,emails\n夏目 漱石,{},s@x.example\n鴎外,{},o@x.example\n龍之介,{},r@x.example\n"
    bring_in(haruto, "author", rows.format("そうせき", "おうがい", "りゅうのすけ"), match=["emails"])
    second = bring_in(haruto, "author", rows.format("ソ", "オ", "リ"), match=["emails"])
    bring_in(haruto, "author", "name,reading,emails\n鴎外,おうがい,o@x.example\n", match=["emails"])
    records.update(actor=haruto, record=Author.objects.get(name="龍之介"), changes={"reading": "りゅう"})
    done = take_back(haruto, second)
    assert second.updated_count == 3
    assert (done.restored_count, done.unchanged_count, done.kept_count) == (1, 1, 1)


def test_what_a_later_import_changed_is_no_change_once_that_is_taken_back(haruto: User, bring_in: Bring) -> None:
    rows = "name,reading,emails\n鴎外,{},o@x.example\n龍之介,{},r@x.example\n"
    first = bring_in(haruto, "author", rows.format("おうがい", "りゅうのすけ"), match=["emails"])
    second = bring_in(haruto, "author", rows.format("オ", "リ"), match=["emails"])
    records.update(actor=haruto, record=Author.objects.get(name="龍之介"), changes={"reading": "りゅう"})
    assert figures(take_back(haruto, second)) == ("done", 0, 1, 1)
    assert figures(take_back(haruto, first)) == ("done", 1, 0, 1)
    assert [author.name for author in Author.objects.live()] == ["龍之介"]


def test_rows_of_several_batches_are_unwound_in_order(haruto: User, soseki: Author, start: Bring) -> None:
    before = state()
    rows = "".join(f"夏目 漱石,r{n},a{n}@x.example\n鴎外,r{n},b{n}@x.example\n" for n in range(4))
    started = start(haruto, "author", f"name,reading,emails\n{rows}")
    transfer.run_import(import_id=started.pk, batch=2)
    assert figures(take_back(haruto, started)) == ("done", 1, 4, 0)
    assert state() == before


def test_what_was_changed_since_stays_and_is_told(haruto: User, soseki: Author, bring_in: Bring) -> None:
    data = "name,reading,emails\n夏目 漱石,ソーセキ,new@x.example\n鴎外,おうがい,\n一葉,,\n"
    imported = bring_in(haruto, "author", data)
    soseki.refresh_from_db()
    records.update(actor=haruto, record=soseki, changes={"reading": "なつめ"})
    ogai = Author.objects.get(name="鴎外")
    records.update(actor=haruto, record=ogai, changes={"reading": "もり"})
    done = take_back(haruto, imported)
    assert figures(done) == ("done", 1, 1, 2)
    assert stayed(done) == [
        ("author", soseki.pk, "reading", "ソーセキ", "なつめ", "changed"),
        ("author", ogai.pk, "", None, None, "changed"),
    ]
    soseki.refresh_from_db()
    assert (soseki.reading, len(soseki.emails)) == ("なつめ", 1)
    assert set(Author.objects.live().values_list("name", flat=True)) == {"夏目 漱石", "鴎外"}


def test_related_records_go_too_unless_something_hangs_on_them(haruto: User, bring_in: Bring) -> None:
    imported = bring_in(haruto, "book", "title,author\nMon,漱石\nMaihime,鴎外\nSore,\n")
    ogai = Author.objects.get(name="鴎外")
    records.create(actor=haruto, resource=registry.get("book"), values={"title": "His own", "author": ogai.pk})
    mon = Book.objects.get(title="Sore")
    records.create(actor=haruto, resource=registry.get("review"), values={"book": mon.pk, "body": "Good."})
    done = take_back(haruto, imported)
    assert figures(done) == ("done", 3, 0, 2)
    assert {(kind, pk, why) for kind, pk, _field, _then, _now, why in stayed(done)} == {
        ("author", ogai.pk, "used"),
        ("book", mon.pk, "used"),
    }
    assert Review.objects.live().count() == 1


def test_it_is_told_in_the_log_with_its_cause(haruto: User, soseki: Author, bring_in: Bring, published: Any) -> None:
    imported = bring_in(haruto, "author", "name,reading\n夏目 漱石,ソーセキ\n鴎外,\n")
    published.forget()
    done = take_back(haruto, imported)
    for event in (RecordsUpdated, RecordsDeleted):
        row = EventRow.objects.filter(name=event.event_name).latest("pk")
        assert (row.cause_id, row.via, row.actor_id) == (done.event_id, "import", haruto.pk)
    told = published.one(ImportUndone)
    assert (told.removed, told.restored, told.kept) == (1, 1, 0)


def test_it_is_taken_back_once(haruto: User, bring_in: Bring) -> None:
    imported = bring_in(haruto, "author", "name\n鴎外\n")
    transfer.start_undo(actor=haruto, imported=imported)
    with pytest.raises(Refused):
        transfer.start_undo(actor=haruto, imported=imported)
    (job,) = [one for one in run_waiting() if one.queue == "import"]
    assert job.result == {"removed": 1, "restored": 0, "kept": 0}
    with pytest.raises(Refused):
        transfer.start_undo(actor=haruto, imported=imported)


def test_a_killed_one_goes_on_where_it_was(haruto: User, start: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    started = start(haruto, "author", "name\n" + "".join(f"Author {n}\n" for n in range(6)))
    transfer.run_import(import_id=started.pk, batch=2)
    transfer.start_undo(actor=haruto, imported=started, later=False)
    note, done = undoing_services._note, []

    def dying(*given: Any) -> None:
        note(*given)
        done.append(1)
        if len(done) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(undoing_services, "_note", dying)
        with pytest.raises(KeyboardInterrupt):
            transfer.run_undo(import_id=started.pk)
    assert Author.objects.live().count() == 4
    assert figures(transfer.run_undo(import_id=started.pk)) == ("done", 6, 0, 0)


def test_one_that_was_stopped_goes_on_when_it_is_asked_again(haruto: User, start: Bring) -> None:
    started = start(haruto, "author", "name\nA\nB\nC\n")
    transfer.run_import(import_id=started.pk, batch=1)
    transfer.start_undo(actor=haruto, imported=started, later=False)
    assert transfer.run_undo(import_id=started.pk, stops=lambda: True).state == State.CANCELLED
    assert Author.objects.live().count() == 2
    assert figures(take_back(haruto, started)) == ("done", 3, 0, 0)


def test_it_needs_the_right(haruto: User, grant: Any, bring_in: Bring, take_in: Bring) -> None:
    imported = bring_in(haruto, "author", "name\n鴎外\n")
    with pytest.raises(Refused):
        transfer.start_undo(actor=haruto, imported=take_in(haruto, "author", "name\nA\n"))
    grant(haruto, author=dict.fromkeys(("read", "create", "update", "import"), "all"))
    with pytest.raises(Denied):
        transfer.start_undo(actor=haruto, imported=imported)


def test_what_went_out_of_reach_or_away_stays_and_is_told(
    haruto: User, sora: User, alice: User, soseki: Author, bring_in: Bring
) -> None:
    imported = bring_in(haruto, "author", "name,reading\n夏目 漱石,ソーセキ\n鴎外,\n")
    records.delete(actor=haruto, record=Author.objects.get(pk=soseki.pk))
    ogai = Author.objects.get(name="鴎外")
    records.update(actor=alice, record=ogai, changes={"owner": sora.pk})
    kept = {(field, why) for _kind, _pk, field, _then, _now, why in stayed(take_back(haruto, imported))}
    assert kept == {("", "denied"), ("reading", "gone")}


def test_queries_do_not_grow_with_the_rows(haruto: User, start: Bring, django_assert_max_num_queries: Any) -> None:
    data = "name,reading\n" + "".join(f"Author {n},r{n}\n" for n in range(300))
    transfer.run_import(import_id=start(haruto, "author", data).pk)
    second = start(haruto, "author", data.replace(",r", ",s").replace("seading", "reading") + "New,x\n")
    transfer.run_import(import_id=second.pk)
    transfer.start_undo(actor=haruto, imported=second, later=False)
    with django_assert_max_num_queries(60):
        assert figures(transfer.run_undo(import_id=second.pk)) == ("done", 1, 300, 0)


@pytest.mark.parametrize("is_quiet", [False, True])
def test_of_a_quiet_import_nobody_is_told_nor_when_it_is_taken_back(
    mika: User, haruto: User, soseki: Author, start: Bring, is_quiet: bool
) -> None:
    rows = f"name,reading,owner\n夏目 漱石,ソーセキ,\n鴎外,,{haruto.email}\n"
    imported = transfer.run_import(import_id=start(mika, "author", rows, is_quiet=is_quiet).pk)
    run_waiting()
    assert Author.objects.get(name="鴎外").owner == haruto
    assert Notification.objects.filter(user=haruto).exists() is not is_quiet
    Job.objects.all().delete()
    assert figures(take_back(mika, imported)) == ("done", 1, 1, 0)
    assert Job.objects.filter(name__contains="deliver").exists() is not is_quiet
