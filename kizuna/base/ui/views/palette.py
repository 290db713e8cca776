"""The command palette: records that match, then where to go and what to create."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.search import queries as search
from kizuna.base.types import text
from kizuna.base.ui import shell

LIMIT = 8


@login_required
@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """What `<kizuna-palette>` shows for `?q=`."""
    actor: Any = request.user
    typed = request.GET.get("q", "").strip()[:100]
    began = time.perf_counter()
    hits = search.find(actor, typed, limit=LIMIT) if typed else []
    context = {
        "typed": typed,
        "hits": hits,
        "commands": _commands(request, typed),
        "took": max(1, round((time.perf_counter() - began) * 1000)),
    }
    return render(request, "ui/parts/palette_results.html", context)


def _commands(request: HttpRequest, typed: str) -> list[dict[str, Any]]:
    """Places to go and things to create whose words begin like what was typed; all of them while nothing is typed."""
    built = shell.build(request)
    offered = [
        {"label": _("Go to %(place)s") % {"place": item["label"]}, "icon": item["icon"], "url": item["url"]}
        for group in built["groups"]
        for item in group["items"]
    ]
    offered += [
        {"label": _("New %(noun)s") % {"noun": item["label"]}, "icon": "plus", "url": item["url"]}
        for item in built["creatable"]
    ]
    wanted = text.fold(typed)
    return [one for one in offered if not wanted or wanted in text.fold(one["label"])][:12]
