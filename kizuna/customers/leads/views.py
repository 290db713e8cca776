"""The queue of leads; and what a lead's page says on top and beside the timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.access import policy
from kizuna.base.assignment import queries as assignment
from kizuna.base.assignment.models import AssignmentRule
from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.resources.avatars import avatar
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.titles import titles_of
from kizuna.base.types import text
from kizuna.base.types.errors import Denied, Missing, Refused
from kizuna.base.ui.middleware import go
from kizuna.base.ui.shown import ShownRecord
from kizuna.customers.consent.models import State
from kizuna.customers.consent.views.panel import BADGES, since
from kizuna.customers.contacts.models import channels
from kizuna.customers.leads import queries, services
from kizuna.customers.leads.models import Grade, Lead, LeadConsent
from kizuna.customers.leads.resources import GRADE_TONES

ADDRESS = "/lead-queue"
PAGE_SIZE = 50
LONGEST = 140
CAPPED = 200
SOON = 75
"""From which part of the time on, in per cent, the page of a lead says that it is to be answered."""


@login_required
@require_GET
def queue_page(request: HttpRequest) -> HttpResponse:
    """Leads of nobody, the soonest due first; and those of this person that wait for an answer."""
    actor: Any = request.user
    _check(actor)
    rows = list(queries.queue(actor)[: PAGE_SIZE + 1])
    mine = Lead.objects.visible_to(actor).filter(owner=actor.pk, due_at__isnull=False).order_by("due_at", "pk")
    waiting = queries.queue(actor)[:CAPPED].count()
    readable, reader = registry.get("lead").readable_fields(actor).keys(), Reader.of(actor)
    context = {
        "title": _("Lead queue"),
        "back": {"url": "/leads", "label": registry.get("lead").plural_label},
        "count": f"{CAPPED}+" if waiting == CAPPED else str(waiting),
        "rows": [_row(one, readable, reader) for one in rows[:PAGE_SIZE]],
        "has_more": len(rows) > PAGE_SIZE,
        "mine": [_row(one, readable, reader) for one in mine[:PAGE_SIZE]],
    }
    return render(request, "leads/queue.html", context)


def _check(actor: Any) -> None:
    if not policy.permissions_of(actor).can("lead", "take_lead"):
        raise Denied()


def _row(lead: Lead, readable: Collection[str], reader: Reader) -> dict[str, Any]:
    """A line of the queue: what the reader may read of it."""
    now = timezone.now()
    shown = {name: getattr(lead, name) if name in readable else "" for name in ("company_name", "message", "grade")}
    name = lead.name.display(reader.name_order) or lead.company_name or lead.email or lead.phone
    named = {"initials": lead.name.initials or text.initials(name), "lang": lead.name.lang}
    return {
        "id": lead.pk,
        "name": name if "name" in readable else f"#{lead.pk}",
        "url": f"/leads/{lead.pk}",
        **avatar(registry.of(lead), lead.pk, named if "name" in readable else {}),
        "company": shown["company_name"],
        "message": text.truncate(shown["message"], LONGEST),
        "source": lead.get_source_display() if "source" in readable else "",
        "grade": shown["grade"],
        "score": lead.score if "score" in readable else None,
        "came": reader.day_and_time(lead.captured_at),
        "due": _due_words(lead, now),
        "tone": GRADE_TONES[Grade(lead.grade)],
        "due_tone": _due_tone(lead, now),
        "take_url": f"{ADDRESS}/{lead.pk}/take",
    }


def _due_tone(lead: Lead, now: dt.datetime) -> str:
    return "bad" if lead.is_late(now) else "warn" if lead.part_gone(now) >= SOON else "info"


def _due_words(lead: Lead, now: dt.datetime) -> str:
    if lead.due_at is None:
        return ""
    if lead.due_at < now:
        return _("%(time)s late") % {"time": timesince(lead.due_at, now, depth=1)}
    return _("in %(time)s") % {"time": timeuntil(lead.due_at, now, depth=1)}


@login_required
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """The next one is this person's; with none left the queue says so."""
    lead = services.take_next(actor=request.user)
    if lead is None:
        messages.info(request, _("Nobody is waiting."))
        return go(request, ADDRESS)
    return go(request, f"/leads/{lead.pk}")


