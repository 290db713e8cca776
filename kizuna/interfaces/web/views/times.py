"""Find a time at which everybody is free."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kizuna.interfaces.web import times


@login_required
@require_GET
def find_a_time(request: HttpRequest) -> HttpResponse:
    """The day of some colleagues, beside each other, and the next times that suit all of them."""
    asked = times.Asked(request.user, request.GET)
    return render(request, "web/times.html", times.shown(asked, timezone.now()))
