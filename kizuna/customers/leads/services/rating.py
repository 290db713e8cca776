"""Scores and grades: figures of a lead that follow from what is known of it."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from kizuna.customers.leads import queries
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
