"""Type-ahead for relation fields: at most a handful of records whose title matches, never a list of everything."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kizuna.base.access import policy
from kizuna.base.resources.resource import Resource
from kizuna.base.search import queries as search

LIMIT = 8


@login_required
@require_GET
def pick(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Options for `<kizuna-select>`: matches for `?q=`, or the newest records while nothing is typed."""
    typed = request.GET.get("q", "").strip()[:100]
    hits = search.find(request.user, typed, resources=[resource], limit=LIMIT) if typed else search.recent(
        request.user, resource, limit=LIMIT
    )
    may_create = "create" in resource.operations and policy.permissions_of(request.user).can(resource.key, "create")
    context = {"hits": hits, "typed": typed, "resource": resource, "may_create": may_create and bool(typed)}
    return render(request, "ui/parts/options.html", context)
