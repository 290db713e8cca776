"""The playbook of the stage that a deal stands in, beside its timeline: what to tick, to ask, to hand over, to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.access import policy
from kizuna.base.files import queries as files
from kizuna.base.resources import registry
from kizuna.base.resources.actions import Action
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.ui.attached import files_url
from kizuna.base.ui.finding import find, find_with_past, may
from kizuna.base.ui.middleware import toast
from kizuna.base.ui.shown import ShownRecord
from kizuna.customers.sequences.views import panel as sequences_panel
from kizuna.domains.sales.models import Opportunity, Playbook, PlaybookStep
from kizuna.domains.sales.queries.playbooks import Played, playbook_of, played
from kizuna.domains.sales.resources.checklists import done_of
from kizuna.domains.sales.services import checklists
from kizuna.domains.sales.services.playing import answer_question

Kind = PlaybookStep.Kind
__all__ = ["answer", "panel", "part", "sequences_panel", "tick", "untick"]


def panel(shown: ShownRecord) -> dict[str, Any] | None:
    """Asked for when it is seen; nothing where the stage has no playbook, and nothing was ever answered."""
    deal = shown.record
    assert isinstance(deal, Opportunity)
    if not policy.permissions_of(shown.actor).can("playbook", "read") or playbook_of(shown.actor, deal) is None:
        return None
    return {"id": "playbook", "icon": "notebook", "title": _("Playbook"), "lazy_url": f"{shown.url}/playbook"}


@login_required
@require_GET
def part(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """The panel."""
    deal = find_with_past(registry.get("opportunity"), request.user, opportunity_id)
    assert isinstance(deal, Opportunity)
    return _drawn(request, deal)


@login_required
@require_POST
def answer(request: HttpRequest, opportunity_id: int, step_id: int) -> HttpResponse:
    """Keep what they said to one question; nothing takes the answer back."""
    actor: Any = request.user
    resource = registry.get("opportunity")
    deal = find(resource, actor, opportunity_id)
    step = find(registry.get("playbookstep"), actor, step_id)
    if not may(actor, resource, deal, "update"):
        raise Denied()
    assert isinstance(deal, Opportunity)
    assert isinstance(step, PlaybookStep)
    answer_question(actor=actor, opportunity=deal, step=step, answer=request.POST.get("answer", ""))
    if not request.headers.get("HX-Request"):
        return redirect(resource.record_url(deal.pk))
    return toast(_drawn(request, deal), _("Answer saved."), tone="good", also="kizuna:happened")


@login_required
@require_POST
def tick(request: HttpRequest, opportunity_id: int, step_id: int) -> HttpResponse:
    """An item is done, whoever ticked it first."""
    return _marked(request, checklists.tick_item, opportunity_id, step_id)


@login_required
@require_POST
def untick(request: HttpRequest, opportunity_id: int, step_id: int) -> HttpResponse:
    """An item is still to be done."""
    return _marked(request, checklists.untick_item, opportunity_id, step_id)


def _marked(request: HttpRequest, verb: Action, opportunity_id: int, step_id: int) -> HttpResponse:
    """What was pressed last can be taken back by the other verb."""
    actor: Any = request.user
    step = find(registry.get("playbookstep"), actor, step_id)
    deal = verb.run(actor=actor, record_id=opportunity_id, raw={"step": step.pk}, reader=Reader.of(actor))
    url = registry.get("opportunity").record_url(deal.pk)
    if not request.headers.get("HX-Request"):
        return redirect(url)
    is_ticked = verb is checklists.tick_item
    words = _("“%(item)s” is ticked.") if is_ticked else _("“%(item)s” is open again.")
    undo = f"{url}/playbook/{step.pk}/{'untick' if is_ticked else 'tick'}"
    return toast(_drawn(request, deal), words % {"item": step}, undo=undo, also="kizuna:happened")


def _drawn(request: HttpRequest, deal: Opportunity) -> HttpResponse:
    actor: Any = request.user
    if not policy.permissions_of(actor).can("playbook", "read"):
        raise Missing()
    playbook = playbook_of(actor, deal)
    if playbook is None:
        return HttpResponse()
    resource, reader = registry.get("opportunity"), Reader.of(actor)
    found = played(actor, deal, playbook)
    can = not deal.is_deleted and may(actor, resource, deal, "update")
    url = resource.record_url(deal.pk)
    items = [_item(one, reader, url, can) for one in found if one.step.kind == Kind.CHECK]
    context = {
        "title": playbook.name,
        "about": playbook.about,
        "url": registry.get("playbook").record_url(playbook.pk),
        "self_url": f"{url}/playbook",
        "items": items,
        "progress": done_of(len(items), sum(not item["is_done"] for item in items)),
        "questions": [_question(one, reader, url, can) for one in found if one.step.kind == Kind.QUESTION],
        "documents": [*_documents(found), *_files(actor, playbook)],
        "tasks": [_task(one, reader) for one in found if one.step.kind == Kind.TASK],
    }
    return render(request, "sales/playbook.html", {"playbook": context})


def _item(one: Played, reader: Reader, url: str, can: bool) -> dict[str, Any]:
    """Who ticked it when; and how it was called then, where it has another name now."""
    tick = one.tick
    who = tick.created_by.name if tick and tick.created_by else "Kizuna"
    was = tick.item if tick and tick.item != one.step.words else ""
    return {
        "id": one.step.pk,
        "text": one.step.words,
        "details": one.step.details,
        "is_needed": one.step.is_needed,
        "is_done": tick is not None,
        "who": reader.listed([who, reader.moment(tick.created_at)]) if tick else "",
        "was": was,
        "mark_url": f"{url}/playbook/{one.step.pk}/{'untick' if tick else 'tick'}" if can else "",
    }


def _question(one: Played, reader: Reader, url: str, can: bool) -> dict[str, Any]:
    said = one.answer
    who = said.updated_by.name if said and said.updated_by else "Kizuna"
    return {
        "id": one.step.pk,
        "text": one.step.words,
        "details": one.step.details,
        "is_needed": one.step.is_needed,
        "answer": said.answer if said else "",
        "who": reader.listed([who, reader.moment(said.updated_at)]) if said else "",
        "url": registry.get("playbookanswer").record_url(said.pk) if said else "",
        "save_url": f"{url}/playbook/{one.step.pk}" if can else "",
    }


def _documents(found: list[Played]) -> list[dict[str, str]]:
    return [
        {"name": one.step.words, "url": one.step.link, "detail": one.step.details}
        for one in found
        if one.step.kind == Kind.DOCUMENT
    ]


def _files(actor: Any, playbook: Playbook) -> list[dict[str, str]]:
    resource = registry.get("playbook")
    url = files_url(resource, playbook.pk)
    rows = files.files_of(actor, resource, playbook.pk)[:20]
    return [{"name": one.name, "url": f"{url}/{one.pk}", "detail": ""} for one in rows]


def _task(one: Played, reader: Reader) -> dict[str, Any]:
    task = one.task
    if task is None:
        return {"name": one.step.words, "url": "", "detail": _("not made in this deal"), "is_done": False}
    due = reader.day(task.due_on) if isinstance(task.due_on, dt.date) else ""
    who = task.owner.name if task.owner else _("nobody")
    return {
        "name": task.title,
        "url": registry.get("task").record_url(task.pk),
        "detail": reader.listed(filter(None, (who, due))),
        "is_done": task.is_done,
        "is_late": not task.is_done and task.due_on is not None and task.due_on < reader.today,
        "check_url": f"/tasks/{task.pk}/actions/{'reopen_task' if task.is_done else 'complete_task'}",
    }
