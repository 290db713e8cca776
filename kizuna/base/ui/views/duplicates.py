"""Records that may be the same: the queue of pairs, the search for them, and what somebody decides."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.duplicates import queries
from kizuna.base.duplicates import services as duplicates
from kizuna.base.duplicates.models import Pair
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing
from kizuna.base.ui import duplicates as shown
from kizuna.base.ui.middleware import go, wants_part

PAGE_SIZE = 20


@login_required
@require_GET
def queue(request: HttpRequest, resource: Resource) -> HttpResponse:
    """The pairs, the most certain first; for htmx further ones."""
    actor: Any = request.user
    queries.check(actor, resource)
    after = _place(request.GET.get("after", ""))
    found = queries.waiting(actor, resource, after=after, size=PAGE_SIZE + 1)
    page = found[:PAGE_SIZE]
    last = page[-1] if len(found) > PAGE_SIZE else None
    context = {
        "title": _("Duplicates: %(noun)s") % {"noun": str(resource.plural_label).lower()},
        "back": {"url": resource.list_url, "label": resource.plural_label},
        "merges_url": "/merges",
        "scan": shown.progress(actor, resource, queries.last_scan(resource)),
        "pairs": shown.drawn(actor, resource, page),
        "waiting": shown.waiting(actor, resource) if page and after is None else "",
        "more_url": f"{shown.address(resource)}?after={last.certainty!r},{last.pk}" if last else "",
    }
    is_further = after is not None and wants_part(request)
    return render(request, "ui/duplicates.html#pairs" if is_further else "ui/duplicates.html", context)


def _place(text: str) -> tuple[float, int] | None:
    certainty, _comma, pk = text.partition(",")
    try:
        return min(1.0, max(0.0, float(certainty))), int(pk[:18])
    except ValueError:
        return None


@login_required
@require_GET
def progress(request: HttpRequest, resource: Resource) -> HttpResponse:
    """How far the search is; when it is over, the page is asked for again."""
    queries.check(request.user, resource)
    scan = queries.last_scan(resource)
    context = {"scan": shown.progress(request.user, resource, scan)}
    if not context["scan"]["is_running"]:
        return go(request, shown.address(resource))
    return render(request, "ui/duplicates.html#progress", context)


@login_required
@require_POST
def search(request: HttpRequest, resource: Resource) -> HttpResponse:
    duplicates.start_scan(actor=request.user, resource=resource)
    return go(request, shown.address(resource))


@login_required
@require_POST
def apart(request: HttpRequest, resource: Resource, pair_id: int) -> HttpResponse:
    """The two are not the same: a line with a way back stands where they were."""
    pair = duplicates.tell_apart(actor=request.user, pair=_found(request, resource, pair_id))
    context = _decided(request, resource) | {"pair": shown.drawn(request.user, resource, [pair])[0]}
    return render(request, "ui/duplicates.html#apart", context)


@login_required
@require_POST
def together(request: HttpRequest, resource: Resource, pair_id: int) -> HttpResponse:
    pair = duplicates.not_told_apart(actor=request.user, pair=_found(request, resource, pair_id))
    context = _decided(request, resource) | {"pairs": shown.drawn(request.user, resource, [pair])}
    return render(request, "ui/duplicates.html#pairs", context)


def _decided(request: HttpRequest, resource: Resource) -> dict[str, Any]:
    """How many wait now, beside the answer."""
    return {"is_part": True, "waiting": shown.waiting(request.user, resource)}


def _found(request: HttpRequest, resource: Resource, pair_id: int) -> Pair:
    queries.check(request.user, resource)
    pair = queries.find(request.user, resource, pair_id)
    if pair is None:
        raise Missing()
    return pair
