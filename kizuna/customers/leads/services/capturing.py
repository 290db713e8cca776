"""The one verb for every door: hand, import, other programs, and later forms and mail."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.access import policy
from kizuna.base.events import Touched, current_origin, publish
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.records.values import settle, understand
from kizuna.base.resources import registry
from kizuna.base.types import rows
from kizuna.customers.consent import services as consent
from kizuna.customers.consent.models import Purpose, Reason, Source, State, Wording
from kizuna.customers.consent.services.suppression import put_on
from kizuna.customers.contacts.models import channels
from kizuna.customers.leads import queries
from kizuna.customers.leads.events import LeadAskedAgain, LeadCaptured
from kizuna.customers.leads.models import CaptureLock, Lead, LeadConsent, LeadTouch
from kizuna.customers.leads.services.clock import start_clock
from kizuna.customers.leads.services.confirming import ask_to_confirm
from kizuna.customers.leads.services.rating import rate
from kizuna.customers.leads.services.telling import tell_timeline

WINDOW = dt.timedelta(days=60)
"""Who asks again within it, and whose lead is open, has one lead."""
LOCKS = 64
FILLED = ("family_name", "given_name", "family_reading", "given_reading", "company_name", "domain", "job_title",
          "language", "country", "city", "product", "source")  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What somebody agreed to, or refused, when they asked: to what, and in which words it was put to them."""

    purpose: Purpose
    channel: str
    state: str = State.GRANTED
    source: str = Source.FORM
    wording: Wording | None = None
    ip: str | None = None


@dataclass(frozen=True)
class Captured:
    """The lead, whether it is new, and what they asked this time."""

    lead: Lead
    is_new: bool
    touch: LeadTouch


def capture_lead(
    *, actor: Any, values: Mapping[str, Any], said: Sequence[Said] = (), key: str = "", happened_at: Any = None
) -> Captured:
    """Take in somebody who asks. `values` are fields of a lead, raw; `key` is what the door knows the enquiry by.

    Nobody becomes two leads: who asks again while their lead is open joins it, with a further enquiry, and what was
    empty is filled. Told twice under one `key`, it is one enquiry. Raises Denied, or Invalid with a message per field.
    """
    policy.check(actor, "create", Lead)
    resource = registry.get("lead")
    asked = Lead()
    for field, value in understand(actor=actor, resource=resource, values=values, is_new=True).items():
        field.assign(asked, value)
    asked.captured_at = asked.last_enquiry_at = min(happened_at or timezone.now(), timezone.now())
    settle(asked, resource)
    with transaction.atomic():
        channel = asked.channel or channels.WEB.code
        _stand_in_line(asked, f"{channel}:{key}" if key else "")
        before = LeadTouch.objects.filter(channel=channel, external_id=key).first() if key else None
        if before is not None:
            return Captured(before.lead, False, before)
        lead = queries.open_lead_of(asked, since=asked.captured_at - WINDOW)
        captured = _joined(actor, lead, asked, values, key) if lead else _made(actor, asked, values, key)
        _keep_said(actor, captured, said)
        return captured


def _stand_in_line(asked: Lead, told: str) -> None:
    """Two enquiries of one person at one moment come one after the other, and so does one that is told twice: each
    address, and what the door knows it by, stands for a row to lock."""
    keys = [point["key"] for point in (*asked.emails, *asked.phones)] + ([told] if told else [])
    numbers = {int(hashlib.sha256(key.encode()).hexdigest(), 16) % LOCKS for key in keys}
    known = set(CaptureLock.objects.filter(number__in=numbers).values_list("number", flat=True))
    missing = [CaptureLock(number=number) for number in sorted(numbers - known)]
    CaptureLock.objects.bulk_create(missing, ignore_conflicts=True)
    list(CaptureLock.objects.select_for_update().filter(number__in=numbers).order_by("number"))


def _made(actor: Any, asked: Lead, values: Mapping[str, Any], key: str) -> Captured:
    owner = values.get("owner")
    lead = records.create(actor=actor, resource=registry.get("lead"), values={**values, "owner": owner})
    assert isinstance(lead, Lead)
    Lead.objects.filter(pk=lead.pk).update(captured_at=asked.captured_at, last_enquiry_at=asked.captured_at)
    touch = LeadTouch.objects.get(lead=lead)
    LeadTouch.objects.filter(pk=touch.pk).update(happened_at=asked.captured_at, external_id=key)
    lead.refresh_from_db()
    start_clock(lead)
    lead.refresh_from_db()
    touch.refresh_from_db()
    return Captured(lead, True, touch)


