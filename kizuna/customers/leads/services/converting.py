"""The lead's own part of a conversion: what it became, and that it is not changed any more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Touched, publish
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Refused
from kizuna.customers.leads.events import ConversionReverted, LeadConverted
from kizuna.customers.leads.models import Lead, LeadTouch, Status
from kizuna.customers.leads.services.rating import rate
from kizuna.customers.leads.services.telling import tell_timeline
from kizuna.customers.timeline.models import Interaction

LEFT_FREE = {"status", "owner"}
"""What a conversion sets itself, and whose the lead is when people leave."""


def mark_converted(*, actor: Any, lead: Lead, contact_id: int | None, company_id: int | None, outcome: Any) -> Lead:
    """Note what a lead that the caller has locked became. What was said with it is told on the contact from now on."""
    resource = registry.get("lead")
    before = dict(lead.__dict__)
    lead.status, lead.converted_at, lead.converted_by_id = Status.CONVERTED, timezone.now(), actor.pk
    lead.score_then, lead.outcome = lead.score, outcome | {"before": _was(before)}
    lead.breached_at = lead.breached_at or (lead.due_at if lead.is_late(lead.converted_at) else None)
    lead.due_at = None
    records.store_changes(actor=actor, resource=resource, changed=[(lead, before)])
    lead.contact_id, lead.company_id = contact_id, company_id
    lead.save(update_fields=["contact", "company"])  # what it became is no change that a score follows
    tell_timeline(lead)
    told = LeadConverted(
        lead_id=lead.pk, contact_id=contact_id, company_id=company_id, opportunity_id=outcome.get("opportunity")
    )
    publish(told, subjects=[Touched("lead", lead.pk)], by=actor)
    return lead


def _was(before: dict[str, Any]) -> dict[str, Any]:
    due = before["due_at"]
    return {
        "status": before["status"],
        "contact": before["contact_id"],
        "company": before["company_id"],
        "due_at": due.isoformat() if due else None,
    }


def mark_reverted(*, actor: Any, lead: Lead) -> Lead:
    """Put a lead back where it was before it was converted; the caller has put back what it became."""
    was = lead.outcome["before"]
    told = [f"leadtouch:{pk}" for pk in LeadTouch.objects.filter(lead=lead).values_list("pk", flat=True)]
    if lead.contact_id and lead.contact_id != was["contact"]:
        made = Interaction.objects.live().filter(external_id__in=told, contact_id=lead.contact_id)
        for one in made:
            one.external_id = f"{one.external_id}:taken-back:{one.pk}"  # it may be told anew
            one.save(update_fields=["external_id"])
        records.trash_each(actor=actor, records=list(made))
    before = dict(lead.__dict__)
    lead.status, lead.contact_id, lead.company_id = was["status"], was["contact"], was["company"]
    lead.converted_at = lead.converted_by_id = lead.score_then = None
    lead.outcome, lead.due_at = {}, lead.first_due_at if was["due_at"] else None
    records.store_changes(actor=actor, resource=registry.get("lead"), changed=[(lead, before)])
    rate(ids=[lead.pk])
    publish(ConversionReverted(lead_id=lead.pk), subjects=[Touched("lead", lead.pk)], by=actor)
    return lead


def refuse_changes_of_converted(*, ids: Collection[int], fields: Collection[str]) -> None:
    """Raise Refused where a converted lead was changed: it tells what was, and the contact what is."""
    if set(fields) - LEFT_FREE and Lead.objects.filter(pk__in=ids, converted_at__isnull=False).exists():
        raise Refused(_("This lead was converted. Change the contact it became."))
