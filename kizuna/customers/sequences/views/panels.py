"""Panels: in which sequences a person is, how a sequence goes, what was made for somebody; asked for after the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types import placeholders
from kizuna.base.types.errors import Missing
from kizuna.base.ui.finding import find_with_past, may
from kizuna.base.ui.shown import ShownRecord
from kizuna.customers.sequences import queries
from kizuna.customers.sequences.models import Enrolment, MailDraft, SequenceStep, StepTaken
from kizuna.customers.sequences.services.drafts import may_be_sent

MOST = 5
STUCK = dt.timedelta(minutes=10)
"""So long after it was handed to the mail server, a mail of which nothing was heard since may have left or not."""
TONES = {"running": "info", "paused": "warn", "finished": "good", "stopped": ""}
Status = Enrolment.Status


def panel(shown: ShownRecord) -> dict[str, Any] | None:
    """On the page of a person or a deal: asked for when it is seen."""
    return _placeholder(shown, _("Sequences"))


def figures_panel(shown: ShownRecord) -> dict[str, Any] | None:
    """On the page of a sequence."""
    return _placeholder(shown, _("How it goes"))


def steps_panel(shown: ShownRecord) -> dict[str, Any] | None:
    """On the page of an enrolment."""
    return _placeholder(shown, _("Steps"))


def _placeholder(shown: ShownRecord, title: str) -> dict[str, Any] | None:
    if not policy.permissions_of(shown.actor).can("enrolment", "read"):
        return None
    url = f"{shown.url}/sequence-panel"
    return {"id": "sequences", "icon": "list-numbers", "title": title, "lazy_url": url}


@login_required
@require_GET
def panel_part(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """The panel, whichever this kind of record has."""
    actor: Any = request.user
    make = MADE.get(resource.key)
    if make is None or not policy.permissions_of(actor).can("enrolment", "read"):
        raise Missing()
    record = find_with_past(resource, actor, record_id)
    found = {"id": "sequences", "icon": "list-numbers", "url_self": request.path} | make(actor, resource, record)
    return render(request, "ui/record.html#panel", {"panel": found})


# ── of a person or a deal ──


def _of_person(actor: Any, resource: Resource, record: Any) -> dict[str, Any]:
    about = Q(about_resource=resource.key, about_id=record.pk)
    if resource.key in ("contact", "lead"):
        about |= Q(**{resource.key: record.pk})
    rows = Enrolment.objects.visible_to(actor).filter(about).select_related("sequence", "plan")
    rows = rows.prefetch_related("taken")
    found = sorted(rows.order_by("-pk")[: MOST + 1], key=lambda one: (not one.is_active, -one.pk))[:MOST]
    reader = Reader.of(actor)
    verb = next((one for one in resource.actions if one.name == f"enrol_{resource.key}"), None)
    can = verb is not None and not record.is_deleted and verb.fits(record) and may(actor, resource, record, verb.name)
    url = f"{resource.record_url(record.pk)}/actions/enrol_{resource.key}"
    action = {"label": _("Enrol in a sequence"), "icon": "player-play", "url": url, "dialog": True}
    return {
        "title": _("Sequences"),
        "rows": _rows_of_person(found, reader),
        "nothing": _("In no sequence: mails and calls that follow each other until they answer."),
        "actions": [action] if can else [],
    }


def _rows_of_person(found: Sequence[Enrolment], reader: Reader) -> list[dict[str, Any]]:
    """Each sequence, and beneath it the mail or the task that waits to be done, one press away."""
    rows = []
    for one in found:
        rows.append(_enrolment_row(one, reader))
        waiting = (step for step in one.taken.all() if step.done_at is None)
        step = next(waiting, None) if one.is_active else None
        if step is not None:
            rows.append(_taken_row(reader, step.number, one.steps[step.number], step))
    return rows


def _enrolment_row(one: Enrolment, reader: Reader) -> dict[str, Any]:
    return {
        "name": one.sequence.name,
        "url": registry.get("enrolment").record_url(one.pk),
        "detail": progress_of(one, reader),
        "badge": {"text": one.get_status_display(), "tone": TONES[one.status], "icon": ""},
    }


def progress_of(one: Enrolment, reader: Reader) -> str:
    """Step 2 of 5, next: call, 24 Nov."""
    if not one.is_active:
        day = reader.day(one.ended_at.astimezone(reader.zone).date()) if one.ended_at else ""
        return reader.listed(filter(None, (one.get_reason_display(), day)))
    words = _("Step %(number)d of %(total)d") % {"number": max(one.number, 1), "total": len(one.steps)}
    step = one.next_step
    if one.due_at is None or step is None:
        return reader.listed([words, _("waits to be done")])
    kind = SequenceStep.Kind(step["kind"]).label
    return reader.listed([words, _("next: %(kind)s, %(when)s") % {"kind": kind, "when": _when(one.due_at, reader)}])


def _when(moment: dt.datetime, reader: Reader) -> str:
    day = moment.astimezone(reader.zone).date()
    away = (day - reader.today).days
    words = {0: _("today"), 1: _("tomorrow")}.get(max(away, 0))
    return words or reader.day(day)


# ── of a sequence ──


def _of_sequence(actor: Any, resource: Resource, record: Any) -> dict[str, Any]:
    reader, figures = Reader.of(actor), queries.figures_of(actor, record)
    states, reasons = figures.states, figures.reasons
    rows = [_figure(reader, record, _("Enrolled"), figures.enrolled)]
    rows += [_figure(reader, record, one.label, states[one], status=one.value) for one in Status if states[one]]
    for reason in Enrolment.Reason:
        if reasons[reason]:
            rows.append(_figure(reader, record, reason.label, reasons[reason], status="stopped", reason=reason.value))
    rows += [_step_row(reader, one) for one in figures.steps]
    url = f"{resource.record_url(record.pk)}/preview"
    return {
        "title": _("How it goes"),
        "rows": rows,
        "actions": [{"label": _("Preview for somebody"), "icon": "eye", "url": url}],
    }


def _figure(reader: Reader, sequence: Any, label: Any, count: int, **wanted: str) -> dict[str, Any]:
    leaves = [{"field": "sequence", "op": "is", "value": sequence.pk}]
    leaves += [{"field": name, "op": "is", "value": value} for name, value in wanted.items()]
    url = f"/enrolments?{urlencode({'filter': conditions.dump({'all': leaves})})}"
    return {"name": str(label), "url": url, "amount": reader.number(count)}


def _step_row(reader: Reader, one: Any) -> dict[str, Any]:
    answered = ngettext("%(count)s answered", "%(count)s answered", one.answered)
    parts = [_("%(count)s done") % {"count": reader.number(one.done)}]
    if one.answered:
        parts.append(answered % {"count": reader.number(one.answered)})
    return {
        "name": one.step.subject,
        "url": registry.get("sequencestep").record_url(one.step.pk),
        "detail": reader.listed([one.step.get_kind_display(), *parts]),
        "amount": reader.number(one.reached),
    }


# ── of an enrolment ──


def _of_enrolment(actor: Any, resource: Resource, record: Any) -> dict[str, Any]:
    reader = Reader.of(actor)
    taken = {one.number: one for one in record.taken.all()}
    rows = [_taken_row(reader, number, step, taken.get(number)) for number, step in enumerate(record.steps)]
    return {"title": _("Steps"), "rows": rows, "text": progress_of(record, reader)}


def _taken_row(reader: Reader, number: int, step: dict[str, Any], one: StepTaken | None) -> dict[str, Any]:
    url = registry.get("sequencestep").record_url(step["id"])
    if one is not None and (one.draft_id or one.task_id):
        key, pk = ("maildraft", one.draft_id) if one.draft_id else ("task", one.task_id)
        url = registry.get(key).record_url(pk or 0)
    badge = None
    if one is not None:
        words = one.get_outcome_display() if one.outcome else _("Waits")
        badge = {"text": words, "tone": {"done": "good", "": "warn"}.get(one.outcome, ""), "icon": ""}
    kind = SequenceStep.Kind(step["kind"]).label
    day = reader.day((one.done_at or one.taken_at).astimezone(reader.zone).date()) if one else ""
    detail = reader.listed(filter(None, (kind, day)))
    name = f"{number + 1}. {placeholders.left_out(step['subject'])}"
    return {"name": name, "url": url, "detail": detail, "badge": badge}


MADE: dict[str, Callable[[Any, Resource, Any], dict[str, Any]]] = {
    "contact": _of_person,
    "lead": _of_person,
    "opportunity": _of_person,
    "sequence": _of_sequence,
    "enrolment": _of_enrolment,
}


# ── of a mail ──


def alert(shown: ShownRecord) -> dict[str, Any] | None:
    """On top of a draft: that it may not be sent and why, or that nobody knows whether it left."""
    draft = shown.record
    assert isinstance(draft, MailDraft)
    if draft.is_waiting and (draft.contact_id or draft.lead_id):
        answer = may_be_sent(draft)
        return None if answer.allowed else {"template": "sequences/alert.html", "why": answer.words}
    is_stuck = draft.handed_at is not None and draft.handed_at < timezone.now() - STUCK
    if draft.status == MailDraft.Status.SENDING and is_stuck:
        return {"template": "sequences/alert.html", "is_unknown": True}
    return None
