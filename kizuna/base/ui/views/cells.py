"""Editing in the list: a cell becomes its control, and the row comes back as it then is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kizuna.base.records.models import Record
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid, Missing, Refused, Stale
from kizuna.base.ui import controls, inplace
from kizuna.base.ui.finding import NO_FIELD, find
from kizuna.base.ui.listing import Listing
from kizuna.base.ui.middleware import toast
from kizuna.base.ui.shown import ShownRecord
from kizuna.base.ui.views.lists import row_response


@login_required
@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, resource: Resource, record_id: int, name: str) -> HttpResponse:
    """GET answers with the control; POST saves and answers with the row."""
    actor: Any = request.user
    record = find(resource, actor, record_id)
    if name not in resource.writable_fields(actor):
        raise Missing(NO_FIELD)
    if why := resource.fields[name].why_fixed(record):
        raise Refused(why, field=name)
    if request.method == "GET":
        return _editor(request, resource, record, name)
    raw = resource.fields[name].from_form(request.POST)
    try:
        saved = inplace.keep(actor=actor, resource=resource, record=record, name=name, raw=raw, data=request.POST)
    except Stale as error:
        text = _("Somebody else changed this in the meantime; look at what stands there now, then save again.")
        return _editor(request, resource, error.current, name, raw=raw, errors=[text], status=412)
    except (Invalid, Refused) as error:
        messages = controls.errors_at(error, name) + controls.other_errors(error, {name: None})
        return _editor(request, resource, record, name, raw=raw, errors=messages, status=422)
    response = row_response(request, Listing(resource, actor, request.GET), saved.pk)
    if saved.version == record.version:
        return response
    text = _("%(field)s saved.") % {"field": resource.fields[name].label}
    return toast(response, text, undo=f"{resource.record_url(saved.pk)}/undo/{saved.version}")


def _editor(
    request: HttpRequest,
    resource: Resource,
    record: Record,
    name: str,
    *,
    raw: Any = None,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    field = resource.fields[name]
    value = ShownRecord(resource, record, request.user).values.get(name)
    url = f"{resource.list_url}/{record.pk}"
    context = {
        "field": controls.control(field.asked_of(record), value, request.user, raw=raw, errors=errors or []),
        "save_url": f"{url}/cells/{name}?{request.GET.urlencode()}",
        "row_url": f"{url}/row?{request.GET.urlencode()}",
    } | inplace.drawn(field, record)
    return render(request, "ui/list.html#cell_edit", context, status=status)
