"""Today: the start page."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.resources.reader import Reader
from kizuna.interfaces.web import today

DAY_PATTERNS = {"en": "EEEE, d MMMM", "ja": "M月d日(EEEE)", "ko": "M월 d일 EEEE"}


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    actor: Any = request.user
    reader = Reader.of(actor)
    day = format_date(reader.today, DAY_PATTERNS.get(reader.language, "full"), locale=reader.language)
    blocks = [block for block in (today.tasks(actor), today.meetings(actor), today.changed(actor)) if block]
    return render(request, "ui/home.html", {"title": day, "figures": today.figures(actor), "blocks": blocks})


@login_required
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """The short guide: what is where, and the keys."""
    return render(request, "web/help.html", {"title": _("Guide")})