def _joined(actor: Any, lead: Lead, asked: Lead, values: Mapping[str, Any], key: str) -> Captured:
    """A further enquiry of an open lead: what was empty is filled, nothing that stands there is overwritten."""
    resource = registry.get("lead")
    fill = {
        name: values[name]
        for name in FILLED
        if name in values and resource.fields[name].is_empty(resource.fields[name].read(lead))
    }
    for name in ("emails", "phones"):
        known = {point["key"] for point in getattr(lead, name)}
        new = [point for point in getattr(asked, name) if point["key"] not in known]
        if new:
            fill[name] = [*getattr(lead, name), *(point | {"primary": False} for point in new)]
    if fill:
        lead = records.update(actor=SYSTEM, record=lead, changes=fill)  # type: ignore[assignment]
    return Captured(lead, False, ask_again(actor, lead, asked, key))


def ask_again(actor: Any, lead: Lead, asked: Lead, key: str = "") -> LeadTouch:
    """Write a further enquiry of a lead down: counted, rated and told. The caller has locked the lead."""
    touch = _touch(actor, lead, asked, key)
    last = max(lead.last_enquiry_at, asked.captured_at)
    Lead.objects.filter(pk=lead.pk).update(enquiries=lead.enquiries + 1, last_enquiry_at=last)
    rate(ids=[lead.pk])
    tell_timeline(lead, [touch])
    touched = [Touched("lead", lead.pk), Touched("leadtouch", touch.pk)]
    publish(LeadAskedAgain(lead_id=lead.pk, touch_id=touch.pk), subjects=touched, by=actor)
    lead.refresh_from_db()
    return touch


def _touch(actor: Any, lead: Lead, asked: Lead, key: str = "") -> LeadTouch:
    touch = LeadTouch(
        lead=lead, body=asked.message, channel=asked.channel or channels.WEB.code, happened_at=asked.captured_at,
        source=asked.source, campaign=asked.campaign, referrer=asked.referrer, landing=asked.landing, external_id=key,
        owner_id=lead.owner_id, created_by_id=actor.pk, updated_by_id=actor.pk,
    )  # fmt: skip
    touch.normalise()
    rows.insert(touch)
    return touch


@transaction.atomic
def welcome(*, ids: Collection[int]) -> None:
    """New leads, however they were made: known as whom, what they asked, scored, their clock started, and told of.
    Nobody hears of what comes in quietly, such as old data, so nobody has to answer it in time either."""
    asked, is_to_answer = [], not current_origin().is_quiet
    for lead in Lead.objects.filter(pk__in=ids).order_by("pk"):
        known = queries.known_as(lead)
        contact, company = lead.contact_id or known.contact_id, lead.company_id or known.company_id
        if (contact, company) != (lead.contact_id, lead.company_id):
            lead.contact_id, lead.company_id = contact, company
            lead.save(update_fields=["contact", "company"])
        touch = _touch(SYSTEM, lead, lead)
        rate(ids=[lead.pk])
        if is_to_answer:
            start_clock(lead)
        tell_timeline(lead, [touch])
        asked.append(Touched("leadtouch", touch.pk))
    publish(LeadCaptured(ids=tuple(ids)), subjects=asked)  # that leads came in, their history says already


def _keep_said(actor: Any, captured: Captured, said: Sequence[Said]) -> None:
    """Consent is written down with its source and its words; of a known contact at once where everybody looks, where
    it does not speak against their no. A yes was said when they asked, and waits where they have yet to confirm it; a
    no holds from now on."""
    lead, asked_at = captured.lead, captured.touch.happened_at
    for one in said:
        said_at = timezone.now() if one.state == State.WITHDRAWN else asked_at
        is_to_confirm = consent.waits(
            purpose=one.purpose, channel=one.channel, state=one.state, source=one.source, country=lead.country
        )
        LeadConsent.objects.create(
            lead=lead, purpose=one.purpose, channel=one.channel, source=one.source, wording=one.wording, ip=one.ip,
            state=State.REQUESTED if is_to_confirm else one.state, happened_at=said_at,
        )  # fmt: skip
        if lead.contact_id:
            consent.keep_enquired(
                by=actor, contact_id=lead.contact_id, purpose=one.purpose, channel=one.channel, state=one.state,
                source=one.source, wording=one.wording, ip=one.ip or "", language=lead.language, happened_at=said_at,
            )  # fmt: skip
        elif one.state == State.WITHDRAWN:
            _leave_in_peace(actor, lead, one)
        elif is_to_confirm:
            ask_to_confirm(actor, lead, one.purpose, one.wording)


def _leave_in_peace(actor: Any, lead: Lead, one: Said) -> None:
    """A no needs no contact to hold: the addresses go on the list, whichever of them was given with it."""
    way = channels.named(one.channel)
    points = {"email": lead.emails, "phone": lead.phones}.get(way.point, ()) if way else ()
    for point in points:
        if way and point.get("key"):
            put_on(by=actor, way=way, address=point["key"], reason=Reason.UNSUBSCRIBED, purpose=one.purpose)
