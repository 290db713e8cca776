"""What sequences want of somebody today, on Home: mails that wait. Calls and tasks stand with their tasks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kizuna.base.access import policy
from kizuna.base.access.models import Scope
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.ui.home import Panel
from kizuna.customers.sequences.models import MailDraft

ROWS = 6


def mails(actor: Any) -> dict[str, Any]:
    """The oldest first."""
    reader = Reader.of(actor)
    waiting = MailDraft.objects.visible_to(actor).filter(owner=actor.pk, status=MailDraft.Status.WAITING)
    found = list(waiting.select_related("contact", "lead").order_by("wanted_at", "pk")[: ROWS + 1])
    resource = registry.get("maildraft")
    rows = [
        {
            "name": one.subject,
            "detail": _named(one, reader),
            "url": resource.record_url(one.pk),
            "icon": "mail",
            "when": reader.day(one.wanted_at.astimezone(reader.zone).date()),
        }
        for one in found[:ROWS]
    ]
    count = f"{ROWS}+" if len(found) > ROWS else str(len(found))
    nothing = _("No mail waits for you. What sequences draft stands here until you send it.")
    return {"rows": rows, "nothing": nothing, "count": count if found else "", "url": f"{resource.list_url}?view=mine"}


def _named(one: MailDraft, reader: Reader) -> str:
    person = one.contact or one.lead
    return person.name.display(reader.name_order) if person else ""


def writes(actor: Any) -> bool:
    return policy.permissions_of(actor).scope("maildraft", "update") > Scope.NONE


HOME = Panel(
    "mails",
    gettext_lazy("Mails to send"),
    gettext_lazy("What sequences drafted for me: read it, mend it, send it."),
    "sequences/home.html",
    mails,
    budget=4,
    kinds=("maildraft",),
    is_lazy=True,
    may=lambda actor: policy.permissions_of(actor).can("maildraft", "read"),
    is_usual=writes,
    rank=2,
)
