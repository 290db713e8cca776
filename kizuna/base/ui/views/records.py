"""The page of one record: facts, fields edited in place, timeline with its composer, what is related, history."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kizuna.base.identity.models import User
from kizuna.base.merging.events import RecordsMerged
from kizuna.base.merging.queries import may_merge
from kizuna.base.records import returning
from kizuna.base.records.history import PAGE_SIZE, history
from kizuna.base.records.models import Record
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.retention import queries as retention
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused, Stale
from kizuna.base.types.numbers import whole
from kizuna.base.ui import attached, changes, comments, composing, controls, inplace, lines, timeline
from kizuna.base.ui.finding import NO_FIELD, find, find_with_past, may
from kizuna.base.ui.middleware import toast, wants_part
from kizuna.base.ui.paths import path
from kizuna.base.ui.shown import Panels, ShownRecord, alerts, leads_to
from kizuna.base.ui.timeline_asked import Asked
from kizuna.base.ui.views.favourites import star
from kizuna.base.ui.views.forms import added


@login_required
@require_GET
def record_page(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    record = find(resource, request.user, record_id, with_trash=True)
    return render(request, "ui/record.html", context(request, resource, record))


def context(request: HttpRequest, resource: Resource, record: Record) -> dict[str, Any]:
    """What `ui/record.html` needs; see the comment at its top."""
    actor: Any = request.user
    shown = ShownRecord(resource, record, actor)
    is_deleted = getattr(record, "is_deleted", False)
    may_update = not is_deleted and may(actor, resource, record, "update")
    may_delete = may(actor, resource, record, "delete")
    related = Panels(shown)
    return {
        "title": shown.title,
        "back": {"url": resource.list_url, "label": resource.plural_label},
        "crumbs": [{"label": resource.plural_label, "url": resource.list_url}],
        "record": shown.heading() | _trash(record, shown, may_delete),
        "star": None if is_deleted else star(actor, resource, record.pk),
        "actions": [] if is_deleted else _actions(actor, resource, record, may_update),
        "menu": [] if is_deleted or not resource.has_trash else _menu(shown, may_delete),
        "path": path(shown),
        "facts": shown.facts(),
        "sections": shown.sections(may_update=may_update),
        "alerts": alerts(shown),
        "lines": lines.panel(actor, resource, record, may_update=may_update),
        "composer": composing.composer(actor, resource, record),
        "timeline": timeline.page(actor, record, resource) if resource.has_trash else None,
        "panels": related.at_once(),
        "later": {
            "url": f"{shown.url}/panels",
            "heads": related.heads(),
            "files": resource.has_trash and not is_deleted,
        },
        "follow": comments.follow(actor, resource, record),
    }


@login_required
@require_GET
def panels(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """What else is related, asked for when the page of the record stands; a page of its own where no script asks."""
    actor: Any = request.user
    record = find(resource, actor, record_id, with_trash=True)
    shown = ShownRecord(resource, record, actor)
    is_partial = wants_part(request)
    found = Panels(shown)
    context = {
        "panels": found.later() if is_partial else [*found.at_once(), *found.later()],
        "files": _files(actor, resource, record, may(actor, resource, record, "update")),
    }
    if is_partial:
        return render(request, "ui/record.html#related", context)
    return render(request, "ui/related.html", context | {"title": shown.title, "back": _back(shown)})


def _back(shown: ShownRecord) -> dict[str, str]:
    return {"url": shown.url, "label": shown.title}


def _files(actor: Any, resource: Resource, record: Record, may_update: bool) -> dict[str, Any] | None:
    """The panel of files; what lies in the trash shows none."""
    if not resource.has_trash or record.is_deleted:
        return None
    return attached.panel(actor, resource, record.pk, may_update=may_update)


def _since(record: Record, reader: Reader) -> str:
    assert record.deleted_at is not None
    told = {"day": reader.day_and_time(record.deleted_at)}
    if (until := retention.removed_on(record)) is None:
        return _("In the trash since %(day)s.") % told
    told["until"] = reader.day(until.astimezone(reader.zone).date())
    return (
        _("In the trash since %(day)s. From %(until)s on it is removed for good, unless something else points to it.")
        % told
    )


def _trash(record: Record, shown: ShownRecord, may_delete: bool) -> dict[str, Any]:
    if not getattr(record, "is_deleted", False):
        return {}
    if why := returning.barred(shown.resource, [record.pk]).get(record.pk):
        return {"deleted": why, "restore_url": ""}
    return {
        "deleted": _since(record, shown.reader),
        "restore_url": f"{shown.url}/restore" if may_delete else "",
    }


def _actions(actor: Any, resource: Resource, record: Record, may_update: bool) -> list[dict[str, Any]]:
    """The rooms' actions that fit this record now, then the full form, then what it leads to."""
    found = _verbs(actor, resource, record, "head")
    if may_update:
        url = resource.record_url(record.pk)
        found.append({"label": _("Edit"), "icon": "pencil", "url": f"{url}/edit", "key": "e"})
    if (main := leads_to(actor, resource, record.pk)) is not None:
        found.append(main | {"primary": True})
    return found


