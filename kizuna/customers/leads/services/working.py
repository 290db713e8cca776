"""What people do with leads: take one, answer it, give it up, take it up again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Touched, publish
from kizuna.base.records import services as records
from kizuna.base.resources.actions import action
from kizuna.base.types import rows
from kizuna.base.types.errors import Refused
from kizuna.customers.contacts.models import channels
from kizuna.customers.leads import queries
from kizuna.customers.leads.events import LeadAnswered, LeadDisqualified, LeadReopened, LeadTaken
from kizuna.customers.leads.models import Lead, LeadTouch, Status, UnfitReason
from kizuna.customers.leads.services.telling import tell_timeline

SOME = 20


class AnswerChannel(str):
    """How a lead was answered."""

    @classmethod
    def choices(cls) -> list[tuple[str, Any]]:
        return [(one.code, one.label) for one in channels.all_channels() if channels.OUT in one.directions]


@action(
    label=_("Take"),
    done=_("The lead is yours."),
    icon="hand-grab",
    bulk=True,
    own_right=True,
    when=lambda lead: lead.owner_id is None and lead.is_open,
)
def take_lead(*, actor: Any, lead: Lead) -> Lead:
    """Make a lead from the queue your own. Of two who take it at once the first gets it."""
    if lead.owner_id is not None:
        raise Refused(_("Somebody else has taken it."))
    if not lead.is_open:
        raise Refused(_("Nothing is open here any more."))
    lead.owner_id = actor.pk
    lead.version, lead.updated_at, lead.updated_by_id = lead.version + 1, timezone.now(), actor.pk
    lead.save(update_fields=["owner", "version", "updated_at", "updated_by"])
    publish(LeadTaken(lead_id=lead.pk), subjects=[Touched("lead", lead.pk)], by=actor)
    return lead


@transaction.atomic
def take_next(*, actor: Any) -> Lead | None:
    """Take the lead that is due soonest; None when nobody waits. Two at once get two."""
    policy.check(actor, "take_lead", Lead)
    ids = list(queries.queue(actor).values_list("pk", flat=True)[:SOME])
    for pk in ids:
        waiting = Lead.objects.permitted(actor, "take_lead").filter(pk=pk, owner=None)
        lead = waiting.select_for_update(of=("self",), skip_locked=True).first()
        if lead is not None and lead.is_open:
            return take_lead(actor=actor, lead=lead)
    return None


@action(
    label=_("Answered"),
    done=_("Noted as answered."),
    icon="message-check",
    when=lambda lead: lead.is_open,
    asks={"channel": _("How?"), "words": _("What was said")},
)
def answer_lead(*, actor: Any, lead: Lead, channel: AnswerChannel, words: str = "") -> Lead:
    """Write down that you answered. The first answer stops the clock; that it was late stays written."""
    if not lead.is_open:
        raise Refused(_("Nothing is open here any more."))
    now = timezone.now()
    touch = LeadTouch(
        lead=lead, subject=str(_("Answer")), body=words, channel=channel, direction=channels.OUT, happened_at=now,
        owner_id=lead.owner_id, created_by_id=actor.pk, updated_by_id=actor.pk,
    )  # fmt: skip
    touch.normalise()
    rows.insert(touch)
    if lead.status != Status.WORKING:
        lead = records.update(actor=actor, record=lead, changes={"status": Status.WORKING})  # type: ignore[assignment]
    if lead.answered_at is None:
        in_time = not lead.is_late(now)
        lead.answered_at = now
        lead.breached_at = lead.breached_at if in_time else lead.breached_at or lead.due_at
        lead.due_at = None
        lead.save(update_fields=["answered_at", "breached_at", "due_at"])
        told = LeadAnswered(lead_id=lead.pk, touch_id=touch.pk, in_time=in_time)
        publish(told, subjects=[Touched("lead", lead.pk)], by=actor)
    tell_timeline(lead, [touch])
    return lead


@action(
    label=_("No match"),
    done=_("Noted as no match."),
    icon="user-off",
    bulk=True,
    when=lambda lead: lead.is_open,
    asks={"reason": _("Why?"), "words": _("Note")},
)
def disqualify_lead(*, actor: Any, lead: Lead, reason: UnfitReason, words: str = "") -> Lead:
    """Say that nothing comes of it, and why. It can be opened again."""
    if not lead.is_open:
        raise Refused(_("Nothing is open here any more."))
    changes: dict[str, Any] = {"status": Status.UNQUALIFIED, "unfit_reason": reason}
    if words.strip():
        changes["message"] = f"{lead.message}\n\n{words.strip()}".strip()
    lead = records.update(actor=actor, record=lead, changes=changes)  # type: ignore[assignment]
    lead.breached_at = lead.breached_at or (lead.due_at if lead.is_late(timezone.now()) else None)
    lead.due_at = None
    lead.save(update_fields=["due_at", "breached_at"])
    publish(LeadDisqualified(lead_id=lead.pk, reason=reason), subjects=[Touched("lead", lead.pk)], by=actor)
    return lead


@action(
    label=_("Open again"), done=_("Open again."), icon="rotate", when=lambda lead: lead.status == Status.UNQUALIFIED
)
def reopen_lead(*, actor: Any, lead: Lead) -> Lead:
    """Something may come of it after all. Who was never answered waits as before."""
    if lead.status != Status.UNQUALIFIED:
        raise Refused(_("This is open already."))
    lead = records.update(actor=actor, record=lead, changes={"status": Status.WORKING})  # type: ignore[assignment]
    if lead.answered_at is None:
        lead.due_at = lead.first_due_at
        lead.save(update_fields=["due_at"])
    publish(LeadReopened(lead_id=lead.pk), subjects=[Touched("lead", lead.pk)], by=actor)
    return lead
