"""The command palette: records that match, then where to go and what to create."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.saved_views import queries
from kizuna.base.search import further
from kizuna.base.search import queries as search
from kizuna.base.types import text
from kizuna.base.ui import favourites, shell
from kizuna.base.ui.hits import drawn
from kizuna.base.ui.tabs import url_of

LIMIT = 8


@login_required
@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """What `<kizuna-palette>` shows for `?q=`: `ui/parts/palette_results.html`. `recent`: references, newest first."""
    actor: Any = request.user
    typed = request.GET.get("q", "").strip()[:100]
    hits = search.find(actor, typed, resources=_wholes(), limit=LIMIT) if typed else []
    recent = [] if typed else _recent(actor, request.GET.get("recent", ""))
    groups = [
        {"title": _("Recently viewed"), "items": recent},
        {"title": _("Records"), "items": [drawn(hit) | {"href": hit.url} for hit in hits]},
        {"title": _("Everywhere"), "items": _commands(request, typed)},
    ]
    nothing = _("Nothing found for “%(typed)s”.") % {"typed": typed}
    return render(
        request,
        "ui/parts/palette_results.html",
        {"groups": [group for group in groups if group["items"]], "nothing": nothing},
    )


def _wholes() -> list[Resource]:
    """Kinds of records that are looked for from everywhere: lines of an order are looked for in it, and what is a
    further name of something finds that itself."""
    every = registry.all_resources()
    parts = {resource.lines.key for resource in every if resource.lines} | further.kinds()
    return [resource for resource in every if resource.key not in parts]


def _recent(actor: Any, remembered: str) -> list[dict[str, Any]]:
    """The records that this browser opened last, newest first, as far as this person may see them."""
    refs = favourites.parsed(remembered.split(",")[: favourites.MOST_RECENT])
    return [drawn(hit) | {"href": hit.url} for hit in search.named(actor, refs)]


def _commands(request: HttpRequest, typed: str) -> list[dict[str, Any]]:
    """Places to go and things to create that contain what was typed; all of them while nothing is typed."""
    built = shell.places(request)
    offered = [
        {"text": _("Go to %(place)s") % {"place": item["label"]}, "icon": item["icon"], "href": item["url"]}
        for group in built["groups"]
        for item in group["items"]
    ]
    offered += [
        {
            "text": str(item["label"])
            if item.get("is_said")
            else _("New %(noun)s") % {"noun": str(item["label"]).lower()},
            "icon": item["icon"] if item.get("is_said") else "plus",
            "href": item["url"],
        }
        for item in built["creatable"]
    ]
    offered += _views(request.user) if typed else []
    wanted = text.fold(typed)
    return [one for one in offered if not wanted or wanted in text.fold(one["text"])][:12]


def _views(actor: Any) -> list[dict[str, Any]]:
    """The saved views that this person sees, newest first: one query."""
    return [
        {
            "text": _("Go to view %(name)s") % {"name": view.name},
            "detail": registry.get(view.resource).plural_label,
            "icon": registry.get(view.resource).icon,
            "href": url_of(registry.get(view.resource).list_url, view),
        }
        for view in queries.newest(actor)
    ]
