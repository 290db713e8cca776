"""A yes of somebody who is only a lead is confirmed by a link in a mail, as that of a contact is."""

from __future__ import annotations

from typing import Any

from kizuna.base.types.refs import RecordRef
from kizuna.customers.consent import queries
from kizuna.customers.consent import services as consent
from kizuna.customers.consent.models import OptIn, Purpose, Source, State, Wording
from kizuna.customers.contacts.models import Contact
from kizuna.customers.leads.models import Lead, LeadConsent


def ask_to_confirm(actor: Any, lead: Lead, purpose: Purpose, wording: Wording | None) -> None:
    """One mail, unless their address is left in peace or they can still answer an earlier one."""
    person = Contact(email=lead.email, country=lead.country, language=lead.language)
    language = consent.language_of(person)
    consent.ask(
        by=actor, person=person, about=RecordRef("lead", lead.pk), purpose=purpose, language=language,
        wording=wording or queries.current_wording([purpose], language).get(purpose.pk),
    )  # fmt: skip


def keep_confirmed(asked: OptIn, ip: str) -> None:
    """Write it down with the lead, and with the contact if they are one by now."""
    lead = Lead.objects.get(pk=asked.record_id)
    LeadConsent.objects.create(
        lead=lead, purpose=asked.purpose, channel="email", state=State.GRANTED, source=Source.DOUBLE,
        wording=asked.wording, ip=ip or None,
    )  # fmt: skip
    if lead.contact_id:
        consent.keep_confirmed(asked=asked, contact_id=lead.contact_id, ip=ip)
