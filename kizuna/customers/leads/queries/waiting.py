"""Which leads wait for somebody, and by when they are to be answered."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet

from kizuna.base.assignment.queries import meeting
from kizuna.base.hours import queries as hours
from kizuna.base.types.hours import Hours
from kizuna.customers.leads.models import Lead, ResponseTarget
from kizuna.customers.leads.models.leads import OPEN


def queue(actor: Any) -> QuerySet[Lead]:
    """Open leads of nobody, the soonest due first; of those that are due at no time the one who waits longest."""
    rows = Lead.objects.visible_to(actor).filter(owner=None, status__in=OPEN)
    return rows.order_by(F("due_at").asc(nulls_last=True), "captured_at", "pk")


def target_of(lead_id: int) -> tuple[int, Hours] | None:
    """Minutes and hours of the first target that fits; None where nobody promises anything."""
    rows = ResponseTarget.objects.live().filter(is_active=True).order_by("position", "pk")
    for target in rows.select_related("hours"):
        if meeting("lead", target.condition, [lead_id]):
            return target.minutes, target.hours.hours if target.hours else hours.usual()
    return None
