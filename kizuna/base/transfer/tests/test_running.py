"""An import is killed, stopped, run twice or out of luck, and the numbers still add up."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from kizuna.base.identity.models import Role, User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.jobs.models import Job
from kizuna.base.jobs.models import State as JobState
from kizuna.base.testing.library.models import Author
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.events import ImportFinished, ImportStarted
from kizuna.base.transfer.models import Import, Rejection, State
from kizuna.base.transfer.services import running
from kizuna.base.transfer.tests.conftest import counts
from kizuna.base.types.errors import Missing, Refused

pytestmark = pytest.mark.django_db
Make = Callable[..., Import]

ROWS = "name,emails\n" + "".join(f"{'' if n % 10 == 3 else f'Author {n}'},a{n}@x.example\n" for n in range(50))


class Killed(Exception):
    """kill -9, as far as a test can do it: nothing after it runs."""


def killed_after(batches: int, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the import die in the middle of the batch after so many, at a step of it."""
    step = getattr(running, where)
    done = 0

    def dying(*args: Any, **given: Any) -> Any:
        nonlocal done
        done += 1
        if done > batches:
            raise Killed
        return step(*args, **given)

    monkeypatch.setattr(running, where, dying)


@pytest.mark.parametrize("where", ["attempt", "_write_rejections"])
@pytest.mark.parametrize("batches", [0, 1, 3])
def test_a_killed_import_goes_on_where_it_was(
    haruto: User, start: Make, where: str, batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = start(haruto, "author", ROWS)
    with monkeypatch.context() as patch:
        killed_after(batches, where, patch)
        with pytest.raises(Killed):
            transfer.run_import(import_id=started.pk, batch=10)
    left = Import.objects.get(pk=started.pk)
    assert (left.state, left.position) == (State.RUNNING, batches * 10)
    assert Author.objects.count() + Rejection.objects.count() == batches * 10
    done = transfer.run_import(import_id=started.pk, batch=7)
    assert (done.state, counts(done)) == (State.DONE, (45, 0, 0, 5))
    assert Author.objects.count() == 45
    assert [row.line for row in queries.rejections(done)] == [5, 15, 25, 35, 45]


def test_two_workers_on_one_import_do_its_rows_once(haruto: User, start: Make) -> None:
    started = start(haruto, "author", ROWS)
    met: list[Any] = []

    def meet(imported: Import) -> None:
        """In the middle of the first worker's run the second takes over, and does the rest."""
        if not met:
            met.append(imported.position)
            transfer.run_import(import_id=started.pk, batch=10)

    left = transfer.run_import(import_id=started.pk, batch=10, tell=meet)
    assert (left.state, counts(left)) == (State.DONE, (45, 0, 0, 5))
    assert Author.objects.count() == 45


def test_an_import_that_is_over_is_not_run_again(haruto: User, bring_in: Make) -> None:
    done = bring_in(haruto, "author", ROWS)
    assert counts(transfer.run_import(import_id=done.pk)) == counts(done)
    assert Author.objects.count() == 45


def test_as_a_job_it_tells_how_far_it_is(haruto: User, take_in: Make) -> None:
    draft = take_in(haruto, "author", ROWS)
    transfer.start_import(actor=haruto, imported=draft, mapping=draft.mapping, options=draft.options)
    (job,) = [one for one in run_waiting() if one.queue == "import"]  # beside those that tell people of it
    assert (job.state, job.queue, job.actor_id) == (JobState.DONE, "import", haruto.pk)
    assert (job.progress_done, job.progress_total) == (50, 50)
    assert job.result == {"created": 45, "updated": 0, "unchanged": 0, "rejected": 5}


def test_one_that_waits_is_stopped_at_once(haruto: User, take_in: Make) -> None:
    draft = take_in(haruto, "author", ROWS)
    started = transfer.start_import(actor=haruto, imported=draft, mapping=draft.mapping, options=draft.options)
    assert transfer.cancel_import(actor=haruto, imported=started).state == State.CANCELLED
    assert run_waiting() == []
    assert not Author.objects.exists()
    with pytest.raises(Refused):
        transfer.cancel_import(actor=haruto, imported=started)


def test_one_that_runs_is_stopped_between_two_batches_and_what_was_done_stays(haruto: User, start: Make) -> None:
    started = start(haruto, "author", ROWS)
    asked = iter([False, True])
    stopped = transfer.run_import(import_id=started.pk, batch=10, stops=lambda: next(asked))
    assert (stopped.state, stopped.position) == (State.CANCELLED, 20)
    assert Author.objects.count() == 18


def test_a_job_that_was_given_up_is_a_failed_import(haruto: User, take_in: Make) -> None:
    draft = take_in(haruto, "author", ROWS)
    started = transfer.start_import(actor=haruto, imported=draft, mapping=draft.mapping, options=draft.options)
    assert queries.state_of(started) == State.WAITING
    Job.objects.filter(pk=started.job_id).update(state=JobState.DEAD)  # type: ignore[misc]
    assert queries.state_of(started) == State.FAILED


def test_rights_that_were_lost_meanwhile_end_it_in_words(haruto: User, start: Make) -> None:
    started = start(haruto, "author", ROWS)
    haruto.roles.clear()
    ended = transfer.run_import(import_id=started.pk)
    assert (ended.state, ended.error) == (State.FAILED, "You do not have permission to do this.")


def test_rights_that_are_lost_in_the_middle_are_lost(haruto: User, start: Make) -> None:
    ways: list[Callable[[], object]] = [haruto.roles.clear, lambda: User.objects.update(is_active=False)]
    for number, way in enumerate(ways):
        started = start(haruto, "author", ROWS.replace("Author", f"Author {number}"), match=[])

        def lose(_imported: Import, way: Callable[[], object] = way) -> None:
            way()

        ended = transfer.run_import(import_id=started.pk, batch=10, tell=lose)
        assert (ended.state, ended.position) == (State.FAILED, 10)
        assert ended.error == "You do not have permission to do this."
        haruto.roles.add(Role.objects.get(code="salesperson"))


def test_a_file_that_is_gone_ends_it_in_words(haruto: User, start: Make) -> None:
    started = start(haruto, "author", ROWS)
    Path(started.file.path).unlink()
    assert transfer.run_import(import_id=started.pk).state == State.FAILED


def test_beginning_and_end_are_told(haruto: User, bring_in: Make, published: Any) -> None:
    published.forget()
    done = bring_in(haruto, "author", ROWS)
    begun = published.one(ImportStarted)
    ended = published.one(ImportFinished)
    assert (begun.import_id, begun.event_id) == (done.pk, done.event_id)
    assert (ended.state, ended.created, ended.rejected) == ("done", 45, 5)


def test_reasons_are_in_the_language_of_whoever_imports(haruto: User, bring_in: Make) -> None:
    haruto.language = "ja"
    haruto.save()
    done = bring_in(haruto, "author", "name,emails\nA,nonsense\n")
    (row,) = queries.rejections(done)
    assert "@" in row.reason
    assert not row.reason.isascii()


def test_what_was_rejected_can_be_mended_and_given_again(haruto: User, bring_in: Make) -> None:
    done = bring_in(haruto, "author", 'name,emails\n=SUM(A1),nonsense\n"Open,x@x.example\nShort\n')
    text = b"".join(transfer.rejected_rows(done)).decode("utf-8-sig")
    assert text.splitlines()[0] == "Row,Reason,name,emails"
    assert "'=SUM(A1)" in text
    mended = bring_in(haruto, "author", text.replace("nonsense", "sum@x.example"))
    assert counts(mended) == (2, 1, 0, 0)
    assert set(Author.objects.values_list("name", flat=True)) == {"=SUM(A1)", "Open", "Short"}


def test_somebody_elses_import_does_not_exist(haruto: User, sora: User, alice: User, take_in: Make) -> None:
    from kizuna.base.resources import registry

    draft = take_in(haruto, "author", ROWS)
    with pytest.raises(Missing):
        queries.find(sora, registry.get("author"), draft.pk)
    with pytest.raises(Missing):
        queries.find(haruto, registry.get("book"), draft.pk)
    assert queries.find(alice, registry.get("author"), draft.pk) == draft


def test_files_and_rejected_rows_are_forgotten(haruto: User, bring_in: Make, take_in: Make) -> None:
    done, draft = bring_in(haruto, "author", ROWS), take_in(haruto, "author", ROWS)
    kept, left = Path(done.file.path), Path(draft.file.path)
    assert transfer.forget_files(now=timezone.now() + dt.timedelta(days=1)) == 0
    assert transfer.forget_files(now=timezone.now() + dt.timedelta(days=3)) == 1
    assert (kept.exists(), left.exists()) == (True, False)
    assert transfer.forget_files(now=timezone.now() + dt.timedelta(days=31)) == 1
    assert not kept.exists()
    assert not Rejection.objects.exists()
    assert list(Import.objects.values_list("pk", "rejected_count")) == [(done.pk, 5)]


def test_reading_it_in_another_way_proposes_the_columns_anew(haruto: User, take_in: Make) -> None:
    draft = take_in(haruto, "author", "名前;ふりがな\n夏目 漱石;なつめ\n".encode("cp932"), delimiter=",")
    assert len(draft.header) == 1
    again = transfer.read_again(actor=haruto, imported=draft, encoding="cp932", delimiter=";")
    assert again.header == ["名前", "ふりがな"]


def test_an_upload_has_a_limit(haruto: User, take_in: Make, settings: Any) -> None:
    settings.IMPORT_LIMIT = 100
    with pytest.raises(Exception, match="larger than"):
        take_in(haruto, "author", "name\n" + "x" * 200)


def test_an_import_rests_after_a_batch_and_goes_on_where_it_was(haruto: User, start: Make) -> None:
    started = start(haruto, "author", ROWS)

    def rest(imported: Import) -> None:
        if imported.position == 20:
            transfer.pause_import(actor=haruto, imported=imported)

    paused = transfer.run_import(import_id=started.pk, batch=10, tell=rest)
    assert (paused.state, paused.position) == (State.PAUSED, 20)
    assert transfer.run_import(import_id=started.pk).position == 20
    transfer.resume_import(actor=haruto, imported=paused, later=False)
    done = transfer.run_import(import_id=started.pk, batch=10)
    assert (done.state, counts(done), Author.objects.count()) == (State.DONE, (45, 0, 0, 5), 45)
    with pytest.raises(Refused):
        transfer.resume_import(actor=haruto, imported=done)
    with pytest.raises(Refused):
        transfer.pause_import(actor=haruto, imported=done)


def test_one_that_waits_is_paused_gone_on_with_and_stopped(haruto: User, take_in: Make) -> None:
    draft = take_in(haruto, "author", ROWS)
    started = transfer.start_import(actor=haruto, imported=draft, mapping=draft.mapping, options=draft.options)
    paused = transfer.pause_import(actor=haruto, imported=started)
    assert (run_waiting(), queries.state_of(paused)) == ([], State.PAUSED)
    resumed = transfer.resume_import(actor=haruto, imported=paused)
    paused = transfer.pause_import(actor=haruto, imported=resumed)
    assert transfer.cancel_import(actor=haruto, imported=paused).state == State.CANCELLED
    transfer.resume_import(actor=haruto, imported=paused)
    run_waiting()
    assert Author.objects.count() == 45
