"""Where administrators find what consent is ruled by."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.resources import registry
from kizuna.interfaces.web.views.people import for_administrators

KINDS = ("purpose", "wording", "policypack", "consent", "suppression")


@for_administrators
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Purposes, wordings, policy packs, and the lists that follow them."""
    found = [registry.get(key) for key in KINDS]
    rows = [{"label": one.plural_label, "icon": one.icon, "url": one.list_url, "purpose": one.purpose} for one in found]
    return render(request, "web/consent.html", {"title": _("Consent"), "page": "consent", "rows": rows})
