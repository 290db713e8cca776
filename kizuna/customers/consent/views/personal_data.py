"""A person's data as a whole: look first, then make a copy, or erase."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kizuna.base.access import policy
from kizuna.base.merging.relations import table_called
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.types import erasing
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.ui.finding import find, may
from kizuna.customers.consent import queries, services
from kizuna.customers.consent.models import Disclosure, Erasure, Progress
from kizuna.customers.contacts.models import Contact


@login_required
@require_http_methods(["GET", "POST"])
def personal_data(request: HttpRequest, record_id: int) -> HttpResponse:
    """GET shows what would become of what there is, or the proof that it is gone; POST makes a copy or erases."""
    actor: Any = request.user
    resource = registry.get("contact")
    errors: list[str] = []
    if request.method == "GET" and policy.permissions_of(actor).can(resource.key, "erase_person"):
        erasure = queries.erasure_of(record_id)
        if erasure is not None and not queries.is_given_up(erasure):
            return _proof(request, erasure)
        if erasure is not None:
            errors = [_("This person was to be erased, and it could not be finished. Ask for it again.")]
    contact = find(resource, actor, record_id)
    assert isinstance(contact, Contact)
    if not any(may(actor, resource, contact, verb) for verb in ("disclose_person", "erase_person")):
        raise Denied()
    if request.method == "POST":
        if request.POST.get("do") == "copy":
            services.disclose_person(actor=actor, contact=contact)
            messages.success(request, _("The copy is being made."))
            return redirect(request.path)
        if request.POST.get("confirmation", "").strip().lstrip("#") == str(contact.pk):
            services.erase_person(actor=actor, contact=contact)
            messages.success(request, _("This person is being erased."))
            return redirect(resource.list_url)
        errors = [_("The number is not right. Nothing was erased.")]
    return _looked_at(request, contact, errors)


def _looked_at(request: HttpRequest, contact: Contact, errors: Sequence[str]) -> HttpResponse:
    """What there is, and what would become of it."""
    actor: Any = request.user
    resource, reader = registry.get("contact"), Reader.of(actor)
    may_copy, may_erase = (may(actor, resource, contact, verb) for verb in ("disclose_person", "erase_person"))
    context = {
        "title": _("Personal data of %(name)s") % {"name": contact},
        "back": {"url": resource.record_url(contact.pk), "label": str(contact)},
        "number": f"#{contact.pk}",
        "parts": [*_parts(contact), *_files(contact, reader)] if may_erase else [],
        "addresses": services.count_addresses(contact.pk) if may_erase else 0,
        "may_copy": may_copy,
        "may_erase": may_erase,
        "copies": [_copy(one, reader) for one in queries.disclosures_of(contact)] if may_copy else [],
        "errors": errors,
    }
    status = 422 if errors and request.method == "POST" else 200
    return render(request, "consent/personal_data.html", context, status=status)


def _proof(request: HttpRequest, erasure: Erasure) -> HttpResponse:
    """That somebody was erased, or is being: what went, what was kept, who did it. Nothing says who it was."""
    reader = Reader.of(request.user)
    number = f"#{erasure.contact_id}"
    context = {
        "title": _("Proof of erasure: %(number)s") % {"number": number},
        "back": {"url": registry.get("contact").list_url, "label": registry.get("contact").plural_label},
        "asked": reader.full_moment(erasure.created_at),
        "who": erasure.created_by.name if erasure.created_by else "Kizuna",
        "done": reader.full_moment(erasure.finished_at) if erasure.finished_at else "",
        "addresses": reader.number(erasure.suppressed),
        "parts": [_gone(part, reader) for part in erasure.parts],
        "fingerprint": erasure.fingerprint,
    }
    return render(request, "consent/erasure.html", context)


_BECAME = {
    "erased": gettext_lazy("Erased."),
    "unlinked": gettext_lazy("Kept, and points to nobody."),
    "kept": gettext_lazy("Kept."),
}


def _gone(part: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    what = str(_BECAME[part["what"]])
    if until := part.get("until"):
        what = _("Kept until %(day)s at the latest.") % {"day": reader.day(dt.date.fromisoformat(until))}
    return {
        "label": table_called(part["table"]),
        "count": reader.number(part["count"]) if part["count"] else "",
        "what": what,
    }


def _parts(contact: Contact) -> list[dict[str, Any]]:
    """What would become of each table; those that are called the same in one line."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for part in services.look_at_erasure(contact.pk):
        shown = _shown(part)
        line = found.setdefault((shown["label"], shown["what"], shown["why"]), shown | {"count": 0})
        line["count"] += part.count
    return list(found.values())


def _files(contact: Contact, reader: Reader) -> list[dict[str, Any]]:
    """What would become of files that no table lists row by row."""
    found = []
    for files in services.look_at_files(services.people_of(contact.pk)):
        label = capfirst(files.model._meta.verbose_name_plural)
        line = {"label": _("Files: %(noun)s") % {"noun": str(label)}, "count": files.count, "why": ""}
        if files.until is None:
            found.append(line | {"what": _("Erased.")})
            continue
        until = _("Kept until %(day)s at the latest.") % {"day": reader.day(files.until)}
        found.append(
            line | {"what": until, "why": _("Nobody can tell whom they name; they are removed by themselves.")}
        )
    return found


def _shown(part: Any) -> dict[str, Any]:
    words = {
        erasing.Erase: _("Erased."),
        erasing.Unlink: _("Kept, and points to nobody."),
        erasing.Keep: _("Kept."),
    }
    return {"label": part.label, "count": part.count, "what": words[type(part.rule)], "why": part.why}


def _copy(one: Disclosure, reader: Reader) -> dict[str, Any]:
    return {
        "when": reader.full_moment(one.created_at),
        "who": one.created_by.name if one.created_by else "Kizuna",
        "state": Progress.FAILED.label if queries.is_given_up(one) else one.get_state_display(),
        "url": f"/personal-data/{one.pk}.zip" if one.state == Progress.DONE else "",
    }


@login_required
@require_GET
def download(request: HttpRequest, disclosure_id: int) -> HttpResponseBase:
    """The file, for who may make such copies of this person."""
    actor: Any = request.user
    resource = registry.get("contact")
    found = queries.disclosure(disclosure_id)
    if found is None or found.state != Progress.DONE:
        raise Missing()
    if not may(actor, resource, find(resource, actor, found.contact_id), "disclose_person"):
        raise Missing()
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename="personal-data.zip")
    response["Cache-Control"] = "private, no-store"
    return response
