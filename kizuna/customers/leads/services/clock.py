"""The clock of a lead: started when they ask, warned of while it runs, noted when it has run out. It counts business
hours, so all of its moments are written down when it starts: nobody counts hours again to find what is due."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kizuna.base.events import Touched, publish
from kizuna.customers.leads import queries
from kizuna.customers.leads.events import LeadsNearlyDue, LeadsOverdue
from kizuna.customers.leads.models import Lead
from kizuna.customers.leads.models.leads import OPEN, PARTS

BATCH = 500


def start_clock(lead: Lead) -> None:
    """By when they are to be answered, counted from the moment they asked; and when half of that time, three quarters
    and nine tenths of it are gone."""
    found = queries.target_of(lead.pk)
    due = found.hours.after(lead.captured_at, found.wait) if found else None
    if found is None or due is None:
        return
    parts = {name: found.hours.after(lead.captured_at, found.wait * part / 100) for part, name in PARTS.items()}
    Lead.objects.filter(pk=lead.pk).update(due_at=due, first_due_at=due, target_id=found.pk, **parts)


@transaction.atomic
def warn_of_due(*, now: dt.datetime | None = None) -> int:
    """Tell of leads whose time to answer is half gone, three quarters or nine tenths: of each part once, and only of
    the last one when several have passed since. What is overdue is not told here."""
    moment = now or timezone.now()
    reached = Q()
    for part, name in PARTS.items():
        reached |= Q(**{f"{name}__lte": moment, "warned__lt": part})
    rows = Lead.objects.live().filter(reached, due_at__gt=moment, status__in=OPEN)
    found = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("due_at", "pk")[:BATCH])
    by_part: dict[int, list[int]] = defaultdict(list)
    for lead in found:
        lead.warned = lead.part_gone(moment)
        by_part[lead.warned].append(lead.pk)
    Lead.objects.bulk_update(found, ["warned"])
    for part, ids in sorted(by_part.items()):
        publish(LeadsNearlyDue(ids=tuple(ids), percent=part), subjects=[Touched("lead", pk) for pk in ids])
    return len(found)


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
