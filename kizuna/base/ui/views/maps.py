"""What a map asks for after the page: what lies in the part that is looked at, and a circle drawn into it."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing
from kizuna.base.ui import maps, modes
from kizuna.base.ui.listing import Listing
from kizuna.base.ui.maps import Map, Window


def _map(request: HttpRequest, resource: Resource) -> Map:
    """The map of an address. Raises Missing where there is none."""
    found = maps.of(Listing(resource, request.user, request.GET))
    if found is None or found.field is None:
        raise Missing()
    return found


@login_required
@require_GET
def places(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Marks for a window, gathered in clusters; the same records, rights and conditions as on the list."""
    found = _map(request, resource)
    return render(request, "ui/parts/map_places.html", modes.places(found, Window.of(request.GET.dict())))


@login_required
@require_GET
def circle(request: HttpRequest, resource: Resource) -> HttpResponse:
    """The map with a circle as a condition, in place of any that was drawn before."""
    found = _map(request, resource)
    url = found.with_circle({name: request.GET.get(name, "") for name in ("lat", "lon", "km")})
    if not request.headers.get("HX-Request"):
        return redirect(url)
    answer = HttpResponse(status=204)
    answer["HX-Location"] = json.dumps({"path": url, "target": "#list", "swap": "innerMorph"})
    return answer
