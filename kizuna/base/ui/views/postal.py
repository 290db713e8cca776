"""What a postal code says, for forms."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.resources.reader import Reader
from kizuna.base.types import countries, postal
from kizuna.base.types.errors import Malformed


@login_required
@require_GET
def look_up(request: HttpRequest) -> HttpResponse:
    """The parts of an address that all places with this code share, or words that say that it is not known; 204 where
    nobody knows the codes of the country. Without a country it is taken for one of the reader's."""
    actor: Any = request.user
    try:
        country = countries.code_of(request.GET.get("country", "")[:100]) or Reader.of(actor).region
    except Malformed:
        return HttpResponse(status=204)
    place = postal.find(country, request.GET.get("code", "")[:20])
    if place is None and country in postal.countries():
        return JsonResponse({"words": _("This postal code is not known.")})
    if place is None:
        return HttpResponse(status=204)
    return JsonResponse({"country": country, "region": place.region, "city": place.city, "line1": place.line1})
