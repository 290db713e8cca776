"""What was said with a lead, told on the timeline of the contact that the lead is."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from kizuna.base.identity import SYSTEM
from kizuna.customers.contacts.models.channels import IN
from kizuna.customers.leads.models import Lead, LeadTouch
from kizuna.customers.timeline import services as timeline
from kizuna.customers.timeline.models import Interaction, kinds
from kizuna.customers.timeline.models.kinds import Kind

ENQUIRY = Kind("enquiry", _("Enquiry"), "inbox", "web", IN, 4, {IN: _("%(who)s received an enquiry")})


def tell_timeline(lead: Lead, touches: Iterable[LeadTouch] | None = None) -> None:
    """Log each touch as an interaction of the lead's contact, or of the company alone; again is once."""
    if lead.contact_id is None and lead.company_id is None:
        return
    told = LeadTouch.objects.live().filter(lead=lead).order_by("happened_at", "pk") if touches is None else touches
    timeline.log_interactions(actor=SYSTEM, interactions=[_interaction(lead, touch) for touch in told])


def _interaction(lead: Lead, touch: LeadTouch) -> Interaction:
    return Interaction(
        kind=ENQUIRY.code if touch.direction == IN else _kind_of(touch.channel),
        channel=touch.channel,
        direction=touch.direction,
        subject=touch.subject,
        body=touch.body,
        contact_id=lead.contact_id,
        company_id=lead.company_id if lead.contact_id is None else None,
        happened_at=touch.happened_at,
        campaign=touch.campaign,
        owner_id=lead.owner_id,
        handled_by_id=touch.created_by_id if touch.direction != IN else None,
        source_resource="lead",
        source_id=lead.pk,
        external_id=f"leadtouch:{touch.pk}",
    )


def _kind_of(channel: str) -> str:
    """What people call an answer in this channel."""
    return next((kind.code for kind in kinds.all_kinds() if kind.by_hand and kind.channel == channel), kinds.OTHER.code)