@login_required
@require_POST
def take(request: HttpRequest, lead_id: int) -> HttpResponse:
    """This one. If somebody was quicker, the queue says so."""
    actor: Any = request.user
    _check(actor)
    verb = services.take_lead
    try:
        verb.run(actor=actor, record_id=lead_id, raw={}, reader=Reader.of(actor))
    except (Missing, Refused) as problem:
        messages.warning(request, str(problem.message))
        return go(request, ADDRESS)
    return go(request, f"/leads/{lead_id}")


# On the page of a lead ---------------------------------------------------------------------------------------------


def alert(shown: ShownRecord) -> dict[str, Any] | None:
    """Late, or converted into what: said before everything that happened."""
    lead = shown.record
    assert isinstance(lead, Lead)
    if lead.converted_at:
        return {"template": "leads/alert.html", "converted": _became(shown, lead)}
    now = timezone.now()
    if lead.due_at is None or not lead.is_open:
        return None
    due = shown.reader.day_and_time(lead.due_at)
    if lead.is_late(now):
        return {"template": "leads/alert.html", "late": due}
    return {"template": "leads/alert.html", "soon": due} if lead.part_gone(now) >= SOON else None


def _became(shown: ShownRecord, lead: Lead) -> list[dict[str, str]]:
    """What the lead became, as far as the reader sees it."""
    found = []
    for key in ("contact", "company", "opportunity"):
        resource, pk = registry.find(key), lead.outcome.get(key)
        if resource is None or not pk:
            continue
        named = titles_of(resource, shown.actor, resource.visible_to(shown.actor).filter(pk=pk))
        if pk in named:
            found.append({"label": str(resource.label), "name": named[pk], "url": resource.record_url(pk)})
    return found


def panel(shown: ShownRecord) -> dict[str, Any] | None:
    """Why this grade, and who got it by which rule."""
    lead = shown.record
    assert isinstance(lead, Lead)
    if "score" not in shown.fields:
        return None
    name = registry.get("scorerule").fields["name"]
    rows = [
        {"name": name.to_text((one["name"], ""), shown.reader), "url": "", "detail": "",
         "badge": {"text": f"{one['points']:+d}", "tone": "good" if one["points"] > 0 else "bad"}}
        for one in lead.score_reasons
    ]  # fmt: skip
    return {
        "id": "score",
        "icon": "gauge",
        "title": _graded(lead),
        "count": "",
        "url": "",
        "text": _assigned(shown, lead),
        "rows": rows,
        "nothing": _("No rule speaks for this lead yet."),
        "actions": [],
    }


def _graded(lead: Lead) -> str:
    words = ngettext("Grade %(grade)s, %(score)s point", "Grade %(grade)s, %(score)s points", lead.score)
    return words % {"grade": lead.grade, "score": lead.score}


def _assigned(shown: ShownRecord, lead: Lead) -> str:
    """How it came to whoever has it: words of the last decision, as long as it holds."""
    decision = assignment.why("lead", lead.pk)
    if decision is None or decision.owner_id != lead.owner_id:
        return ""
    rule = AssignmentRule.objects.visible_to(shown.actor).filter(pk=decision.rule_id or 0).first()
    owner = User.objects.filter(pk=decision.owner_id or 0).first()
    if owner is None:
        return _("Waits for somebody: %(why)s") % {"why": decision.reason}
    words = {"who": owner.name, "why": decision.reason, "rule": rule.name if rule else "—"}
    return _("Given to %(who)s by the rule “%(rule)s”: %(why)s") % words


def said(shown: ShownRecord) -> dict[str, Any] | None:
    """What they said about being contacted, as the page of a contact has it; nothing where they said nothing. Who is a
    contact by now is asked about there."""
    lead = shown.record
    assert isinstance(lead, Lead)
    if not policy.permissions_of(shown.actor).can("consent", "read") or not (found := queries.said_by(lead)):
        return None
    return {
        "id": "consents",
        "icon": "shield-check",
        "title": _("Consent"),
        "count": "",
        "url": "",
        "rows": [_said(shown, one) for one in found],
        "actions": [],
    }


def _said(shown: ShownRecord, one: LeadConsent) -> dict[str, Any]:
    way = channels.named(one.channel)
    return {
        "name": f"{one.purpose} · {way.label if way else one.channel}",
        "url": "",
        "detail": shown.reader.listed([since(shown, one.happened_at), one.get_source_display()]),
        "badge": {"text": one.get_state_display(), **BADGES[State(one.state)]},
    }
