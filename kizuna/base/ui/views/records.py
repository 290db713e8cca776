"""The page of one record: facts, fields edited in place, timeline with its composer, what is related, history."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.access import policy
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.records.history import history
from kizuna.base.records.models import Record
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid, Missing, Stale
from kizuna.base.ui import changes, controls, timeline
from kizuna.base.ui.finding import find, may
from kizuna.base.ui.middleware import toast, words
from kizuna.base.ui.shown import ShownRecord, panels


@login_required
@require_GET
def record_page(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    record = find(resource, request.user, record_id, with_trash=True)
    return render(request, "ui/record.html", context(request, resource, record))


def context(request: HttpRequest, resource: Resource, record: Record) -> dict[str, Any]:
    """What `ui/record.html` needs; see the comment at its top."""
    actor: Any = request.user
    shown = ShownRecord(resource, record, actor)
    may_update = not _is_deleted(record) and may(actor, resource, record, "update")
    return {
        "resource": resource,
        "record": record,
        "title": shown.title,
        "back": {"url": resource.list_url, "label": resource.plural_label},
        "heading": shown.heading,
        "subtitle": [shown.cell(name) for name in resource.subtitle if shown.cell(name)["kind"] != "empty"],
        "facts": shown.facts(),
        "sections": shown.sections(may_update=may_update),
        "timeline": timeline.page(actor, record, resource),
        "composer": composer(request, resource, record),
        "panels": panels(shown),
        "actions": buttons(actor, resource, record),
        "url": resource.record_url(record.pk),
        "can": {"update": may_update, "delete": may(actor, resource, record, "delete")},
        "is_deleted": _is_deleted(record),
    }


def _is_deleted(record: Record) -> bool:
    return getattr(record, "is_deleted", False)


def buttons(actor: Any, resource: Resource, record: Record) -> list[Any]:
    """The actions that this person may take on this record now."""
    if _is_deleted(record):
        return []
    return [action for action in resource.actions if action.fits(record) and may(actor, resource, record, action.name)]


def composer(request: HttpRequest, resource: Resource, record: Record) -> list[dict[str, Any]]:
    """One tab per kind of entry that this person may add to the timeline."""
    actor: Any = request.user
    permissions = policy.permissions_of(actor)
    if _is_deleted(record):
        return []
    return [
        {
            "key": panel.resource.key,
            "label": panel.resource.label,
            "icon": panel.resource.icon,
            "relation": panel.field.name,
            "controls": controls.quick(panel.resource, actor, panel.field.name),
            "url": f"{resource.record_url(record.pk)}/compose/{panel.resource.key}",
        }
        for panel in timeline.composable(actor, resource)
        if permissions.can(panel.resource.key, "create")
    ]


@login_required
@require_POST
def compose(request: HttpRequest, resource: Resource, record_id: int, key: str) -> HttpResponse:
    """Add a note or a task from the record's own page; answers with the composer and the timeline anew."""
    actor: Any = request.user
    record = find(resource, actor, record_id)
    panel = next((found for found in timeline.composable(actor, resource) if found.resource.key == key), None)
    if panel is None:
        raise Missing()
    values = controls.submitted(panel.resource, actor, request.POST)
    tabs = composer(request, resource, record)
    status = 200
    try:
        records.create(
            actor=actor,
            resource=panel.resource,
            values=values | {panel.field.name: record.pk},
            once=request.POST.get("once", ""),
        )
    except Invalid as error:
        status = 422
        for tab in tabs:
            if tab["key"] == key:
                tab["controls"] = controls.again(tab["controls"], request.POST, error)
                tab["problem"] = words(error)
                tab["current"] = True
    shown = {"timeline": timeline.page(actor, record, resource), "composer": tabs, "resource": resource, "record": record}
    return render(request, "ui/record.html#activity", shown | {"url": resource.record_url(record.pk)}, status=status)


