"""Double opt-in, the question: a yes that anybody could have given for somebody waits until they confirm it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from kizuna.base.events import Touched, publish
from kizuna.base.types.refs import RecordRef
from kizuna.customers.consent import queries
from kizuna.customers.consent.events import ConsentAsked
from kizuna.customers.consent.models import Basis, OptIn, Purpose, Source, State, Wording
from kizuna.customers.consent.queries import Why
from kizuna.customers.contacts.models import Contact

OPEN = dt.timedelta(days=7)
FINAL = (Why.GONE, Why.NO_ADDRESS, Why.SUPPRESSED, Why.WITHDRAWN)
"""Who stands so is not asked, either: asking is writing to them."""
BY_ANYBODY = (Source.FORM, Source.IMPORT, Source.API)
"""Doors through which anybody gives anybody's address."""


def waits(*, purpose: Purpose, channel: str, state: str, source: str, country: str, basis: str = Basis.CONSENT) -> bool:
    """Whether this yes holds only once it is confirmed: to e-mail, where one is needed, through such a door."""
    is_yes = state == State.GRANTED and basis == Basis.CONSENT
    may_be_a_strangers = purpose.is_double and channel == "email" and source in BY_ANYBODY
    return is_yes and may_be_a_strangers and queries.needs_consent(country, channel)


def ask(
    *, by: Any, person: Contact, about: RecordRef, purpose: Purpose, wording: Wording | None, language: str
) -> OptIn | None:
    """One mail with one link, after commit. None where they may not be written to, or can still answer an earlier one.
    `person` is whom we would write to; the question hangs on the record `about`, a contact or a lead."""
    answer = queries.decide(person=person, channel="email", purpose=purpose)
    if {*answer.reasons} & {*FINAL} or is_open(about, purpose):
        return None
    now = timezone.now()
    asked = OptIn.objects.create(
        resource=about.resource, record_id=about.id, purpose=purpose, wording=wording, language=language,
        created_at=now, expires_at=now + OPEN,
    )  # fmt: skip
    told = ConsentAsked(opt_in_id=asked.pk, resource=about.resource, record_id=about.id)
    publish(told, subjects=[Touched(about.resource, about.id)], by=by)
    return asked


def is_open(about: RecordRef, purpose: Purpose) -> bool:
    """Whether they were asked, and can still answer."""
    rows = OptIn.objects.filter(resource=about.resource, record_id=about.id, purpose=purpose)
    return rows.filter(expires_at__gt=timezone.now(), confirmed_at=None).exists()


def language_of(contact: Contact) -> str:
    """A language in which we can write to somebody: theirs, or that of the installation."""
    return contact.language if contact.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
