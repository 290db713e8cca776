"""Verbs of sequences. Plain create, change and delete go through `base.records`."""

from kizuna.customers.sequences.services.drafts import deliver_draft, discard_draft, send_draft
from kizuna.customers.sequences.services.enrolling import complete_draft, enrol, enrol_contact, enrol_lead
from kizuna.customers.sequences.services.stepping import go_on_after, take_due_steps
from kizuna.customers.sequences.services.stopping import (
    pause_enrolment,
    resume_enrolment,
    stop,
    stop_about,
    stop_answered,
    stop_deleted,
    stop_ended_leads,
    stop_enrolment,
    stop_erased,
    stop_opted_out,
    stop_suppressed,
    take_up,
)

__all__ = [
    "complete_draft",
    "deliver_draft",
    "discard_draft",
    "enrol",
    "enrol_contact",
    "enrol_lead",
    "go_on_after",
    "pause_enrolment",
    "resume_enrolment",
    "send_draft",
    "stop",
    "stop_about",
    "stop_answered",
    "stop_deleted",
    "stop_ended_leads",
    "stop_enrolment",
    "stop_erased",
    "stop_opted_out",
    "stop_suppressed",
    "take_due_steps",
    "take_up",
]
