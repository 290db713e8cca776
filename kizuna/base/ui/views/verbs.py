"""What is done to one record with a button: delete, restore, undo, and the actions of its rooms."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.actions import Action
from kizuna.base.resources.fields import Field, MoneyAmount
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid, Missing, Problem, Refused
from kizuna.base.types.money import Money
from kizuna.base.ui import controls, drops
from kizuna.base.ui.finding import find, find_with_past
from kizuna.base.ui.middleware import go, toast
from kizuna.base.ui.shown import ShownRecord


@login_required
@require_POST
def delete(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """To the trash; the list it leads back to offers Undo."""
    record = _deletable(request, resource, record_id)
    records.delete(actor=request.user, record=record, version=controls.version_of(request.POST))
    title = ShownRecord(resource, record, request.user).title
    response = go(request, resource.list_url)
    return _say_next(
        request,
        response,
        _("%(title)s is in the trash.") % {"title": title},
        undo=f"{resource.record_url(record.pk)}/restore",
    )


@login_required
@require_POST
def restore(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    record = _deletable(request, resource, record_id)
    records.restore(actor=request.user, record=record)
    return _say_next(request, go(request, resource.record_url(record.pk)), _("Brought back from the trash."))


def _deletable(request: HttpRequest, resource: Resource, record_id: int) -> Record:
    if not resource.is_deletable:
        raise Missing()
    return find_with_past(resource, request.user, record_id)


@login_required
@require_POST
def undo(request: HttpRequest, resource: Resource, record_id: int, version: int) -> HttpResponse:
    """Take back the edit that made this version, unless somebody changed the record since."""
    record = find_with_past(resource, request.user, record_id)
    records.undo(actor=request.user, record=record, version=version)
    return _shown_anew(request, resource, record, _("Taken back."))


@login_required
@require_POST
def put_back(request: HttpRequest, resource: Resource, record_id: int, event_id: int, name: str) -> HttpResponse:
    """From the history: a field has the value again that it had before an event. Undo takes that back too."""
    record = find(resource, request.user, record_id)
    if name in resource.fields and (why := resource.fields[name].why_fixed(record)):
        raise Refused(why, field=name)
    saved = records.put_back(actor=request.user, record=record, event_id=event_id, name=name)
    url = resource.record_url(record.pk)
    undo_url = f"{url}/undo/{saved.version}" if saved.version != record.version else ""
    words = _("%(field)s put back.") if undo_url else _("%(field)s has this value already.")
    text = words % {"field": resource.fields[name].label}
    return _say_next(request, go(request, f"{url}/history"), text, undo=undo_url)


@login_required
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, resource: Resource, record_id: int, name: str) -> HttpResponse:
    """Run an action: at once when it needs nothing further, else after a small form made from its arguments. Fields of
    the record that it lacks are asked for there as well, and filled in before."""
    actor: Any = request.user
    action = resource.action(name)
    record = find(resource, actor, record_id)
    if action is None:
        raise Missing()
    if request.method == "GET":
        return _ask(request, resource, record, action)
    try:
        made = _run(request, record, action)
    except Problem as problem:
        if isinstance(problem, Invalid) or (problem.status == 422 and problem.errors):
            return _ask(request, resource, record, action, problem)
        raise
    if action.opens:
        return _say_next(request, go(request, registry.of(made).record_url(made.pk)), action.done)
    return _shown_anew(request, resource, record, action.done, tone="good")


@transaction.atomic
def _run(request: HttpRequest, record: Record, action: Action) -> Any:
    actor: Any = request.user
    raw = {param.name: param.field.from_form(request.POST) for param in action.params}
    drops.fill_in(actor, record, request.POST, without=raw)
    given = {key: value for key, value in raw.items() if value is not None}
    return action.run(actor=actor, record_id=record.pk, raw=given, reader=Reader.of(actor))


def _ask(
    request: HttpRequest, resource: Resource, record: Record, action: Action, problem: Problem | None = None
) -> HttpResponse:
    """The action's arguments as a form in the dialog, and the fields of the record that it lacks."""
    data = request.POST if problem else None
    params = [param.field for param in action.params]
    asked = drops.asked_for(action, resource, problem, request.POST) if problem else []
    writable = resource.writable_fields(request.user).keys() - {field.name for field in params}
    lacking = [field for field in asked if field.name in writable]
    names = {field.name for field in (*params, *lacking)}
    context = {
        "title": action.label,
        "lead": action.confirm,
        "fields": [
            *(_argument(field, record, request.user, data, problem) for field in params),
            *(drops.control(field, record, request, problem) for field in lacking),
        ],
        "hidden": [("fields", field.name) for field in lacking],
        "errors": controls.other_errors(problem, names, resource) if problem else [],
        "form": {
            "action": f"{resource.record_url(record.pk)}/actions/{action.name}",
            "save_label": action.label,
            "key": f"{resource.key}:{record.pk}:{action.name}",
        },
    }
    response = render(request, "ui/parts/dialog_form.html", context, status=problem.status if problem else 200)
    response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"  # a button without a form asks here, too
    return response


def _argument(
    field: Field, record: Record, actor: Any, data: QueryDict | None, problem: Problem | None
) -> controls.Control:
    """Money is asked for in the currency that the record is in."""
    found = controls.drawn_again(field, actor, data, problem)
    held = getattr(record, field.name, None)
    currency = held.currency if isinstance(held, Money) else getattr(record, "currency", "")
    if isinstance(field, MoneyAmount) and currency:
        found |= {"currency": currency, "currencies": (currency,)}
    return found


def _shown_anew(request: HttpRequest, resource: Resource, record: Record, text: str, *, tone: str = "") -> HttpResponse:
    """Say it where it was asked: the record's own page is read again, with the buttons that it has now; on others the
    rows are."""
    if urlsplit(request.headers.get("HX-Current-URL", "")).path != resource.record_url(record.pk):
        return toast(_refresh(request), text, tone=tone, also="kizuna:changed")
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"
    return _say_next(request, response, text)


def _refresh(request: HttpRequest) -> HttpResponse:
    """An answer after which the page shows the record as it now is."""
    if not request.headers.get("HX-Request"):
        return redirect(request.headers.get("Referer") or "/")
    return render(request, "ui/parts/dialog_closed.html")


def _say_next(request: HttpRequest, response: HttpResponse, text: str, *, undo: str = "") -> HttpResponse:
    """Say something on the page that is opened next; `undo` travels as the message's tag."""
    messages.success(request, text, extra_tags=undo)
    return response