def _verbs(actor: Any, resource: Resource, record: Record, place: str) -> list[dict[str, Any]]:
    url = resource.record_url(record.pk)
    return [
        {
            "label": action.label,
            "icon": action.icon,
            "url": f"{url}/actions/{action.name}",
            "post": not action.params,
            "dialog": bool(action.params),
            "confirm": action.confirm,
        }
        for action in resource.actions
        if action.place == place and action.fits(record) and may(actor, resource, record, action.name)
    ]


def _menu(shown: ShownRecord, may_delete: bool) -> list[dict[str, Any]]:
    found = _verbs(shown.actor, shown.resource, shown.record, "menu")
    found.append({"label": _("History"), "icon": "history", "url": f"{shown.url}/history"})
    if shown.actor.is_admin:
        url = f"/settings/layouts/{shown.resource.key}"
        found.append({"label": _("Arrange these fields"), "icon": "layout", "url": url})
    if may_merge(shown.actor, shown.resource):
        found.append({"label": _("Merge with…"), "icon": "arrow-merge", "url": f"{shown.url}/merge", "dialog": True})
    if may_delete and shown.resource.is_deletable:
        found.append(
            {"label": _("Delete"), "icon": "trash", "url": f"{shown.url}/delete", "post": True, "danger": True}
        )
    return found


@login_required
@require_http_methods(["GET", "POST"])
def compose(request: HttpRequest, resource: Resource, record_id: int, key: str) -> HttpResponse:
    """GET answers with the composer for this kind of entry; POST adds one and answers with an empty composer."""
    actor: Any = request.user
    record = find(resource, actor, record_id)
    panel = composing.kind(actor, resource, key)
    data, error, status = None, None, 200
    if request.method == "POST":
        values = controls.submitted(panel.resource, actor, request.POST) | {panel.field.name: record.pk}
        try:
            added(request, panel.resource, values)
        except (Invalid, Refused) as problem:
            data, error, status = request.POST, problem, 422
    found = composing.composer(actor, resource, record, key, data=data, error=error)
    response = render(request, "ui/parts/composer.html", {"composer": found}, status=status)
    if request.method == "POST" and error is None:
        text = _("%(noun)s added.") % {"noun": panel.resource.label}
        toast(response, text, tone="good", also="kizuna:happened")
    return response


