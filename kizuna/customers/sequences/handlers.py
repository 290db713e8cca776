"""What sequences do when something happens: they stop when somebody answers or is gone, and go on after a step."""

from __future__ import annotations

from django.db.models import Q

from kizuna.base.events import on
from kizuna.base.identity.events import UserReactivated
from kizuna.base.records.events import RecordsCreated, RecordsDeleted, RecordsUpdated
from kizuna.customers.consent.events import AddressSuppressed, ConsentRecorded, ConsentsDeclined, PersonErased
from kizuna.customers.consent.models import Reason, State
from kizuna.customers.leads.events import LeadAskedAgain
from kizuna.customers.sequences import services
from kizuna.customers.sequences.events import DraftSent
from kizuna.customers.sequences.jobs import deliver_draft
from kizuna.customers.timeline.events import TaskCompleted


@on(RecordsCreated)
def stop_for_who_answers(event: RecordsCreated) -> None:
    if event.resource == "interaction":
        services.stop_answered(interactions=event.ids)


@on(LeadAskedAgain)
def stop_for_who_asks(event: LeadAskedAgain) -> None:
    services.stop_answered(touches=[event.touch_id])


@on(RecordsUpdated)
def stop_for_ended_leads(event: RecordsUpdated) -> None:
    if event.resource == "lead" and "status" in event.fields:
        services.stop_ended_leads(ids=event.ids)


@on(RecordsUpdated)
def go_on_with_an_owner(event: RecordsUpdated) -> None:
    if "owner" in event.fields and event.resource in ("contact", "lead", "enrolment"):
        field = "pk" if event.resource == "enrolment" else event.resource
        services.take_up(about=Q(**{f"{field}__in": event.ids}))


@on(UserReactivated)
def go_on_with_who_is_back(event: UserReactivated) -> None:
    them = event.user_id
    services.take_up(about=Q(owner=them) | Q(contact__owner=them) | Q(lead__owner=them))


@on(RecordsDeleted)
def stop_for_who_is_gone(event: RecordsDeleted) -> None:
    if event.resource in ("contact", "lead", "sequence"):
        services.stop_deleted(resource=event.resource, ids=event.ids)
    elif event.resource == "task":
        services.go_on_after(tasks=event.ids, is_done=False)
    elif event.resource == "maildraft":
        services.go_on_after(drafts=event.ids, is_done=False)


@on(TaskCompleted)
def go_on(event: TaskCompleted) -> None:
    services.go_on_after(tasks=[event.task_id])


@on(DraftSent)
def send_mail(event: DraftSent) -> None:
    """It goes out once this is committed."""
    deliver_draft.enqueue(draft_id=event.draft_id)


@on(ConsentRecorded)
def stop_for_who_said_no(event: ConsentRecorded) -> None:
    if event.standing == State.WITHDRAWN:
        services.stop_opted_out(contacts=[event.contact_id], purposes=[event.purpose_id], channel=event.channel)


@on(ConsentsDeclined)
def stop_for_whom_a_file_says_no(event: ConsentsDeclined) -> None:
    services.stop_opted_out(contacts=event.contact_ids, purposes=event.purpose_ids, channel=event.channel)


@on(AddressSuppressed)
def stop_for_who_is_left_in_peace(event: AddressSuppressed) -> None:
    services.stop_suppressed(suppression_id=event.suppression_id, is_erased=event.reason == Reason.ERASED)


@on(PersonErased)
def stop_for_who_was_erased(event: PersonErased) -> None:
    services.stop_erased()
