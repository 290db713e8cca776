"""Who may live together: beside a contact's timeline, and one after the other."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.access import policy
from kizuna.base.resources import registry
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.types.numbers import whole
from kizuna.base.ui.finding import find, may
from kizuna.base.ui.merging import ShownRecords
from kizuna.base.ui.middleware import go, wants_part
from kizuna.base.ui.shown import ShownRecord
from kizuna.customers.contacts import queries, services
from kizuna.customers.contacts.models import Contact, HouseholdSuggestion

ADDRESS = "/household-suggestions"
PAGE_SIZE = 20
FACTS = ("addresses", "birth_on", "phones", "household")


def may_decide(actor: Any) -> bool:
    permissions = policy.permissions_of(actor)
    return permissions.can("contact", "form_household") and permissions.can("contact", "update")


def panel(shown: ShownRecord) -> dict[str, Any] | None:
    """Beside the timeline of a contact, where somebody of that name lives at the same address."""
    contact = shown.record
    assert isinstance(contact, Contact)
    if contact.is_deleted or not may_decide(shown.actor) or not {"addresses", "name"} <= set(shown.fields):
        return None
    if not may(shown.actor, shown.resource, contact, "update"):
        return None
    mates = queries.housemates(shown.actor, contact)
    if not mates:
        return None
    url = f"{shown.url}/housemates"
    return {
        "id": "housemates",
        "icon": "home-heart",
        "title": _("One household?"),
        "text": _("The same family name at the same address."),
        "rows": [_row(shown, mate) for mate in mates],
        "nothing": "",
        "actions": [
            {"label": _("Put in one household"), "icon": "home-heart", "url": f"{url}/share", "post": True},
            {"label": _("They live apart"), "icon": "x", "url": f"{url}/refuse", "post": True},
        ],
    }


def _row(shown: ShownRecord, mate: Contact) -> dict[str, Any]:
    badge = {"text": _("Has a household"), "tone": "info"} if mate.household_id else None
    name = mate.name.display(shown.reader.name_order)
    return {"name": name, "url": shown.resource.record_url(mate.pk), "detail": mate.city, "badge": badge}


@login_required
@require_POST
def share(request: HttpRequest, record_id: int) -> HttpResponse:
    contact = _contact(request, record_id)
    mates = queries.housemates(request.user, contact)
    if mates:
        services.share_household(actor=request.user, people=[contact, *mates])
    return go(request, registry.get("contact").record_url(record_id))


@login_required
@require_POST
def refuse(request: HttpRequest, record_id: int) -> HttpResponse:
    contact = _contact(request, record_id)
    mates = queries.housemates(request.user, contact)
    if mates:
        services.refuse_household(actor=request.user, contact=contact, others=mates)
    return go(request, registry.get("contact").record_url(record_id))


def _contact(request: HttpRequest, record_id: int) -> Contact:
    _check(request.user)
    found = find(registry.get("contact"), request.user, record_id)
    assert isinstance(found, Contact)
    return found


def _check(actor: Any) -> None:
    if not may_decide(actor):
        raise Denied()


@login_required
@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """Everybody who may live together, two by two, the oldest suggestion first; for htmx further ones."""
    _check(request.user)
    after = whole(request.GET.get("after", "")) or 0
    found = queries.waiting(request.user, after=after, size=PAGE_SIZE + 1)
    page = found[:PAGE_SIZE]
    context = {
        "title": _("Household suggestions"),
        "back": {"url": "/households", "label": registry.get("household").plural_label},
        "pairs": _drawn(request.user, page),
        "more_url": f"{ADDRESS}?after={page[-1].pk}" if len(found) > PAGE_SIZE else "",
    }
    is_further = after and wants_part(request)
    return render(request, "contacts/homes.html#pairs" if is_further else "contacts/homes.html", context)


def _drawn(actor: Any, found: list[HouseholdSuggestion]) -> list[dict[str, Any]]:
    """Lines for suggestions: the same number of queries whatever their number."""
    resource = registry.get("contact")
    people = {one.pk: one for pair in found for one in (pair.contact, pair.other)}
    shown = ShownRecords(resource, actor, list(people.values()))
    names = [name for name in FACTS if name in resource.readable_fields(actor)]
    return [
        {
            "id": pair.pk,
            "heads": [shown.head(pair.contact), shown.head(pair.other)],
            "facts": [
                {
                    "label": resource.fields[name].label,
                    "cells": [shown.cell(pk, name) for pk in (pair.contact_id, pair.other_id)],
                }
                for name in names
            ],
            "url": f"{ADDRESS}/{pair.pk}",
        }
        for pair in found
    ]


@login_required
@require_POST
def decide(request: HttpRequest, suggestion_id: int, word: str) -> HttpResponse:
    """They live together, apart, or nobody knows after all: a line says so where they were."""
    _check(request.user)
    found = queries.find(request.user, suggestion_id)
    if found is None:
        raise Missing()
    if word == "allow":
        services.allow_household(actor=request.user, suggestion=found)
        return render(request, "contacts/homes.html#pairs", {"pairs": _drawn(request.user, [found])})
    if word == "share":
        services.share_household(actor=request.user, people=[found.contact, found.other])
    else:
        services.refuse_household(actor=request.user, contact=found.contact, others=[found.other])
    context = {"pair": _drawn(request.user, [found])[0], "is_shared": word == "share"}
    return render(request, "contacts/homes.html#decided", context)
