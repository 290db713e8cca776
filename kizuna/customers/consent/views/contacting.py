"""May this person be contacted, in which ways, and if not, why not? What every sender is told, on one page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.access import policy
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Missing
from kizuna.base.ui.finding import find
from kizuna.customers.consent import queries
from kizuna.customers.consent.models import channels
from kizuna.customers.consent.models.purposes import SERVICE
from kizuna.customers.consent.queries import Answer
from kizuna.customers.contacts.models import Contact


@login_required
@require_GET
def may_contact(request: HttpRequest, record_id: int) -> HttpResponse:
    """The answer for each channel and purpose at this moment, with all reasons. A fixed number of queries."""
    actor: Any = request.user
    if not policy.permissions_of(actor).can("consent", "read"):
        raise Missing()
    resource = registry.get("contact")
    contact = find(resource, actor, record_id)
    assert isinstance(contact, Contact)
    reader, now = Reader.of(actor), timezone.now()
    purposes = [*queries.offered(), queries.purpose_named(SERVICE)]
    answers = queries.decide_every(person=contact, purposes=purposes, now=now)
    ways = {purpose.pk: queries.ways_of(purpose) for purpose in purposes}
    context = {
        "title": _("May we contact %(name)s?") % {"name": contact},
        "back": {"url": resource.record_url(contact.pk), "label": str(contact)},
        "clock": _clock(contact, reader, now),
        "purposes": [purpose.title for purpose in purposes],
        "channels": [
            {
                "label": label,
                "cells": [_cell(answers[one.pk, code], reader) if code in ways[one.pk] else None for one in purposes],
            }
            for code, label in channels.choices()
        ],
    }
    return render(request, "consent/may_contact.html", context)


def _clock(contact: Contact, reader: Reader, now: dt.datetime) -> str:
    """The time of day where they are; where that may be anywhere in a wide country, the earliest and the latest."""
    clocks = [replace(reader, zone=zone).clock(now) for zone in queries.zones_of(contact)]
    return " – ".join(dict.fromkeys([clocks[0], clocks[-1]]))


def _cell(answer: Answer, reader: Reader) -> dict[str, Any]:
    """A badge and why; where only time stands in the way, from when on."""
    if answer.allowed:
        return {"badge": {"text": _("Yes"), "tone": "good", "icon": "check"}, "why": [], "label": answer.label}
    if answer.next_at is not None:
        since = _("From %(when)s on") % {"when": reader.full_moment(answer.next_at)}
        return {"badge": {"text": _("Later"), "tone": "warn", "icon": "clock"}, "why": [*answer.words, since]}
    return {"badge": {"text": _("No"), "tone": "bad", "icon": "ban"}, "why": answer.words}
