"""How good the records are: figures with their definitions, each leading to the records that it counts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.access import policy
from kizuna.base.jobs.models import Job
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied
from kizuna.base.ui.middleware import go
from kizuna.customers.quality import services
from kizuna.customers.quality.models import Progress, Round
from kizuna.customers.quality.queries import figures

ADDRESS = "/quality"


@login_required
@require_GET
def cockpit(request: HttpRequest) -> HttpResponse:
    actor: Any = request.user
    kinds = _kinds(actor)
    reader, last, counted = Reader.of(actor), figures.last_round(), figures.last_done()
    context = {
        "title": _("Data quality"),
        "round": _round(actor, reader, last),
        "is_counted": counted is not None,
        "sheets": [_sheet(actor, reader, figures.sheet(actor, one), counted) for one in kinds],
    }
    return render(request, "quality/cockpit.html", context)


@login_required
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """How far the reckoning is; when it is over, the page is asked for again."""
    actor: Any = request.user
    _kinds(actor)
    found = _round(actor, Reader.of(actor), figures.last_round())
    if not found["is_running"]:
        return go(request, ADDRESS)
    return render(request, "quality/cockpit.html#progress", {"round": found})


@login_required
@require_POST
def reckon(request: HttpRequest) -> HttpResponse:
    services.start_round(actor=request.user)
    return go(request, ADDRESS)


def _kinds(actor: Any) -> list[Resource]:
    found = figures.looked_after(actor)
    if not found:
        raise Denied()
    return found


def _round(actor: Any, reader: Reader, last: Round | None) -> dict[str, Any]:
    if last is None:
        return {"is_running": False, "is_awaited": False, "words": ""}
    is_awaited = last.state == Progress.DONE and figures.is_awaited(actor, last)
    job = Job.objects.filter(pk=last.job_id).first() if last.job_id and not last.is_over else None
    return {
        "is_running": not last.is_over,
        "is_bad": last.state == Progress.FAILED,
        "is_awaited": is_awaited,
        "words": _words(reader, last, is_awaited=is_awaited),
        "done": job.progress_done if job else 0,
        "total": job.progress_total if job else 0,
    }


def _words(reader: Reader, last: Round, *, is_awaited: bool) -> str:
    if last.state == Progress.FAILED:
        return _("The last calculation could not be finished: %(why)s") % {"why": last.error}
    if last.seen_until is None:
        return _("Looking at the records …")
    moment = {"moment": reader.day_and_time(last.seen_until)}
    if is_awaited:
        return _("As of %(moment)s. What you have changed since is being counted …") % moment
    return _("As of %(moment)s") % moment


def _sheet(actor: Any, reader: Reader, found: figures.Sheet, counted: Round | None) -> dict[str, Any]:
    resource, total = found.resource, found.count
    queue = f"{ADDRESS}/{resource.plural}/queue"
    return {
        "key": resource.key,
        "title": resource.plural_label,
        "icon": resource.icon,
        "url": resource.list_url,
        "count": reader.number(total),
        "complete": "–" if found.completeness is None else reader.percent(round(found.completeness)),
        "waiting": reader.number(found.waiting),
        "queue_url": queue if found.waiting else "",
        "lines": [_line(actor, reader, resource, line) for line in found.lines],
        "parts": [_part(reader, resource, part, total) for part in found.parts],
        "parts_words": _parts_words(reader, resource, counted),
    }


def _parts_words(reader: Reader, resource: Resource, counted: Round | None) -> str:
    """When the parts of very many records were counted: not as often as what was found."""
    if counted is None or counted.finished_at is None or figures.are_few(resource.key):
        return ""
    return _("As of %(moment)s") % {"moment": reader.day_and_time(counted.finished_at)}


def _line(actor: Any, reader: Reader, resource: Resource, line: figures.Line) -> dict[str, Any]:
    state = urlencode({"filter": figures.written(line.condition)})
    return {
        "code": line.check.code,
        "label": line.check.label,
        "meaning": line.check.meaning,
        "tone": line.check.tone,
        "count": reader.number(line.count),
        "url": f"{resource.list_url}?{state}" if line.count else "",
        "mend": _mend(actor, resource, line.check.mend, state) if line.count else None,
    }


def _mend(actor: Any, resource: Resource, name: str, state: str) -> dict[str, Any] | None:
    """What mends all of them at once, for who may: the dialog of the list's own bulk work."""
    permissions = policy.permissions_of(actor)
    if not name or not (permissions.can(resource.key, "bulk") and permissions.can(resource.key, name)):
        return None
    url = f"{resource.list_url}/bulk"
    if name == "delete":
        return {"label": _("Delete"), "icon": "trash", "url": f"{url}/delete?all=1&{state}"}
    verb = resource.action(name)
    return {"label": verb.label, "icon": verb.icon, "url": f"{url}/actions/{name}?all=1&{state}"} if verb else None


def _part(reader: Reader, resource: Resource, part: figures.Part, total: int) -> dict[str, Any]:
    lacking = max(0, total - part.count)
    state = urlencode({"filter": figures.written(part.condition)})
    words = ngettext("%(number)s without", "%(number)s without", lacking) % {"number": reader.number(lacking)}
    share = 100 * part.count / total if total else 0
    return {
        "label": part.label,
        "share": reader.percent(int(share)),
        "value": int(share),
        "words": words,
        "url": f"{resource.list_url}?{state}" if lacking else "",
    }
