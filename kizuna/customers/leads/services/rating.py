"""Scores, grades and clocks: figures of a lead that follow from what is known of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from kizuna.base.events import Touched, publish
from kizuna.customers.leads import queries
from kizuna.customers.leads.events import LeadsOverdue
from kizuna.customers.leads.models import Lead
from kizuna.customers.leads.models.leads import OPEN

BATCH = 500


@transaction.atomic
def rate(*, ids: Collection[int]) -> None:
    """Score and grade these leads by the rules of today; what was converted keeps what it had."""
    rows = Lead.objects.filter(pk__in=ids, converted_at=None).only("pk", "score", "grade", "score_reasons")
    known = {lead.pk: lead for lead in rows}
    changed = []
    for pk, rating in queries.ratings(list(known)).items():
        lead = known[pk]
        if (lead.score, lead.grade, lead.score_reasons) != rating:
            lead.score, lead.grade, lead.score_reasons = rating
            changed.append(lead)
    Lead.objects.bulk_update(changed, ["score", "grade", "score_reasons"], batch_size=BATCH)


def rate_open() -> int:
    """Score every open lead anew: rules have changed, or what they ask has to do with time."""
    last, count = 0, 0
    rows = Lead.objects.live().filter(status__in=OPEN).order_by("pk")
    while ids := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        rate(ids=ids)
        last, count = ids[-1], count + len(ids)
    return count


def start_clock(lead: Lead) -> None:
    """By when they are to be answered, counted from the moment they asked."""
    target = queries.target_of(lead.pk)
    due = target[1].after(lead.captured_at, dt.timedelta(minutes=target[0])) if target else None
    if due is not None:
        Lead.objects.filter(pk=lead.pk).update(due_at=due, first_due_at=due)


@transaction.atomic
def note_overdue(*, now: dt.datetime | None = None) -> int:
    """Write down which leads were not answered in time. It stays written when they are answered later."""
    moment = now or timezone.now()
    late = Lead.objects.live().filter(due_at__lt=moment, breached_at=None, status__in=OPEN)
    found = list(late.select_for_update(of=("self",)).order_by("due_at", "pk")[:BATCH])
    for lead in found:
        lead.breached_at = lead.due_at
    Lead.objects.bulk_update(found, ["breached_at"])
    if found:
        ids = tuple(lead.pk for lead in found)
        publish(LeadsOverdue(ids=ids), subjects=[Touched("lead", pk) for pk in ids])
    return len(found)
