"""Work in the background that was given up: administrators see it, try it again, or let it go."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.jobs.models import Job, State
from kizuna.base.testing.visiting import page_of

SPOILT = "OSError: the mail server <b>hung up</b>\nTraceback: line 7"


def given_up(**values: Any) -> Job:
    return Job.objects.create(
        **{"name": "kizuna.base.notifications.jobs.send_letters", "state": State.DEAD, "attempts": 5, "error": SPOILT}
        | {"finished_at": timezone.now()}
        | values
    )


def state_of(job: Job) -> State:
    return State(Job.objects.get(pk=job.pk).state)


def test_alice_reads_what_was_given_up_and_why(alice, visit):
    given_up()
    page = page_of(visit(alice).get("/settings/work"))
    assert "base.notifications.jobs.send_letters" in page
    assert "OSError: the mail server &lt;b&gt;hung up" in page
    assert "tried 5 times" in page


def test_where_nothing_was_given_up_the_page_says_so(alice, visit):
    given_up(state=State.DONE)
    page = page_of(visit(alice).get("/settings/work"))
    assert "Nothing was given up" in page
    assert "send_letters" not in page


def test_a_job_is_tried_again(alice, visit):
    job, other = given_up(), given_up()
    visit(alice).post(f"/settings/work/{job.pk}")
    assert (state_of(job), state_of(other)) == (State.WAITING, State.DEAD)


def test_a_job_is_let_go_once(alice, visit):
    job = given_up()
    assert visit(alice).post(f"/settings/work/{job.pk}", discard="1").status_code == 302
    assert state_of(job) == State.CANCELLED
    assert visit(alice).post(f"/settings/work/{job.pk}", discard="1").status_code == 422
    assert state_of(job) == State.CANCELLED


def test_everything_is_tried_again_at_once(alice, visit):
    jobs, done = [given_up(), given_up()], given_up(state=State.DONE)
    visit(alice).post("/settings/work")
    assert [state_of(job) for job in (*jobs, done)] == [State.WAITING, State.WAITING, State.DONE]


def test_who_is_no_administrator_neither_reads_nor_decides(haruto, visit):
    job = given_up(actor_id=haruto.pk)
    assert visit(haruto).get("/settings/work").status_code == 403
    assert visit(haruto).post("/settings/work").status_code == 403
    assert visit(haruto).post(f"/settings/work/{job.pk}").status_code == 403
    assert state_of(job) == State.DEAD


def test_a_long_list_says_what_it_does_not_show_and_asks_no_more(alice, visit, monkeypatch):
    given_up()
    with CaptureQueriesContext(connection) as few:
        visit(alice).get("/settings/work")
    monkeypatch.setattr("kizuna.interfaces.web.views.work.MOST", 2)
    for _number in range(4):
        given_up()
    with CaptureQueriesContext(connection) as many:
        page = page_of(visit(alice).get("/settings/work"))
    assert "3 older ones are not shown." in page
    assert len(many) <= len(few)
