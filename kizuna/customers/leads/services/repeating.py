"""A row of a file about a lead that is there already: what it asked first stays, and the row is a further enquiry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from kizuna.base.transfer.importing import repeats
from kizuna.base.transfer.importing.repeats import Further
from kizuna.base.types import text
from kizuna.customers.leads.models import Lead, LeadTouch
from kizuna.customers.leads.services.capturing import ask_again

TOLD = {"message": "body"} | {name: name for name in ("channel", "source", "campaign", "referrer", "landing")}
"""Where an enquiry keeps what the fields of a lead say of the first."""


def register() -> None:
    """To be called in `apps.ready()`."""
    repeats.register("lead", repeats.Repeats(fields=frozenset(TOLD), news=_news, keep=_keep))


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