@login_required
@require_GET
def timeline_page(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """Older items of the timeline."""
    record = find(resource, request.user, record_id, with_trash=True)
    found = timeline.page(request.user, record, resource, request.GET.get("before"))
    return render(request, "ui/record.html#days", {"timeline": found, "url": resource.record_url(record.pk)})


@login_required
@require_GET
def history_page(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """Who changed what, when and from where, before and after; older pages by event id."""
    record = find(resource, request.user, record_id, with_trash=True)
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    entries = history(actor=request.user, record=record, before=before)
    reader = Reader.of(request.user)
    differences = changes.Differences(reader, resource, entries)
    people = User.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id})
    shown = [
        {
            "who": people[entry.actor_id].name if entry.actor_id in people else "Kizuna",
            "words": differences.words(entry),
            "via": entry.via,
            "address": entry.address or "",
            "at": reader.full_moment(entry.occurred_at),
            "iso": entry.occurred_at.isoformat(),
            "changes": differences.of(entry),
        }
        for entry in entries
    ]
    more = f"{resource.record_url(record.pk)}/history?before={entries[-1].event_id}" if len(entries) == 50 else ""
    title = ShownRecord(resource, record, request.user).title
    page = {
        "resource": resource,
        "record": record,
        "title": title,
        "entries": shown,
        "more_url": more,
        "back": {"url": resource.record_url(record.pk), "label": title},
    }
    is_partial = request.headers.get("HX-Request-Type") == "partial"
    return render(request, "ui/history.html#entries" if is_partial else "ui/history.html", page)


@login_required
@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, resource: Resource, record_id: int, name: str) -> HttpResponse:
    """One field in place: GET with `?edit` gives its control, GET its text, POST saves it.

    The version seen travels along, so that nobody's edit is overwritten.
    """
    actor: Any = request.user
    record = find(resource, actor, record_id)
    if name not in resource.readable_fields(actor):
        raise Missing()
    if request.method == "GET" and "edit" not in request.GET:
        return _field(request, resource, record, name)
    if name not in resource.writable_fields(actor):
        raise Invalid({name: [_("This cannot be changed.")]})
    if request.method == "GET":
        return _editor(request, resource, record, name)
    return _save_field(request, resource, record, name)


def _save_field(request: HttpRequest, resource: Resource, record: Record, name: str) -> HttpResponse:
    actor: Any = request.user
    raw = resource.fields[name].from_form(request.POST)
    try:
        saved = records.update(
            actor=actor, record=record, changes={name: raw}, version=controls.version_of(request.POST)
        )
    except Stale as error:
        return _editor(request, resource, error.current, name, raw=raw, stale=True, status=412)
    except Invalid as error:
        return _editor(request, resource, record, name, raw=raw, error=words_of(error, name), status=422)
    response = _field(request, resource, saved, name)
    if saved.version != record.version:
        undo = f"{resource.record_url(saved.pk)}/undo/{saved.version}"
        text = _("%(field)s saved.") % {"field": resource.fields[name].label}
        toast(response, str(text), undo=undo)
    return response


def words_of(error: Invalid, name: str) -> str:
    """The messages of one field, wherever beneath it they are."""
    found = [str(word) for path, words_ in error.errors.items() if path.split(".")[0] in (name, "") for word in words_]
    return " ".join(found or [words(error)])


def _field(request: HttpRequest, resource: Resource, record: Record, name: str) -> HttpResponse:
    shown = ShownRecord(resource, record, request.user)
    found = shown.field(name, may_update=may(request.user, resource, record, "update"))
    return render(request, "ui/record.html#field", {"field": found, "record": record, "resource": resource})


def _editor(
    request: HttpRequest,
    resource: Resource,
    record: Record,
    name: str,
    *,
    raw: Any = None,
    error: str = "",
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The control in place of the text. After a stale save it shows what stands there now beside what was typed."""
    shown = ShownRecord(resource, record, request.user)
    found = {
        "field": shown.field(name, may_update=True),
        "control": controls.control(resource.fields[name], shown.values.get(name), request.user, raw=raw, error=error),
        "record": record,
        "resource": resource,
        "stale": shown.cell(name) if stale else None,
    }
    return render(request, "ui/record.html#field_edit", found, status=status)
