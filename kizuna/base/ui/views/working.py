"""Long work: how far it is, what came of it, and a way to stop it. Only the person who started it sees it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.jobs import services as jobs
from kizuna.base.jobs.models import Job, State
from kizuna.base.resources import registry
from kizuna.base.types.errors import Missing

OVER = {State.DONE, State.DEAD, State.CANCELLED}


def _find(request: HttpRequest, job_id: int) -> Job:
    job = Job.objects.filter(pk=job_id, actor_id=request.user.pk).first()
    if job is None or "resource" not in job.arguments:
        raise Missing()
    return job


@login_required
@require_GET
def job_page(request: HttpRequest, job_id: int) -> HttpResponse:
    """The page, or its progress alone when it asks again."""
    job = _find(request, job_id)
    template = "ui/job.html#progress" if request.headers.get("HX-Request-Type") == "partial" else "ui/job.html"
    work = shown(job)
    return render(request, template, {"work": work, "title": work["title"]})


def shown(job: Job) -> dict[str, Any]:
    """What `ui/job.html` needs."""
    resource = registry.get(job.arguments["resource"])
    result = job.result or {}
    return {
        "title": _("Changing many records"),
        "state": job.state,
        "words": _words(job, result),
        "done": job.progress_done or 0,
        "total": job.progress_total or 0,
        "left": time_left(job),
        "is_over": job.state in OVER,
        "url": f"/jobs/{job.pk}",
        "cancel_url": f"/jobs/{job.pk}/cancel",
        "back": {"url": resource.list_url, "label": resource.plural_label},
        "refused": [
            {"name": f"#{pk}", "url": resource.record_url(int(pk)), "why": why}
            for pk, why in list(result.get("refused", {}).items())[:100]
        ],
    }


def _words(job: Job, result: dict[str, Any]) -> str:
    if job.state == State.DONE:
        done = result.get("done", 0)
        return ngettext("%(count)d record was changed.", "%(count)d records were changed.", done) % {"count": done}
    if job.state == State.CANCELLED:
        return _("Stopped. What was done until then stays.")
    if job.state == State.DEAD:
        return _("This could not be finished: %(why)s") % {"why": job.error.splitlines()[0] if job.error else ""}
    if job.state == State.RUNNING:
        return _("Working …")
    return _("Waiting for its turn …")


def time_left(job: Job) -> str:
    """How long it will take at the pace so far; "" while that is not known."""
    if job.state != State.RUNNING or not (job.progress_done and job.progress_total and job.started_at):
        return ""
    passed = (timezone.now() - job.started_at).total_seconds()
    seconds = round(passed / job.progress_done * (job.progress_total - job.progress_done))
    if seconds < 60:
        return _("less than a minute left")
    minutes = round(seconds / 60)
    return ngettext("about %(count)d minute left", "about %(count)d minutes left", minutes) % {"count": minutes}


@login_required
@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    actor: Any = request.user
    jobs.cancel_job(actor=actor, job_id=_find(request, job_id).pk)
    return redirect(f"/jobs/{job_id}")
