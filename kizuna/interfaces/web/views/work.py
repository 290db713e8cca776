"""Settings of administrators: work in the background that was given up, to be tried again or let go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.base.jobs import queries, services
from kizuna.base.jobs.models import Job
from kizuna.base.resources.reader import Reader
from kizuna.interfaces.web.views.people import for_administrators

MOST = 100


@for_administrators
@require_http_methods(["GET", "POST"])
def work_page(request: HttpRequest) -> HttpResponse:
    """POST tries everything again."""
    actor: Any = request.user
    reader = Reader.of(actor)
    if request.method == "POST":
        count = services.retry_dead_jobs(actor=actor)
        words = ngettext("%(count)s job is tried again.", "%(count)s jobs are tried again.", count)
        messages.success(request, words % {"count": reader.number(count)})
        return redirect("/settings/work")
    jobs, count = queries.given_up(most=MOST)
    rest = count - len(jobs)
    words = ngettext("%(count)s older one is not shown.", "%(count)s older ones are not shown.", rest)
    context = {
        "title": _("Background work"),
        "rows": [_row(job, reader) for job in jobs],
        "rest": words % {"count": reader.number(rest)} if rest else "",
        "page": "work",
    }
    return render(request, "web/work.html", context)


@for_administrators
@require_POST
def decide(request: HttpRequest, job_id: int) -> HttpResponse:
    """One job: tried again, or let go."""
    actor: Any = request.user
    if "discard" in request.POST:
        services.discard_job(actor=actor, job_id=job_id)
        messages.success(request, _("The job was let go."))
    else:
        services.retry_job(actor=actor, job_id=job_id)
        messages.success(request, _("The job is tried again."))
    return redirect("/settings/work")


def _row(job: Job, reader: Reader) -> dict[str, Any]:
    tried = ngettext("tried %(count)s time", "tried %(count)s times", job.attempts)
    return {
        "id": job.pk,
        "name": job.name.removeprefix("kizuna."),
        "reason": job.reason,
        "error": job.error,
        "tried": tried % {"count": reader.number(job.attempts)},
        "when": reader.moment(job.finished_at) if job.finished_at else "",
        "iso": job.finished_at.isoformat() if job.finished_at else "",
    }
