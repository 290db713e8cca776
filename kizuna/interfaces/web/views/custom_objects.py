"""Kinds of records that an administrator makes: a list of them, a form for each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.records import queries
from kizuna.base.records import services as records
from kizuna.base.records.custom import kinds
from kizuna.base.records.custom.making import said
from kizuna.base.records.models import CustomObject
from kizuna.base.resources.groups import GROUPS
from kizuna.base.types.errors import Errors, Invalid, Missing, Problem
from kizuna.base.ui import controls
from kizuna.interfaces.web.field_forms import in_languages, words_in
from kizuna.interfaces.web.fields import control
from kizuna.interfaces.web.views.people import for_administrators

HOME = "/settings/objects"
WORDS = {"labels": "label", "plural_labels": "plural", "name_labels": "name_label", "purpose": "purpose"}
"""Inputs of the service and of the form, for what is said in several languages."""


@for_administrators
@require_GET
def objects(request: HttpRequest) -> HttpResponse:
    """The kinds of records that are there, and those that were removed."""
    return _list(request)


def _list(request: HttpRequest, problem: Invalid | None = None, at: int = 0) -> HttpResponse:
    found = queries.custom_objects(request.user)
    errors = controls.errors_at(problem, "confirmation") if problem else []
    context = {
        "title": _("Kinds of records"),
        "rows": [_row(one) for one in found if one.deleted_at is None],
        "removed": [_removed(one, errors if one.pk == at else []) for one in found if one.deleted_at],
        "new_url": f"{HOME}/new",
        "page": "objects",
    }
    return render(request, "web/objects.html", context, status=problem.status if problem else 200)


def _row(definition: CustomObject) -> dict[str, Any]:
    return {
        "id": definition.pk,
        "label": said(definition.plural_labels),
        "name": definition.key,
        "icon": definition.icon,
        "group": GROUPS.get(definition.group, ""),
        "url": f"{HOME}/{definition.pk}",
        "list_url": f"/{definition.plural}",
        "fields_url": f"/settings/fields/{definition.key}",
    }


def _removed(definition: CustomObject, errors: list[str]) -> dict[str, Any]:
    confirm = _("Type %(name)s to delete this kind of record and all its records") % {"name": definition.key}
    return _row(definition) | {"errors": errors, "confirm": confirm}


@for_administrators
@require_http_methods(["GET", "POST"])
def new_object(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _form(request, None)
    given = _submitted(request.POST) | {"name": request.POST.get("name", "").strip()}
    try:
        made = records.add_custom_object(actor=request.user, **given)
    except Problem as problem:
        if problem.status != 422:
            raise
        return _form(request, None, request.POST, problem)
    words = _("%(label)s are there. Add fields now, and give roles a right to them under Roles: so far only "
              "administrators have one.")  # fmt: skip
    messages.success(request, words % {"label": said(made.plural_labels)})
    return redirect(f"/settings/fields/{made.key}")


@for_administrators
@require_http_methods(["GET", "POST"])
def object_page(request: HttpRequest, object_id: int) -> HttpResponse:
    """What one kind of record is called and looks like; its API name stays."""
    definition = queries.custom_object(request.user, object_id)
    if definition.deleted_at:
        raise Missing()
    if request.method == "GET":
        return _form(request, definition)
    changes, version = _submitted(request.POST), controls.version_of(request.POST)
    try:
        records.change_custom_object(actor=request.user, definition=definition, changes=changes, version=version)
    except Problem as problem:
        if problem.status not in (409, 412, 422):
            raise
        return _form(request, definition, request.POST, problem)
    messages.success(request, _("Saved."))
    return redirect(HOME)


@for_administrators
@require_POST
def remove_object(request: HttpRequest, object_id: int) -> HttpResponse:
    records.remove_custom_object(actor=request.user, definition=queries.custom_object(request.user, object_id))
    messages.success(request, _("This kind of record is removed. Its records are kept."))
    return redirect(HOME)


@for_administrators
@require_POST
def restore_object(request: HttpRequest, object_id: int) -> HttpResponse:
    records.restore_custom_object(actor=request.user, definition=queries.custom_object(request.user, object_id))
    messages.success(request, _("This kind of record is back, with its records."))
    return redirect(HOME)


@for_administrators
@require_POST
def purge_object(request: HttpRequest, object_id: int) -> HttpResponse:
    """For good, once its name is typed."""
    definition = queries.custom_object(request.user, object_id)
    words = request.POST.get("confirmation", "")
    try:
        records.purge_custom_object(actor=request.user, definition=definition, confirmation=words)
    except Invalid as problem:
        return _list(request, problem, object_id)
    messages.success(request, _("This kind of record and its records are being deleted."))
    return redirect(HOME)


# The form -----------------------------------------------------------------------------------------------------------


def _submitted(data: QueryDict) -> dict[str, Any]:
    said_in = {name: words_in(data, control_name) for name, control_name in WORDS.items()}
    return said_in | {name: data.get(name, "") for name in ("icon", "group")}


def _form(
    request: HttpRequest, definition: CustomObject | None, data: QueryDict | None = None, problem: Problem | None = None
) -> HttpResponse:
    if data is not None:
        given = _submitted(data)
    elif definition is not None:
        given = {name: getattr(definition, name) for name in kinds.CHANGEABLE}
    else:
        given = {name: {} for name in WORDS} | {"icon": "package", "group": "customers"}
    flat = _flat(problem)
    name = data.get("name", "") if data is not None else ""
    context = {
        "title": said(definition.plural_labels) if definition else _("New kind of record"),
        "groups": [
            {"title": _("What it is called"), "fields": _called(given, flat, definition, name)},
            {"title": _("Where it stands"), "fields": [_group(given, flat)]},
        ],
        "icons": [{"name": one, "is_on": one == given["icon"]} for one in kinds.ICONS],
        "icon_errors": controls.errors_at(flat, "icon"),
        "errors": controls.other_errors(flat, dict.fromkeys([*WORDS.values(), "icon", "group", "name"]))
        if flat
        else [],
        "name": definition.key if definition else "",
        "version": definition.version if definition else "",
        "back_url": HOME,
        "page": "objects",
    }
    return render(request, "web/object.html", context, status=problem.status if problem else 200)


def _flat(problem: Problem | None) -> Problem | None:
    """The same messages under the names of the controls."""
    if problem is None or not problem.errors:
        return problem
    found: Errors = {}
    for path, words in problem.errors.items():
        first = path.partition(".")[0]
        found.setdefault(WORDS.get(first, first), []).extend(words)
    return Invalid(found, problem.message)


def _called(
    given: dict[str, Any], problem: Problem | None, definition: CustomObject | None, name: str
) -> list[dict[str, Any]]:
    found = [*_said("label", _("One is called"), given["labels"], problem, is_needed=True)]
    found += _said("plural", _("Several are called"), given["plural_labels"], problem, is_needed=True)
    if definition is None:
        words = _("For the API, for imports and in addresses; made from the first label when left empty, and kept for "
                  "good. It begins with x_.")  # fmt: skip
        found.append(control("name", _("API name"), name, problem=problem, help=words))
    words = _("Every record has a name, its title everywhere. Call it what your people call it: number, subject, …")
    found += _said("name_label", _("Its name is called"), given["name_labels"], problem, help=words)
    words = _("One sentence for the empty list and for the API.")
    return [*found, *_said("purpose", _("What it is for"), given["purpose"], problem, help=words)]


def _said(
    name: str, label: str, words: dict[str, str], problem: Problem | None, *, is_needed: bool = False, help: str = ""
) -> list[dict[str, Any]]:
    first = control(name, label, words.get("") or words.get("en", ""), problem=problem, help=help)
    return [first | {"required": is_needed}, *in_languages(name, label, words)]


def _group(given: dict[str, Any], problem: Problem | None) -> dict[str, Any]:
    label = _("Group of the navigation")
    return control("group", label, given["group"], kind="choice", choices=GROUPS.items(), problem=problem, half=True)
