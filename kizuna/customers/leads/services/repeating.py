"""A row of a file about a lead that is there already: what it asked first stays, and the row is a further enquiry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.utils import timezone

from kizuna.base.events import EventRow
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.transfer.importing import repeats
from kizuna.base.transfer.importing.repeats import Further
from kizuna.base.transfer.models import Kept
from kizuna.base.types import text
from kizuna.customers.contacts.models.channels import IN
from kizuna.customers.leads.events import LeadAskedAgain
from kizuna.customers.leads.models import Lead, LeadTouch
from kizuna.customers.leads.services.capturing import ask_again
from kizuna.customers.leads.services.rating import rate

TOLD = {"message": "body"} | {name: name for name in ("channel", "source", "campaign", "referrer", "landing")}
"""Where an enquiry keeps what the fields of a lead say of the first."""


def register() -> None:
    """To be called in `apps.ready()`."""
    how = repeats.Repeats(
        fields=frozenset(TOLD), news=_news, keep=_keep, told=LeadAskedAgain.event_name, take_back=_take_back
    )
    repeats.register("lead", how)


def _news(said: Sequence[Further]) -> list[bool]:
    """Those that no enquiry of the lead says: the same file again brings nothing new."""
    ids = {lead.pk for lead, _values in said if lead.pk}
    known: dict[int, list[dict[str, Any]]] = {}
    for touch in LeadTouch.objects.live().filter(lead_id__in=ids).values("lead_id", *TOLD.values()):
        known.setdefault(touch["lead_id"], []).append(touch)
    return [not any(_says(touch, values) for touch in known.get(lead.pk, ())) for lead, values in said]


def _says(touch: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(touch[TOLD[name]] == (text.clean_long(value) if name == "message" else value)
               for name, value in values.items())  # fmt: skip


def _keep(actor: Any, said: Sequence[Further]) -> None:
    now = timezone.now()
    for record, values in said:
        lead = Lead.objects.select_for_update(of=("self",)).get(pk=record.pk)
        ask_again(actor, lead, Lead(captured_at=now, **values))


def _take_back(actor: Any, events: Sequence[EventRow]) -> tuple[list[int], list[Kept]]:
    """Further enquiries go to the trash, where nobody wrote into them since and their lead is still one. One that lies
    there already is neither taken back nor kept."""
    rows = LeadTouch.objects.live().filter(pk__in=[event.data["touch_id"] for event in events])
    asked = list(rows.order_by("pk").select_for_update(of=("self",)))
    leads = Lead.objects.filter(pk__in={touch.lead_id for touch in asked})
    live = {lead.pk: lead for lead in leads.live().order_by("pk").select_for_update(of=("self",))}
    may = set(leads.permitted(actor, "update").values_list("pk", flat=True))
    gone, kept = [], []
    for touch in asked:
        why = _why_kept(touch, live.get(touch.lead_id), may)
        if why:
            kept.append(Kept(resource="leadtouch", record_id=touch.pk, why=why))
        else:
            gone.append(touch)
    records.trash_each(actor=SYSTEM, records=gone)
    for pk, times in Counter(touch.lead_id for touch in gone).items():
        _count_again(live[pk], times)
    rate(ids={touch.lead_id for touch in gone})
    return [touch.lead_id for touch in gone], kept


def _why_kept(touch: LeadTouch, lead: Lead | None, may: Collection[int]) -> str:
    if lead is None:
        return Kept.Why.GONE
    if touch.lead_id not in may:
        return Kept.Why.DENIED
    return Kept.Why.CHANGED if touch.version > 1 or lead.converted_at else ""


def _count_again(lead: Lead, less: int) -> None:
    left = LeadTouch.objects.live().filter(lead=lead, direction=IN).aggregate(last=Max("happened_at"))["last"]
    last = left or lead.captured_at
    Lead.objects.filter(pk=lead.pk).update(enquiries=max(lead.enquiries - less, 1), last_enquiry_at=last)
