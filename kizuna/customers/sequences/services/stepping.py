"""Steps that are due become mail drafts and tasks, batch by batch, each once; what was done lets the next one come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.assignment.models import Absence
from kizuna.base.hours import queries as hours
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types import text, wall
from kizuna.base.types.hours import Hours
from kizuna.customers.sequences import queries
from kizuna.customers.sequences.models import ACTIVE, Enrolment, MailDraft, SequenceStep, StepTaken
from kizuna.customers.timeline.models import Task

BATCH = 200
MOVED = ("number", "due_at", "status", "reason", "ended_at", "owner", "updated_at")
Status, Kind = Enrolment.Status, SequenceStep.Kind


def take_due_steps(*, now: dt.datetime | None = None) -> int:
    """Make what is due: drafts and tasks; how many. A batch is one transaction with all that it makes: killed in the
    middle, it made nothing, and the next run begins with it again. Two workers take different batches."""
    moment, count = now or timezone.now(), 0
    while True:
        with transaction.atomic():
            batch = _due(moment)
            if not batch:
                return count
            count += _take(batch, moment)


def _due(now: dt.datetime) -> list[Enrolment]:
    rows = Enrolment.objects.live().filter(status=Status.RUNNING, due_at__lte=now).order_by("due_at", "pk")
    held = rows.select_for_update(of=("self",), skip_locked=True)
    return list(held.select_related("plan", "sequence", "contact__company", "lead__company")[:BATCH])


def _take(batch: Sequence[Enrolment], now: dt.datetime) -> int:
    """Everybody of the batch moves: their step is made, waits until somebody is back, or has nobody to do it."""
    people = {one.pk: one for one in User.objects.filter(pk__in=_owners(batch), is_active=True)}
    away, usual = _away(people.values(), now), hours.usual()
    ready: list[tuple[Enrolment, User]] = []
    for one in batch:
        owner = people.get(one.owner_id or 0) or people.get(_keeper(one) or 0)
        one.updated_at = now
        if one.next_step is None or (one.contact is None and one.lead is None):
            finish(one, now)
        elif owner is None:
            one.status, one.reason = Status.PAUSED, Enrolment.Reason.NOBODY
        elif owner.pk in away:
            one.due_at = _once_back(away[owner.pk], owner, one, usual)
        else:
            one.owner = owner
            ready.append((one, owner))
    _make(ready, now)
    for one, _owner in ready:
        one.number, one.due_at = one.number + 1, None
    Enrolment.objects.bulk_update(batch, MOVED)
    return len(ready)


def _keeper(one: Enrolment) -> int | None:
    """Who looks after the person, where whoever enrolled them has left."""
    person = one.contact or one.lead
    return person.owner_id if person else None


def _owners(batch: Sequence[Enrolment]) -> set[int]:
    return {pk for one in batch for pk in (one.owner_id, _keeper(one)) if pk}


def _away(people: Collection[User], now: dt.datetime) -> dict[int, dt.date]:
    """Until which day they are away who are away today, where each of them lives."""
    today = {one.pk: now.astimezone(one.zone).date() for one in people}
    if not today:
        return {}
    rows = Absence.objects.live().filter(
        owner__in=today, since_on__lte=max(today.values()), until_on__gte=min(today.values())
    )
    found: dict[int, dt.date] = {}
    for owner, since, until in rows.values_list("owner_id", "since_on", "until_on"):
        if since <= today[owner] <= until:
            found[owner] = max(until, found.get(owner, until))
    return found


def _once_back(until: dt.date, owner: User, one: Enrolment, usual: Hours) -> dt.datetime:
    back = wall.start_of(until + dt.timedelta(days=1), owner.zone)
    return queries.hours_in(queries.zone_of(one.contact), usual).next_open(back) or back


def _make(ready: Sequence[tuple[Enrolment, User]], now: dt.datetime) -> None:
    drafts: dict[int, MailDraft] = {}
    tasks: dict[int, Task] = {}
    for one, owner in ready:
        step, person = one.next_step, one.lead or one.contact
        assert step is not None
        assert person is not None
        said = queries.said_to(step, queries.values_of(person, owner=owner, sequence=one.sequence.name))
        if step["kind"] == Kind.MAIL:
            drafts[one.pk] = MailDraft(
                subject=said.subject, body=said.body, contact_id=one.contact_id, lead_id=one.lead_id, owner=owner,
                purpose_id=one.sequence.purpose_id, wanted_at=now,
            )  # fmt: skip
        else:
            tasks[one.pk] = _task(one, owner, step, said, now)
    records.create_many(actor=SYSTEM, resource=registry.get("maildraft"), records=list(drafts.values()))
    records.create_many(actor=SYSTEM, resource=registry.get("task"), records=list(tasks.values()))
    StepTaken.objects.bulk_create(
        StepTaken(
            enrolment=one, number=one.number, step_id=(one.next_step or {})["id"], taken_at=now,
            draft=drafts.get(one.pk), task=tasks.get(one.pk),
        )
        for one, _owner in ready
    )  # fmt: skip


def _task(one: Enrolment, owner: User, step: Mapping[str, Any], said: queries.Said, now: dt.datetime) -> Task:
    number = one.lead.phone if one.lead else (one.contact.phone if one.contact else "")
    body = f"{number}\n\n{said.body}".strip() if step["kind"] == Kind.CALL and number else said.body
    return Task(
        title=text.truncate(said.subject, 300), body=body, owner=owner, contact_id=one.contact_id,
        due_on=now.astimezone(owner.zone).date(),
    )  # fmt: skip


def finish(one: Enrolment, now: dt.datetime) -> None:
    """There is nothing more to do, in memory."""
    one.status, one.due_at, one.ended_at = Status.FINISHED, None, now


@transaction.atomic
def go_on_after(
    *, tasks: Collection[int] = (), drafts: Collection[int] = (), is_done: bool = True, now: dt.datetime | None = None
) -> int:
    """What a step had made was done, or will not be: the wait for the next step begins. Told again it changes nothing.
    How many go on."""
    rows = StepTaken.objects.filter(task__in=tasks) | StepTaken.objects.filter(draft__in=drafts)
    waiting = list(rows.filter(done_at=None).values_list("pk", "enrolment_id", "number"))
    if not waiting:
        return 0
    moment, usual = now or timezone.now(), hours.usual()
    outcome = StepTaken.Outcome.DONE if is_done else StepTaken.Outcome.SKIPPED
    ids = [pk for pk, _enrolment, _number in waiting]
    StepTaken.objects.filter(pk__in=ids, done_at=None).update(done_at=moment, outcome=outcome)
    last = {(enrolment, number + 1) for _pk, enrolment, number in waiting}
    held = Enrolment.objects.select_for_update(of=("self",)).filter(pk__in=[pk for pk, _number in last])
    moved = [
        one
        for one in held.filter(status__in=ACTIVE, due_at=None).select_related("plan", "contact").order_by("pk")
        if (one.pk, one.number) in last
    ]
    for one in moved:
        _plan(one, moment, usual)
    Enrolment.objects.bulk_update(moved, MOVED)
    return len(moved)


def _plan(one: Enrolment, now: dt.datetime, usual: Hours) -> None:
    step, one.updated_at = one.next_step, now
    if step is None:
        finish(one, now)
        return
    at_work = queries.hours_in(queries.zone_of(one.contact), usual)
    one.due_at = queries.due_moment(now, days=step["wait_days"], hours=step["wait_hours"], at_work=at_work)
