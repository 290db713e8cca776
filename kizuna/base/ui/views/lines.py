"""The lines of a record, on its page: added, changed cell by cell, removed, put in order. Each answer is the table as
it then stands; without script the same addresses take plain forms and lead back to the page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources.fields import MoneyAmount, Number
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied, Missing, Problem, Refused, Stale
from kizuna.base.types.numbers import wholes
from kizuna.base.ui import controls, inplace
from kizuna.base.ui import lines as drawing
from kizuna.base.ui.finding import NO_FIELD, find, may
from kizuna.base.ui.middleware import toast
from kizuna.base.ui.shown import ShownRecord
from kizuna.base.ui.views.records import context, head_of


@login_required
@require_http_methods(["GET", "POST"])
def lines(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """GET answers with the table; POST adds a line at its end."""
    record = _parent(request, resource, record_id)
    if request.method == "GET":
        return _drawn(request, resource, record)
    child, field = _declared(resource).resource, _declared(resource).field
    _check(request, resource, record)
    values = {
        name: child.fields[name].from_form(request.POST)
        for name in _declared(resource).asks
        if name in child.writable_fields(request.user)
    }
    given = {name: value for name, value in values.items() if value not in (None, "")} | {field.name: record.pk}
    try:
        records.create(actor=request.user, resource=child, values=given, once=request.POST.get("once", ""))
    except Problem as problem:
        if problem.status != 422:
            raise
        return _drawn(request, resource, record, data=request.POST, error=problem, at="add")
    return _drawn(request, resource, record, at="add")


@login_required
@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, resource: Resource, record_id: int, line_id: int, name: str) -> HttpResponse:
    """GET answers with the control of a cell; POST saves it."""
    actor: Any = request.user
    record = _parent(request, resource, record_id)
    _check(request, resource, record)
    child, line = _declared(resource).resource, _line(request, resource, record, line_id)
    if name not in child.writable_fields(actor):
        raise Missing(NO_FIELD)
    if request.method == "GET":
        return _editor(request, resource, record, line, name)
    raw = child.fields[name].from_form(request.POST)
    try:
        saved = inplace.keep(actor=actor, resource=child, record=line, name=name, raw=raw, data=request.POST)
    except Stale as error:
        text = _("Somebody else changed this in the meantime; look at what stands there now, then save again.")
        return _editor(request, resource, record, error.current, name, raw=raw, errors=[text], status=412)
    except Problem as error:
        if error.status != 422:
            raise
        messages = controls.errors_at(error, name) + controls.other_errors(error, {name: None})
        return _editor(request, resource, record, line, name, raw=raw, errors=messages, status=422)
    response = _drawn(request, resource, record, at=f"{line.pk}-{name}")
    if saved.version == line.version:
        return response
    text = _("%(field)s saved.") % {"field": child.fields[name].label}
    return toast(response, text, undo=f"{child.record_url(saved.pk)}/undo/{saved.version}")


@login_required
@require_POST
def remove(request: HttpRequest, resource: Resource, record_id: int, line_id: int) -> HttpResponse:
    """To the trash, with an Undo."""
    record = _parent(request, resource, record_id)
    _check(request, resource, record)
    line = _line(request, resource, record, line_id)
    title = ShownRecord(_declared(resource).resource, line, request.user).title
    records.delete(actor=request.user, record=line, version=controls.version_of(request.POST))
    undo = f"{resource.record_url(record.pk)}/lines/{line.pk}/restore"
    return toast(_drawn(request, resource, record, at="add"), _("%(title)s removed.") % {"title": title}, undo=undo)


@login_required
@require_POST
def restore(request: HttpRequest, resource: Resource, record_id: int, line_id: int) -> HttpResponse:
    record = _parent(request, resource, record_id)
    _check(request, resource, record)
    line = _line(request, resource, record, line_id, with_trash=True)
    records.restore(actor=request.user, record=line)
    if not request.headers.get("HX-Request"):
        return redirect(resource.record_url(record.pk))
    return toast(HttpResponse(status=204), _("Brought back from the trash."), also="kizuna:changed")


@login_required
@require_POST
def order(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """Put the lines in the order in which their ids (`line`) are posted."""
    record = _parent(request, resource, record_id)
    _check(request, resource, record)
    declared = _declared(resource)
    wanted = wholes(request.POST.getlist("line"))
    rows = declared.resource.visible_to(request.user).filter(**{declared.field.id_path: record.pk})
    records.arrange(actor=request.user, rows=rows, order=wanted)
    return _drawn(request, resource, record)


def _parent(request: HttpRequest, resource: Resource, record_id: int) -> Record:
    if resource.lines is None:
        raise Missing()
    return find(resource, request.user, record_id)


def _declared(resource: Resource) -> Any:
    return resource.lines


def _check(request: HttpRequest, resource: Resource, record: Record) -> None:
    """Lines are changed by those who may change what they are part of."""
    if not may(request.user, resource, record, "update"):
        raise Denied()
    if not _declared(resource).when(record):
        raise Refused(_("This can no longer be changed."))


def _line(
    request: HttpRequest, resource: Resource, record: Record, line_id: int, *, with_trash: bool = False
) -> Record:
    declared = _declared(resource)
    line = find(declared.resource, request.user, line_id, with_trash=with_trash)
    if getattr(line, declared.field.id_path) != record.pk:
        raise Missing()
    return line


def _drawn(request: HttpRequest, resource: Resource, record: Record, **more: Any) -> HttpResponse:
    """The table, and what of the record may follow from its lines."""
    record.refresh_from_db()
    actor: Any = request.user
    error = more.get("error")
    is_get = request.method == "GET"
    if not request.headers.get("HX-Request") and not is_get and error is None:
        return redirect(resource.record_url(record.pk))
    may_update = may(actor, resource, record, "update")
    found = drawing.panel(actor, resource, record, may_update=may_update, **more)
    if found is None:
        raise Missing()
    status = error.status if isinstance(error, Problem) else 200
    if not request.headers.get("HX-Request"):
        return render(request, "ui/record.html", context(request, resource, record) | {"lines": found}, status=status)
    shown = ShownRecord(resource, record, actor)
    fields = [shown.field(name, may_update=may_update) for name in _declared(resource).makes if name in shown.fields]
    saved = {"lines": found, "fields": fields} | (head_of(shown) if may_update else {})
    return render(request, "ui/record.html#lines_saved", saved | {"facts": shown.facts()}, status=status)


def _editor(
    request: HttpRequest,
    resource: Resource,
    record: Record,
    line: Record,
    name: str,
    *,
    raw: Any = None,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    field = _declared(resource).resource.fields[name]
    control = controls.control(field, field.read(line), request.user, raw=raw, errors=errors or [])
    if isinstance(field, Number) and isinstance(control["value"], str) and "." in control["value"] and raw is None:
        control["value"] = control["value"].rstrip("0").rstrip(".")
    if isinstance(field, MoneyAmount):
        control["currencies"] = (control["currency"],)  # all lines of a record are in one
    url = f"{resource.record_url(record.pk)}/lines"
    shown = {
        "field": control | {"id": f"line-{line.pk}-{name}"},
        "save_url": f"{url}/{line.pk}/cells/{name}",
        "lines_url": url,
    } | inplace.drawn(field, line)
    response = render(request, "ui/parts/lines.html#cell_edit", shown, status=status)
    if status != 200:
        response["HX-Retarget"], response["HX-Reswap"] = f"#line-{line.pk}-{name}-cell", "innerHTML"
    return response
