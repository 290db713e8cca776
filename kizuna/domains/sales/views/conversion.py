"""A lead is converted: what it would become, field by field, and then that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.base.access import policy
from kizuna.base.events import acting
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.titles import title_of
from kizuna.base.types.errors import Invalid, Problem
from kizuna.base.types.numbers import whole
from kizuna.base.ui.finding import find, may
from kizuna.base.ui.middleware import go, wants_part
from kizuna.base.ui.shown import ShownRecord
from kizuna.customers.leads.models import Lead, Status
from kizuna.domains.sales.models import Opportunity, Pipeline
from kizuna.domains.sales.queries import conversion as planning
from kizuna.domains.sales.queries.conversion import Target, Wanted
from kizuna.domains.sales.services import conversion

NEW, NONE = "new", "none"
MOST = 20
"""Open deals of a customer that are offered, the latest first."""


@login_required
@require_http_methods(["GET", "POST"])
def convert(request: HttpRequest, lead_id: int) -> HttpResponse:
    """GET shows the plan for what is chosen; POST carries it out."""
    actor: Any = request.user
    lead = find(registry.get("lead"), actor, lead_id)
    assert isinstance(lead, Lead)
    policy.check(actor, "convert_lead", lead)
    if lead.converted_at:
        return go(request, f"/leads/{lead_id}")
    people, firms = planning.suggestions(actor, lead)
    asked = request.POST if request.method == "POST" else request.GET
    may_deal = policy.permissions_of(actor).can("opportunity", "create")
    chosen = _usual(lead, asked, people, firms, NEW if may_deal else NONE)
    deals: Iterable[Opportunity] = ()
    try:
        company, contact = _target(actor, "company", chosen["company"]), _target(actor, "contact", chosen["contact"])
        deals = planning.deals_of(actor, contact.existing, company.existing).select_related("stage")[:MOST]
        if request.method == "GET" and chosen["deal"] not in (NEW, NONE, *(str(one.pk) for one in deals)):
            chosen["deal"] = NEW if may_deal else NONE  # it is of another contact, who was chosen before
        wanted = _wanted(actor, chosen, company, contact)
        if request.method == "POST":
            with transaction.atomic(), acting(actor):
                done = conversion.convert(actor=actor, lead=lead, wanted=wanted)
            messages.success(request, _("Converted."), extra_tags=f"/leads/{lead.pk}/revert")
            return go(request, _where(done))
        parts = planning.plan(actor, lead, wanted)
    except Problem as problem:
        return _page(request, lead, people, firms, deals, chosen, [], problem)
    return _page(request, lead, people, firms, deals, chosen, parts, None)


def _where(done: conversion.Conversion) -> str:
    for key, pk in (("opportunity", done.opportunity_id), ("contact", done.contact_id), ("company", done.company_id)):
        if pk:
            return registry.get(key).record_url(pk)
    return f"/leads/{done.lead.pk}"


def _chosen(asked: QueryDict, name: str, known: Any, *, otherwise: str) -> str:
    """What the form says; at first whom the lead is known as."""
    return asked.get(name) or (str(known[0].pk) if known else otherwise)


def _usual(lead: Lead, asked: QueryDict, people: Any, firms: Any, deal: str) -> dict[str, str]:
    known = [one for one in people if one.pk == lead.contact_id]
    known_firms = [one for one in firms if one.pk == lead.company_id]
    return {
        "contact": _chosen(asked, "contact", known, otherwise=NEW),
        "company": _chosen(asked, "company", known_firms, otherwise=NEW if lead.company_name else NONE),
        "deal": asked.get("deal", NONE if "contact" in asked else deal),
        "name": asked.get("opportunity", planning.usual_name(lead)),
        "pipeline": asked.get("pipeline", ""),
    }


def _wanted(actor: Any, chosen: dict[str, str], company: Target, contact: Target) -> Wanted:
    if chosen["deal"] not in (NEW, NONE):
        deal = _record(actor, "opportunity", chosen["deal"])
        assert isinstance(deal, Opportunity)
        return Wanted(company, contact, deal=deal)
    pipeline = _record(actor, "pipeline", chosen["pipeline"]) if chosen["pipeline"] else None
    assert pipeline is None or isinstance(pipeline, Pipeline)
    return Wanted(company, contact, chosen["name"] if chosen["deal"] == NEW else "", pipeline)


def _target(actor: Any, key: str, chosen: str) -> Target:
    if chosen in (NEW, NONE):
        return Target(is_new=chosen == NEW)
    return Target(_record(actor, key, chosen))


def _record(actor: Any, key: str, text: str) -> Record:
    rows = registry.get(key).visible_to(actor)
    found = rows.filter(pk=whole(text)).first()
    if found is None:
        raise Invalid({key: [_("There is no such record, or you may not see it.")]})
    return found


def _page(
    request: HttpRequest, lead: Lead, people: Any, firms: Any, deals: Any, chosen: dict[str, str], parts: Any,
    problem: Problem | None,
) -> HttpResponse:  # fmt: skip
    actor: Any = request.user
    shown = ShownRecord(registry.get("lead"), lead, actor)
    pipelines = registry.get("pipeline").visible_to(actor).order_by("sort_key", "pk")
    may_deal = policy.permissions_of(actor).can("opportunity", "create")
    context = {
        "title": _("Convert %(name)s") % {"name": shown.title},
        "back": {"url": shown.url, "label": shown.title},
        "url": f"{shown.url}/convert",
        "contacts": _choices(actor, "contact", people, chosen["contact"], new=True),
        "companies": _choices(actor, "company", firms, chosen["company"], new=bool(lead.company_name), none=True),
        "deals": _choices(actor, "opportunity", deals, chosen["deal"], new=may_deal, none=True),
        "may_deal": may_deal,
        "name": chosen["name"],
        "pipelines": [
            {"value": one.pk, "label": str(one), "selected": str(one.pk) == chosen["pipeline"]} for one in pipelines
        ],
        "parts": [_part(part, actor) for part in parts],
        "errors": [str(word) for words in problem.errors.values() for word in words] or [str(problem.message)]
        if problem
        else [],
        "is_part": wants_part(request),
    }
    template = "sales/convert.html#plan" if wants_part(request) else "sales/convert.html"
    return render(request, template, context, status=422 if problem and request.method == "POST" else 200)


def _choices(
    actor: Any, key: str, found: Any, chosen: str, *, new: bool = False, none: bool = False
) -> list[dict[str, Any]]:
    resource = registry.get(key)
    rows = [{"value": NEW, "label": _("A new one"), "url": ""}] if new else []
    for one in found:
        rows.append({
            "value": str(one.pk), "label": title_of(one, actor), "url": resource.record_url(one.pk),
            "detail": _standing(one, actor) if isinstance(one, Opportunity) else "",
        })  # fmt: skip
    if none:
        rows.append({"value": NONE, "label": _("None"), "url": ""})
    return [row | {"checked": row["value"] == chosen} for row in rows]


def _standing(deal: Opportunity, actor: Any) -> str:
    """In which stage a deal is, and of what worth: what tells two of one customer apart."""
    readable, reader = registry.get("opportunity").readable_fields(actor), Reader.of(actor)
    words = [title_of(deal.stage, actor)] if "stage" in readable else []
    if "amount" in readable and deal.amount is not None:
        words.append(readable["amount"].to_text(deal.amount, reader))
    return reader.listed(words)


def _part(part: planning.Part, actor: Any) -> dict[str, Any]:
    resource = registry.get(part.key)
    return {
        "label": resource.label,
        "is_new": part.is_new,
        "title": title_of(part.existing, actor) if part.existing is not None else "",
        "lines": part.lines(actor),
    }


@login_required
@require_POST
def revert(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Take it back; where that cannot be, the lead's page says what is in the way."""
    actor: Any = request.user
    try:
        conversion.revert_conversion.run(actor=actor, record_id=lead_id, raw={}, reader=Reader.of(actor))
        messages.success(request, _("The conversion was taken back."))
    except Problem as problem:
        messages.warning(request, str(problem.message))
    return go(request, f"/leads/{lead_id}")


def panel(shown: ShownRecord) -> dict[str, Any] | None:
    """On the page of a lead: the way to convert it, or to take that back."""
    lead = shown.record
    assert isinstance(lead, Lead)
    permissions = policy.permissions_of(shown.actor)
    if lead.is_deleted or lead.status == Status.UNQUALIFIED or not permissions.can("lead", "convert_lead"):
        return None
    if not may(shown.actor, shown.resource, lead, "update"):
        return None
    if lead.converted_at:
        text = _("As long as nobody has touched what came of it, the conversion can be taken back.")
        actions = [{"label": _("Take back"), "icon": "arrow-back-up", "url": f"{shown.url}/revert", "post": True}]
    else:
        text = _("When something comes of it: a contact, a company, an opportunity. You see first what would be made.")
        actions = [{"label": _("Convert…"), "icon": "transform", "url": f"{shown.url}/convert"}]
    return {
        "id": "convert",
        "icon": "transform",
        "title": _("Convert"),
        "count": "",
        "url": "",
        "text": text,
        "rows": [],
        "nothing": "",
        "actions": actions,
    }
