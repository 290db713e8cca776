"""Long work: how far it is, what came of it, and a way to stop it. Only the person who started it sees it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.jobs import services as jobs
from kizuna.base.jobs.models import Job
from kizuna.base.types.errors import Missing


def _find(request: HttpRequest, job_id: int) -> Job:
    job = Job.objects.filter(pk=job_id, actor_id=request.user.pk).first()
    if job is None:
        raise Missing()
    return job


@login_required
@require_GET
def job_page(request: HttpRequest, job_id: int) -> HttpResponse:
    """The page, or its progress alone when it asks again."""
    job = _find(request, job_id)
    template = "ui/job.html#progress" if request.headers.get("HX-Request-Type") == "partial" else "ui/job.html"
    return render(request, template, {"job": job})


@login_required
@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    jobs.cancel_job(actor=request.user, job_id=_find(request, job_id).pk)
    return redirect(f"/jobs/{job_id}")
