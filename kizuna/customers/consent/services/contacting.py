"""The question that every sender asks, its log, and what was sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from kizuna.customers.consent import queries
from kizuna.customers.consent.models import Decision, Outreach, Purpose
from kizuna.customers.consent.queries import Answer
from kizuna.customers.contacts.models import Contact


def may_contact(*, person: Contact, channel: str, purpose: str | Purpose, now: dt.datetime | None = None) -> Answer:
    """Whether this person may be contacted now on a channel for a purpose, and why not. Every sender asks before each
    message; each answer is written down."""
    asked = purpose if isinstance(purpose, Purpose) else queries.purpose_named(purpose)
    answer = queries.decide(person=person, channel=channel, purpose=asked, now=now)
    Decision.objects.create(
        contact_id=person.pk,
        purpose_id=asked.pk,
        channel=channel,
        is_allowed=answer.allowed,
        reasons=list(answer.reasons),
        at=now or timezone.now(),
    )
    return answer


def may_contact_all(*, people: Any, channel: str, purpose: str | Purpose, now: dt.datetime | None = None) -> Any:
    """Those of `people` (a queryset of contacts) who may be contacted now: the same truth, as one query. Written down
    as one question; whoever sends asks again for each, as minutes pass."""
    asked = purpose if isinstance(purpose, Purpose) else queries.purpose_named(purpose)
    found = queries.allowed(people, channel=channel, purpose=asked, now=now)
    Decision.objects.create(purpose_id=asked.pk, channel=channel, is_allowed=True, at=now or timezone.now())
    return found


def record_outreach(
    *, contact: Contact, channel: str, purpose: str | Purpose, at: dt.datetime | None = None
) -> Outreach:
    """Say that a message went out, so that the cap of its purpose counts it."""
    asked = purpose if isinstance(purpose, Purpose) else queries.purpose_named(purpose)
    queries.channel_named(channel)
    return Outreach.objects.create(contact=contact, purpose=asked, channel=channel, at=at or timezone.now())
