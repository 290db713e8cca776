"""Where administrators find what a department is ruled by: lists that nobody needs every day."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.resources import registry
from kizuna.interfaces.web.views.people import for_administrators

CONSENT = ("purpose", "wording", "policypack", "consent", "suppression")
LEADS = ("scorerule", "responsetarget", "businesshours")
CATALOG = ("seller", "category", "taxclass", "taxrate", "exchangerate", "pricebook")

SALES = ("pipeline", "stage", "playbook", "closereason", "competitor", "approvalrule")


@for_administrators
@require_GET
def sales(request: HttpRequest) -> HttpResponse:
    """Pipelines, stages, reasons and competitors."""
    lead = _(
        "The ways in which you sell, the stages that deals go through, why they are won or lost, and who customers "
        "could buy from instead."
    )
    return render(request, "web/rules.html", {"title": _("Sales"), "page": "sales", "lead": lead} | _rows(SALES))


@for_administrators
@require_GET
def consent(request: HttpRequest) -> HttpResponse:
    """Purposes, wordings, policy packs, and the lists that follow them."""
    lead = _(
        "What people are asked for, in which words, and by which rules they are contacted. "
        "The rules of countries are a start and no legal advice: verify them with counsel."
    )
    return render(request, "web/rules.html", {"title": _("Consent"), "page": "consent", "lead": lead} | _rows(CONSENT))


@for_administrators
@require_GET
def catalog(request: HttpRequest) -> HttpResponse:
    """Shelves, taxes, exchange rates and price books."""
    lead = _(
        "The shelves that products stand on, what tax is due on them, what currencies are worth, and who pays what. "
        "The tax rates are a start: verify them with an accountant."
    )
    context: dict[str, Any] = {"title": _("Catalogue"), "page": "catalog", "lead": lead}
    return render(request, "web/rules.html", context | _rows(CATALOG))


@for_administrators
@require_GET
def leads(request: HttpRequest) -> HttpResponse:
    """Score rules, response targets and the hours that they count in."""
    lead = _("How likely it is that something comes of a lead, how soon it is answered, and when somebody is there.")
    return render(request, "web/rules.html", {"title": _("Leads"), "page": "leads", "lead": lead} | _rows(LEADS))


def _rows(kinds: tuple[str, ...]) -> dict[str, Any]:
    found = [registry.get(key) for key in kinds]
    rows = [{"label": one.plural_label, "icon": one.icon, "url": one.list_url, "purpose": one.purpose} for one in found]
    return {"rows": rows}
