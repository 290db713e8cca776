"""The star of a record, and the favourites in the navigation."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.resources.resource import Resource
from kizuna.base.types.refs import RecordRef
from kizuna.base.ui import favourites, shell
from kizuna.base.ui.finding import find


def star(actor: Any, resource: Resource, record_id: int) -> dict[str, Any]:
    """What `ui/parts/star.html` needs."""
    return {
        "on": RecordRef(resource.key, record_id) in favourites.refs_of(actor),
        "url": f"{resource.record_url(record_id)}/favourite",
    }


@login_required
@require_POST
def mark(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """Mark a record, or with `on` empty take the mark away; twice the same is the same."""
    actor: Any = request.user
    record = find(resource, actor, record_id)
    ref = RecordRef(resource.key, record.pk)
    favourites.mark(actor=actor, ref=ref, is_favourite=bool(request.POST.get("on")))
    response = render(request, "ui/parts/star.html", {"star": star(actor, resource, record.pk)})
    response["HX-Trigger"] = json.dumps({"kizuna:favourites": {}})
    return response


@login_required
@require_GET
def sidebar(request: HttpRequest) -> HttpResponse:
    """The favourites as they are now, for the navigation."""
    return render(request, "ui/parts/favourites.html", {"favourites": shell.favourites_of(request)})
