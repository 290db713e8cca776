"""A sequence ends for somebody: they answered, the deal is over, they want no mail, or one of us says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Change, Touched, publish
from kizuna.base.hours import queries as hours
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused
from kizuna.base.types.hours import Hours
from kizuna.customers.consent.models import Mark
from kizuna.customers.contacts.models.channels import IN
from kizuna.customers.leads.models import Lead, LeadTouch
from kizuna.customers.leads.models import Status as LeadStatus
from kizuna.customers.leads.models.leads import OPEN
from kizuna.customers.sequences import queries
from kizuna.customers.sequences.events import EnrolmentPaused, EnrolmentResumed, EnrolmentsStopped, EnrolmentsTakenUp
from kizuna.customers.sequences.models import ACTIVE, Enrolment, MailDraft, StepTaken
from kizuna.customers.timeline.models import Interaction, Task

Status, Reason = Enrolment.Status, Enrolment.Reason


@transaction.atomic
def stop(*, actor: Any, enrolments: QuerySet[Enrolment], reason: str) -> int:
    """End what still goes on of these, and take back what nobody has touched yet: drafts that wait, tasks as they were
    made. How many were stopped; two who say it at once stop it once."""
    active = enrolments.filter(status__in=ACTIVE, deleted_at=None).select_for_update(of=("self",)).order_by("pk")
    found = list(active.values_list("pk", "status", "contact_id", "lead_id"))
    if not found:
        return 0
    ids, now = tuple(one[0] for one in found), timezone.now()
    Enrolment.objects.filter(pk__in=ids).update(
        status=Status.STOPPED, reason=reason, due_at=None, ended_at=now, updated_at=now
    )
    _take_back(ids)
    subjects = []
    for pk, status, contact, lead in found:
        changes = {"status": Change(status, Status.STOPPED.value), "reason": Change("", reason)}
        subjects.append(Touched("enrolment", pk, changes))
        if lead or contact:
            subjects.append(Touched("lead", lead) if lead else Touched("contact", contact))
    publish(EnrolmentsStopped(enrolment_ids=ids, reason=reason), subjects=subjects, by=actor)
    return len(ids)


def _take_back(ids: Collection[int]) -> None:
    made = StepTaken.objects.filter(enrolment__in=ids, done_at=None)
    drafts = MailDraft.objects.live().filter(pk__in=made.values("draft"), status=MailDraft.Status.WAITING)
    drafts.update(status=MailDraft.Status.DISCARDED, updated_at=timezone.now())
    tasks = Task.objects.live().filter(pk__in=made.values("task"), done_at=None, version=1)
    records.trash_each(actor=SYSTEM, records=list(tasks.order_by("pk")))


def stop_about(*, resource: str, ids: Collection[int], reason: str) -> int:
    """What these records were the cause of goes on no longer: a deal was won or lost, or is in the trash."""
    rows = Enrolment.objects.filter(about_resource=resource, about_id__in=list(ids))
    return stop(actor=SYSTEM, enrolments=rows, reason=reason)


def stop_deleted(*, resource: str, ids: Collection[int]) -> int:
    """Contacts, leads or sequences went to the trash."""
    rows = Enrolment.objects.filter(**{f"{resource}__in": list(ids)})
    return stop(actor=SYSTEM, enrolments=rows, reason=Reason.DELETED)


def stop_answered(*, interactions: Collection[int] = (), touches: Collection[int] = ()) -> int:
    """Somebody turned to us since they were enrolled, in whatever channel: they are written to by hand from now on."""
    heard = Interaction.objects.filter(pk__in=list(interactions), direction=IN, contact=OuterRef("contact_id"))
    asked = LeadTouch.objects.filter(pk__in=list(touches), direction=IN, lead=OuterRef("lead_id"))
    since = OuterRef("created_at")
    answered = Exists(heard.filter(happened_at__gte=since)) | Exists(asked.filter(happened_at__gte=since))
    people = Interaction.objects.filter(pk__in=list(interactions), direction=IN).values("contact")
    leads = LeadTouch.objects.filter(pk__in=list(touches), direction=IN).values("lead")
    rows = Enrolment.objects.filter(Q(contact__in=people) | Q(lead__in=leads)).filter(answered)
    return stop(actor=SYSTEM, enrolments=rows, reason=Reason.ANSWERED)


def stop_ended_leads(*, ids: Collection[int]) -> int:
    """Leads are open no longer: they became something, or were no match."""
    ended = Lead.objects.filter(pk__in=list(ids)).exclude(status__in=OPEN)
    rows = Enrolment.objects.filter(lead__in=ended.values("pk"))
    became = rows.filter(lead__status=LeadStatus.CONVERTED)
    count = stop(actor=SYSTEM, enrolments=became, reason=Reason.CONVERTED)
    return count + stop(actor=SYSTEM, enrolments=rows, reason=Reason.UNFIT)


def stop_opted_out(*, contacts: Collection[int], purposes: Collection[int], channel: str) -> int:
    """Somebody, or many, said no to what the mails of a sequence are for."""
    if channel != "email":
        return 0
    rows = Enrolment.objects.filter(contact__in=contacts, sequence__purpose__in=purposes)
    return stop(actor=SYSTEM, enrolments=rows, reason=Reason.OPTED_OUT)


def stop_suppressed(*, suppression_id: int, is_erased: bool = False) -> int:
    """An address is on the list now: everybody whose main address it is."""
    marked = Mark.objects.filter(suppression=suppression_id, suppression__channel="email", contact=OuterRef("contact"))
    about = Q(suppression__purpose=None) | Q(suppression__purpose=OuterRef("sequence__purpose"))
    rows = Enrolment.objects.filter(Exists(marked.filter(about)))
    return stop(actor=SYSTEM, enrolments=rows, reason=Reason.ERASED if is_erased else Reason.OPTED_OUT)


def stop_erased() -> int:
    """People were erased: what they were in points to nobody now."""
    return stop(actor=SYSTEM, enrolments=Enrolment.objects.filter(contact=None, lead=None), reason=Reason.ERASED)


@action(
    label=_("Pause"), done=_("Paused."), icon="player-pause", bulk=True, when=lambda one: one.status == Status.RUNNING
)
def pause_enrolment(*, actor: Any, enrolment: Enrolment) -> Enrolment:
    """Let nothing come until somebody resumes it."""
    if enrolment.status != Status.RUNNING:
        raise Refused(_("This does not run."))
    return _kept(actor, enrolment, Status.PAUSED, Reason.BY_HAND)


@action(
    label=_("Resume"),
    done=_("Running again."),
    icon="player-play",
    bulk=True,
    when=lambda one: one.status == Status.PAUSED,
)
def resume_enrolment(*, actor: Any, enrolment: Enrolment) -> Enrolment:
    """Go on where it was paused; what came due meanwhile comes next."""
    if enrolment.status != Status.PAUSED:
        raise Refused(_("This is not paused."))
    if enrolment.owner_id is None and actor.pk:
        enrolment.owner_id = actor.pk
    _come_due(enrolment, hours.usual(), timezone.now())
    return _kept(actor, enrolment, Status.RUNNING, "")


def _come_due(enrolment: Enrolment, usual: Hours, now: dt.datetime) -> None:
    """What came due while it was paused comes when somebody is at work next."""
    if enrolment.due_at is not None and enrolment.due_at < now:
        at_work = queries.hours_in(queries.zone_of(enrolment.contact), usual)
        enrolment.due_at = at_work.next_open(now) or now


@transaction.atomic
def take_up(*, about: Q) -> int:
    """What was paused since nobody looked after it goes on where somebody does now; how many."""
    is_kept = Q(owner__is_active=True) | Q(contact__owner__is_active=True) | Q(lead__owner__is_active=True)
    rows = Enrolment.objects.live().filter(about, is_kept, status=Status.PAUSED, reason=Reason.NOBODY)
    found = list(rows.select_related("contact").select_for_update(of=("self",)).order_by("pk"))
    if not found:
        return 0
    now, usual = timezone.now(), hours.usual()
    for one in found:
        _come_due(one, usual, now)
        one.status, one.reason, one.updated_at = Status.RUNNING, "", now
    Enrolment.objects.bulk_update(found, ["status", "reason", "due_at", "updated_at"])
    change = {"status": Change(Status.PAUSED.value, Status.RUNNING.value)}
    subjects = [Touched("enrolment", one.pk, change) for one in found]
    publish(EnrolmentsTakenUp(enrolment_ids=tuple(one.pk for one in found)), subjects=subjects, by=SYSTEM)
    return len(found)


@action(label=_("Stop"), done=_("Stopped."), icon="player-stop", bulk=True, when=lambda one: one.is_active)
def stop_enrolment(*, actor: Any, enrolment: Enrolment) -> Enrolment:
    """End the sequence for this person; what waits to be sent is discarded."""
    if not stop(actor=actor, enrolments=Enrolment.objects.filter(pk=enrolment.pk), reason=Reason.BY_HAND):
        raise Refused(_("This has ended already."))
    enrolment.refresh_from_db()
    return enrolment


def _kept(actor: Any, enrolment: Enrolment, status: str, reason: str) -> Enrolment:
    was = Change(enrolment.status, str(status))
    enrolment.status, enrolment.reason, enrolment.updated_at = status, reason, timezone.now()
    enrolment.save(update_fields=["status", "reason", "due_at", "owner", "updated_at"])
    told = EnrolmentResumed if status == Status.RUNNING else EnrolmentPaused
    publish(told(enrolment_id=enrolment.pk), subjects=[Touched("enrolment", enrolment.pk, {"status": was})], by=actor)
    return enrolment
