"""Who sees what is on timelines: those whose grants reach it, of meetings also who is asked to them; and who see all
that it is about."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kizuna.base.access import policy
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.contacts.policies import seen_through
from kizuna.customers.timeline.models import Attendee, Interaction, Meeting, Note, Task


@policy.rows(Interaction)
def interactions_with_visible_customers(actor: Any, operation: str) -> Q:
    return seen_through(actor, contact=Contact, company=Company)


@policy.rows(Note)
def notes_about_visible_customers(actor: Any, operation: str) -> Q:
    return seen_through(actor, contact=Contact, company=Company)


@policy.rows(Task)
def tasks_about_visible_customers(actor: Any, operation: str) -> Q:
    return seen_through(actor, contact=Contact, company=Company)


@policy.rows(Meeting)
def meetings_about_visible_customers(actor: Any, operation: str) -> Q:
    return seen_through(actor, contact=Contact, company=Company)


@policy.rows(Attendee)
def attendees_of_visible_meetings(actor: Any, operation: str) -> Q:
    return seen_through(actor, meeting=Meeting, contact=Contact)


def _asked_to(actor: Any) -> Any:
    return Attendee.objects.live().filter(user_id=actor.pk).values("meeting_id")


@policy.seen_as_guest(Meeting)
def meetings_to_which_they_are_asked(actor: Any) -> Q:
    return Q(pk__in=_asked_to(actor))


@policy.seen_as_guest(Attendee)
def colleagues_who_are_asked_too(actor: Any) -> Q:
    return Q(user__isnull=False, meeting_id__in=_asked_to(actor))
