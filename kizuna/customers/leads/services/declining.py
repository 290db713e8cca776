"""A no of leads that comes in a file: columns such as "Email Opt Out", for people who are no contacts yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count

from kizuna.customers.consent import queries as consent
from kizuna.customers.consent.models import Source, State
from kizuna.customers.consent.services import declining
from kizuna.customers.consent.services.suppression import follow_withdrawals
from kizuna.customers.leads.models import Lead, LeadConsent


def register() -> None:
    """To be called in `apps.ready()`."""
    declining.take("lead", known=_declined, keep=_decline)


def _declined(channel: str, ids: Collection[int]) -> set[int]:
    """Those of these leads who have said no to everything on this channel."""
    purposes = [purpose.pk for purpose in consent.offered()]
    rows = LeadConsent.objects.filter(
        lead_id__in=ids, channel=channel, state=State.WITHDRAWN, purpose_id__in=purposes
    ).order_by()
    counted = rows.values_list("lead_id").annotate(times=Count("purpose_id", distinct=True))
    return {pk for pk, times in counted if times >= len(purposes)}


def _decline(channel: str, actor: Any, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), declining.BATCH):
        with transaction.atomic():
            _decline_batch(channel, actor, ids[start : start + declining.BATCH])


def _decline_batch(channel: str, actor: Any, ids: Sequence[int]) -> None:
    """Written down with the lead; of a known contact at once where everybody looks, of others on the list of
    suppressed addresses: a no needs no contact to hold."""
    purposes = consent.offered()
    leads = list(Lead.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    rows = LeadConsent.objects.filter(lead_id__in=ids, channel=channel, state=State.WITHDRAWN)
    known = set(rows.values_list("lead_id", "purpose_id"))
    LeadConsent.objects.bulk_create(
        [
            LeadConsent(
                lead=lead, purpose=purpose, channel=channel, state=State.WITHDRAWN, source=Source.IMPORT
            )
            for lead in leads
            for purpose in purposes
            if (lead.pk, purpose.pk) not in known
        ],
        batch_size=declining.BATCH,
    )  # fmt: skip
    declining.decline(channel, actor, sorted({lead.contact_id for lead in leads if lead.contact_id}))
    unknown = [(lead, purpose) for lead in leads for purpose in purposes if not lead.contact_id]
    follow_withdrawals(by=actor, channel=channel, said=unknown)
