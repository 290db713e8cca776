"""Fields that an administrator adds to a kind of record: a list to order them, a form for each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.records import queries
from kizuna.base.records import services as records
from kizuna.base.records.custom.making import said
from kizuna.base.records.models import CustomField
from kizuna.base.records.services.defining import check_takes_fields, takes_fields
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid, Missing, Problem, Stale
from kizuna.base.ui import controls
from kizuna.interfaces.web import field_forms, kind_choices
from kizuna.interfaces.web.views.people import for_administrators


def _kinds() -> list[Resource]:
    return [resource for resource in registry.all_resources() if takes_fields(resource)]


def _find(key: str) -> Resource:
    resource = registry.get(key)
    check_takes_fields(resource)
    return resource


def _url(resource: Resource) -> str:
    return f"/settings/fields/{resource.key}"


@for_administrators
@require_GET
def fields_home(request: HttpRequest) -> HttpResponse:
    """The picker comes here with the kind that was chosen."""
    key = kind_choices.chosen(kind_choices.choices(_kinds(), ""), request.GET.get("kind"))
    return redirect(_url(registry.get(key)))


@for_administrators
@require_GET
def fields_of(request: HttpRequest, key: str) -> HttpResponse:
    """The fields of one kind of record: those that are there, and those that were removed."""
    return _list(request, _find(key))


def _list(request: HttpRequest, resource: Resource, problem: Invalid | None = None, at: int = 0) -> HttpResponse:
    found = queries.custom_fields(request.user, resource)
    rows = [_row(resource, one) for one in found if one.deleted_at is None]
    for place, row in enumerate(rows):
        row |= {"is_first": place == 0, "is_last": place == len(rows) - 1}
    removed = [_removed(resource, one, _errors(problem, one, at)) for one in found if one.deleted_at]
    context = {
        "title": _("Fields of %(nouns)s") % {"nouns": str(resource.plural_label).lower()},
        "resource": resource,
        "kinds_url": reverse("settings_fields"),
        "kinds": kind_choices.choices(_kinds(), resource.key),
        "rows": rows,
        "removed": removed,
        "new_url": f"{_url(resource)}/new",
        "page": "fields",
    }
    return render(request, "web/fields.html", context, status=problem.status if problem else 200)


def _removed(resource: Resource, definition: CustomField, errors: list[str]) -> dict[str, Any]:
    confirm = _("Type %(name)s to delete the field and all its values") % {"name": definition.name}
    return _row(resource, definition) | {"errors": errors, "confirm": confirm}


def _errors(problem: Invalid | None, definition: CustomField, at: int) -> list[str]:
    return controls.errors_at(problem, "confirmation") if problem and definition.pk == at else []


def _row(resource: Resource, definition: CustomField) -> dict[str, Any]:
    return {
        "id": definition.pk,
        "label": said(definition.labels),
        "name": definition.name,
        "kind": definition.get_kind_display(),
        "section": definition.section,
        "required": definition.required,
        "url": f"{_url(resource)}/{definition.pk}",
        "is_hidden": definition.name in resource.declared,
        "is_away": definition.name not in resource.fields,
    }


@for_administrators
@require_http_methods(["GET", "POST"])
def new_field(request: HttpRequest, key: str) -> HttpResponse:
    """First which kind, then the form of it."""
    resource = _find(key)
    kind = (request.POST if request.method == "POST" else request.GET).get("kind", "")
    if kind not in CustomField.Kind.values:
        return _choose_kind(request, resource)
    if request.method == "POST":
        given = field_forms.submitted(kind, request.POST) | {"name": request.POST.get("name", "").strip()}
        try:
            made = records.add_custom_field(actor=request.user, resource=resource, kind=kind, **given)
        except Problem as problem:
            if problem.status != 422:
                raise
            return _form(request, resource, kind, None, request.POST, problem)
        messages.success(request, _("The field “%(label)s” is there.") % {"label": said(made.labels)})
        return redirect(_url(resource))
    return _form(request, resource, kind, None)


def _choose_kind(request: HttpRequest, resource: Resource) -> HttpResponse:
    context = {
        "title": _("New field of %(nouns)s") % {"nouns": str(resource.plural_label).lower()},
        "back_url": _url(resource),
        "kinds": field_forms.kinds(f"{_url(resource)}/new"),
        "page": "fields",
    }
    return render(request, "web/field_kinds.html", context)


@for_administrators
@require_http_methods(["GET", "POST"])
def field_page(request: HttpRequest, key: str, field_id: int) -> HttpResponse:
    """The form of one field; its kind and name stay."""
    resource = _find(key)
    definition = queries.custom_field(request.user, resource, field_id)
    if definition.deleted_at:
        raise Missing()
    if request.method == "GET":
        return _form(request, resource, definition.kind, definition)
    changes = field_forms.submitted(definition.kind, request.POST)
    version = controls.version_of(request.POST)
    try:
        records.change_custom_field(actor=request.user, field=definition, changes=changes, version=version)
    except (Stale, Invalid) as problem:
        return _form(request, resource, definition.kind, definition, request.POST, problem)
    messages.success(request, _("Saved."))
    return redirect(_url(resource))


def _form(
    request: HttpRequest,
    resource: Resource,
    kind: str,
    definition: CustomField | None,
    data: QueryDict | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    title = str(said(definition.labels)) if definition else _("New field of %(nouns)s")
    form = field_forms.form(kind, definition, data, problem)
    context = form | {
        "title": title % {"nouns": str(resource.plural_label).lower()} if not definition else title,
        "back_url": _url(resource),
        "kind": kind,
        "formula": field_forms.readable_by_formulas(resource) if kind == CustomField.Kind.FORMULA else None,
        "kind_label": CustomField.Kind(kind).label,
        "name": definition.name if definition else "",
        "version": definition.version if definition else "",
        "page": "fields",
    }
    return render(request, "web/field.html", context, status=problem.status if problem else 200)


@for_administrators
@require_POST
def move_field(request: HttpRequest, key: str, field_id: int) -> HttpResponse:
    """One place up or down."""
    resource = _find(key)
    ids = [one.pk for one in queries.custom_fields(request.user, resource) if one.deleted_at is None]
    if field_id not in ids:
        raise Missing()
    place = ids.index(field_id)
    other = place + (1 if request.POST.get("to") == "down" else -1)
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
        records.reorder_custom_fields(actor=request.user, resource=resource, ids=ids)
    return redirect(_url(resource))


@for_administrators
@require_POST
def remove_field(request: HttpRequest, key: str, field_id: int) -> HttpResponse:
    resource = _find(key)
    records.remove_custom_field(actor=request.user, field=queries.custom_field(request.user, resource, field_id))
    messages.success(request, _("The field is removed. Its values are kept."))
    return redirect(_url(resource))


@for_administrators
@require_POST
def restore_field(request: HttpRequest, key: str, field_id: int) -> HttpResponse:
    resource = _find(key)
    records.restore_custom_field(actor=request.user, field=queries.custom_field(request.user, resource, field_id))
    messages.success(request, _("The field is back, with its values."))
    return redirect(_url(resource))


@for_administrators
@require_POST
def purge_field(request: HttpRequest, key: str, field_id: int) -> HttpResponse:
    """For good, once its name is typed."""
    resource = _find(key)
    definition = queries.custom_field(request.user, resource, field_id)
    words = request.POST.get("confirmation", "")
    try:
        records.purge_custom_field(actor=request.user, field=definition, confirmation=words)
    except Invalid as problem:
        return _list(request, resource, problem, field_id)
    messages.success(request, _("The field and its values are being deleted."))
    return redirect(_url(resource))
