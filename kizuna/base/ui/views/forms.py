"""New records and full edits: one form from the resource's sections."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kizuna.base.access import policy
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied, Invalid, Stale
from kizuna.base.ui import controls
from kizuna.base.ui.finding import find, may
from kizuna.base.ui.shown import ShownRecord


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, resource: Resource) -> HttpResponse:
    """A form for a new record; parameters named like fields fill it in ("?company=12")."""
    actor: Any = request.user
    if "create" not in resource.operations or not policy.permissions_of(actor).can(resource.key, "create"):
        raise Denied()
    if request.method == "GET":
        return _form(request, resource, values=_given(request, resource))
    try:
        record = records.create(
            actor=actor,
            resource=resource,
            values=controls.submitted(resource, actor, request.POST),
            once=request.POST.get("once", ""),
        )
    except Invalid as error:
        return _form(request, resource, error=error)
    if "another" in request.POST:
        return redirect(f"{resource.list_url}/new")
    return redirect(resource.record_url(record.pk))


def _given(request: HttpRequest, resource: Resource) -> dict[str, Any]:
    """Values from the URL; whatever is no id of a record that the person may see is not filled in."""
    found: dict[str, Any] = {}
    for name, field in resource.writable_fields(request.user).items():
        text = request.GET.get(name, "")
        if isinstance(field, Relation):
            found[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
        elif text and field.widget == "text":
            found[name] = text[:200]
    if "owner" in resource.fields:
        found["owner"] = found.get("owner") or request.user.pk
    return found


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """The full form of a record. When somebody saved in between, both versions are shown and nothing is lost."""
    actor: Any = request.user
    record = find(resource, actor, record_id)
    if not may(actor, resource, record, "update"):
        raise Denied()
    if request.method == "GET":
        return _form(request, resource, record=record, values=_values(resource, record))
    submitted = controls.submitted(resource, actor, request.POST)
    try:
        records.update(actor=actor, record=record, changes=submitted, version=controls.version_of(request.POST))
    except Stale as error:
        return _conflict(request, resource, error.current)
    except Invalid as error:
        return _form(request, resource, record=record, error=error)
    return redirect(resource.record_url(record.pk))


def _values(resource: Resource, record: Record) -> dict[str, Any]:
    return {name: field.read(record) for name, field in resource.fields.items()}


def _form(
    request: HttpRequest,
    resource: Resource,
    *,
    record: Record | None = None,
    values: dict[str, Any] | None = None,
    error: Invalid | None = None,
) -> HttpResponse:
    data = request.POST if error else None
    title = ShownRecord(resource, record, request.user).title if record else _("New %(noun)s") % {"noun": resource.label}
    url = resource.record_url(record.pk) if record else resource.list_url
    context = {
        "title": title,
        "noun": {"one": resource.label, "many": resource.plural_label, "icon": resource.icon},
        "back": {"url": url, "label": resource.plural_label if record is None else title},
        "sections": controls.sections(resource, request.user, values or {}, data=data, error=error),
        "errors": controls.other_errors(error, resource) if error else [],
        "has_errors": error is not None,
        "url": f"{url}/edit" if record else f"{url}/new",
        "cancel_url": url,
        "version": (data or {}).get("version") or (record.version if record else ""),
        "once": (data or {}).get("once") or controls.once(),
        "is_new": record is None,
        "draft_key": f"{resource.key}:{record.pk if record else 'new'}",
    }
    return render(request, "ui/form.html", context, status=422 if error else 200)


def _conflict(request: HttpRequest, resource: Resource, current: Record) -> HttpResponse:
    """Both edits side by side: what stands there now, what this person typed; they choose field by field."""
    actor = request.user
    shown = ShownRecord(resource, current, actor)
    typed = controls.submitted(resource, actor, request.POST)
    rows = []
    for name, raw in typed.items():
        field = resource.fields[name]
        try:
            mine = field.to_json(field.parse(raw, shown.reader))
        except Invalid:
            mine = raw
        if mine != field.to_json(field.read(current)):
            rows.append(
                {
                    "label": field.label,
                    "theirs": shown.cell(name),
                    "control": controls.control(field, field.read(current), actor, raw=raw),
                }
            )
    context = {
        "title": shown.title,
        "rows": rows,
        "who": current.updated_by.name if current.updated_by_id else "Kizuna",
        "when": shown.reader.full_moment(current.updated_at),
        "url": f"{resource.record_url(current.pk)}/edit",
        "cancel_url": resource.record_url(current.pk),
        "version": current.version,
        "back": {"url": resource.record_url(current.pk), "label": shown.title},
    }
    return render(request, "ui/conflict.html", context, status=412)
