"""What a lead said about being contacted."""

from __future__ import annotations

from kizuna.customers.leads.models import Lead, LeadConsent


def said_by(lead: Lead) -> list[LeadConsent]:
    """The last word for each purpose and channel, those that were said last first."""
    rows = LeadConsent.objects.filter(lead=lead).select_related("purpose").order_by("-happened_at", "-pk")
    found: dict[tuple[int, str], LeadConsent] = {}
    for one in rows:
        found.setdefault((one.purpose_id, one.channel), one)
    return list(found.values())