@login_required
@require_GET
def timeline_page(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """The timeline anew, or its older entries."""
    record = find_with_past(resource, request.user, record_id)
    asked = Asked.parse(request.GET.dict())
    found = timeline.page(request.user, record, resource, asked)
    return render(request, f"ui/record.html#{'entries' if asked.place else 'timeline'}", {"timeline": found})


@login_required
@require_GET
def timeline_narrowing(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """The controls by which it is narrowed, when somebody opens them."""
    find_with_past(resource, request.user, record_id)
    found = timeline.controls_of(request.user, resource)
    return render(request, "ui/parts/narrowing.html#fields", {"narrowing": found})


@login_required
@require_GET
def history_page(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """Who changed what, when and from where, before and after; older pages by event id."""
    record = find_with_past(resource, request.user, record_id)
    entries = history(actor=request.user, record=record, before=whole(request.GET.get("before", "")))
    shown = ShownRecord(resource, record, request.user)
    differences = changes.Differences(shown.reader, resource, entries)
    people = User.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id})
    may_change = not getattr(record, "is_deleted", False) and may(request.user, resource, record, "update")
    writable = shown.writable if may_change else ()
    page = {
        "title": _("History of %(title)s") % {"title": shown.title},
        "back": _back(shown),
        "entries": [_entry(entry, people, differences, shown.reader) for entry in entries],
        "writable": [name for name in writable if not resource.fields[name].why_fixed(record)],
        "history_url": f"{shown.url}/history",
        "more_url": f"{shown.url}/history?before={entries[-1].event_id}" if len(entries) == PAGE_SIZE else "",
    }
    return render(request, "ui/history.html#entries" if wants_part(request) else "ui/history.html", page)


def _entry(entry: Any, people: dict[int, User], differences: changes.Differences, reader: Reader) -> dict[str, Any]:
    person = people.get(entry.actor_id)
    return {
        **differences.sentence(entry, person.name if person else "Kizuna"),
        "via": reader.listed(filter(None, (changes.door(entry.via), entry.address))),
        "at": reader.day_and_time(entry.occurred_at),
        "iso": entry.occurred_at.isoformat(),
        "changes": differences.of(entry),
        "id": entry.event_id,
        "merge_url": f"/merges/{entry.data['merge_id']}" if entry.name == RecordsMerged.event_name else "",
    }


@login_required
@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, resource: Resource, record_id: int, name: str) -> HttpResponse:
    """One field in place: GET with `?edit` gives its control, GET its text, POST saves it.

    The version seen travels along, so that nobody's edit is overwritten.
    """
    actor: Any = request.user
    record = find(resource, actor, record_id)
    if name not in resource.readable_fields(actor):
        raise Missing(NO_FIELD)
    if request.method == "GET" and "edit" not in request.GET:
        return _field(request, resource, record, name)
    if name not in resource.writable_fields(actor):
        raise Denied()
    if why := resource.fields[name].why_fixed(record):
        raise Refused(why, field=name)
    if request.method == "GET":
        return _editor(request, resource, record, name)
    return _save_field(request, resource, record, name)


def _save_field(request: HttpRequest, resource: Resource, record: Record, name: str) -> HttpResponse:
    raw = resource.fields[name].from_form(request.POST)
    try:
        saved = inplace.keep(
            actor=request.user, resource=resource, record=record, name=name, raw=raw, data=request.POST
        )
    except Stale as error:
        now = ShownRecord(resource, error.current, request.user).cell(name).get("text", "")
        text = _("Somebody saved “%(now)s” in the meantime. Save again to replace it.") % {"now": now}
        return _editor(request, resource, error.current, name, raw=raw, errors=[text], status=412)
    except (Invalid, Refused) as error:
        messages = controls.errors_at(error, name) + controls.other_errors(error, {name: None})
        return _editor(request, resource, record, name, raw=raw, errors=messages, status=422)
    response = _field(request, resource, saved, name, oob=True)
    if saved.version == record.version:
        return response
    text = _("%(field)s saved.") % {"field": resource.fields[name].label}
    undo = f"{resource.record_url(saved.pk)}/undo/{saved.version}"
    return toast(response, text, undo=undo, also="kizuna:happened")


def _field(request: HttpRequest, resource: Resource, record: Record, name: str, *, oob: bool = False) -> HttpResponse:
    """The field's text; after a save also the head and the facts, where it may stand too."""
    shown = ShownRecord(resource, record, request.user)
    found = shown.field(name, may_update=may(request.user, resource, record, "update"))
    if not oob:
        return render(request, "ui/record.html#field", {"field": found})
    return render(request, "ui/record.html#saved", {"field": found} | head_of(shown))


def head_of(shown: ShownRecord) -> dict[str, Any]:
    """The head and the facts of a record, as they are after something was saved."""
    actor, resource, record = shown.actor, shown.resource, shown.record
    return {
        "record": shown.heading(),
        "star": star(actor, resource, record.pk),
        "facts": shown.facts(),
        "actions": _actions(actor, resource, record, True),
        "menu": _menu(shown, may(actor, resource, record, "delete")),
        "follow": comments.follow(actor, resource, record),
    }


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
    value = ShownRecord(resource, record, request.user).values.get(name)
    url = f"{resource.record_url(record.pk)}/fields/{name}"
    context = {
        "field": controls.control(
            resource.fields[name].asked_of(record), value, request.user, raw=raw, errors=errors or []
        ),
        "save_url": url,
        "field_url": url,
    } | inplace.drawn(resource.fields[name], record)
    return render(request, "ui/record.html#field_edit", context, status=status)
