"""New records and full edits: one form from the resource's sections."""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.base.access import policy
from kizuna.base.records import notices
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources.fields import Field, Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied, Invalid, Missing, Problem, Refused, Stale
from kizuna.base.types.numbers import whole
from kizuna.base.ui import controls, form_parts, inplace, reaches
from kizuna.base.ui.finding import find, find_with_past, may
from kizuna.base.ui.middleware import go
from kizuna.base.ui.shown import ShownRecord
from kizuna.base.ui.similar import similar


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, resource: Resource) -> HttpResponse:
    """A form for a new record; parameters named like fields fill it in ("?company=12")."""
    actor: Any = request.user
    if not _may_create(actor, resource):
        raise Denied()
    if request.method == "GET":
        return _form(request, resource, values=_given(request, resource))
    try:
        record = added(request, resource, controls.submitted(resource, actor, request.POST))
    except (Invalid, Refused) as error:
        return _form(request, resource, error=error)
    _tell(request, resource, record, resource.fields)
    return go(request, f"{resource.list_url}/new" if "another" in request.POST else resource.record_url(record.pk))


def _tell(request: HttpRequest, resource: Resource, record: Record, written: Collection[str]) -> None:
    for words in notices.of(resource, record, written):
        messages.warning(request, words)


def _may_create(actor: Any, resource: Resource) -> bool:
    return "create" in resource.operations and policy.permissions_of(actor).can(resource.key, "create")


@transaction.atomic
def added(request: HttpRequest, resource: Resource, values: dict[str, Any]) -> Record:
    """The new record of a form, with what was chosen in the parts that rooms added to it."""
    actor: Any = request.user
    record = records.create(actor=actor, resource=resource, values=values, once=request.POST.get("once", ""))
    form_parts.keep(resource, actor, request.POST, record)
    return record


@transaction.atomic
def _changed(request: HttpRequest, resource: Resource, record: Record, values: dict[str, Any]) -> Record:
    version = controls.version_of(request.POST)
    reach = request.POST.get(reaches.NAME, "")
    saved = reaches.change(
        actor=request.user, resource=resource, record=record, changes=values, version=version, reach=reach
    )
    form_parts.keep(resource, request.user, request.POST, saved)
    return saved


def _given(request: HttpRequest, resource: Resource) -> dict[str, Any]:
    """Values from the URL; whatever is no id of a record that the person may see is not filled in."""
    found: dict[str, Any] = {}
    for name, field in resource.writable_fields(request.user).items():
        text = request.GET.get(name, "")
        if isinstance(field, Relation):
            found[name] = whole(text)
        elif text and field.widget == "text":
            found[name] = text[:200]
        elif text and field.widget in ("date", "moment", "time", "choice", "boolean"):
            found[name] = _understood(field, text, Reader.of(request.user))
        else:
            found[name] = field.default
    if "owner" in resource.fields:
        found["owner"] = found.get("owner") or request.user.pk
    return found


def _unseen(request: HttpRequest, resource: Resource, shown: Container[str]) -> list[tuple[str, str]]:
    """Relations that the address gives and the form does not show: a new contact of a company stays the company's."""
    given = request.POST or request.GET
    return [
        (name, given[name])
        for name, field in resource.writable_fields(request.user).items()
        if isinstance(field, Relation) and name in given and name not in shown
    ]


def _understood(field: Field, text: str, reader: Reader) -> Any:
    try:
        return field.parse(text[:200], reader)
    except Invalid:
        return field.default


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """The full form of a record. When somebody saved in between, both versions are shown and nothing is lost."""
    actor: Any = request.user
    record = find(resource, actor, record_id)
    if not may(actor, resource, record, "update"):
        raise Denied()
    if request.method == "GET":
        values = {name: field.read(record) for name, field in resource.fields.items()}
        return _form(request, resource, record=record, values=values)
    submitted = controls.submitted(resource, actor, request.POST)
    held = {name: resource.fields[name].read(record) for name in submitted}
    try:
        saved = _changed(request, resource, record, submitted)
    except Stale as error:
        return _conflict(request, resource, error.current, submitted)
    except (Invalid, Refused) as error:
        return _form(request, resource, record=record, error=error)
    _say_saved(request, resource, record, saved)
    fields = resource.fields
    _tell(request, resource, saved, [name for name in submitted if fields[name].read(saved) != held.get(name)])
    return go(request, resource.record_url(saved.pk))


def _say_saved(request: HttpRequest, resource: Resource, record: Record, saved: Record) -> None:
    """With Undo; not where a change reached further than one record, which taking back this one would not undo."""
    if saved.pk != record.pk:
        messages.success(request, _("Only this one was changed."), extra_tags=reaches.undo_of(resource, record, saved))
    elif saved.version != record.version and not reaches.offered(resource, record):
        messages.success(request, _("Saved."), extra_tags=f"{resource.record_url(saved.pk)}/undo/{saved.version}")


def _form(
    request: HttpRequest,
    resource: Resource,
    *,
    record: Record | None = None,
    values: dict[str, Any] | None = None,
    error: Problem | None = None,
) -> HttpResponse:
    title = ShownRecord(resource, record, request.user).title if record else _new_words(resource)
    url = resource.record_url(record.pk) if record else resource.list_url
    data = request.POST if error else None
    drawn = controls.sections(resource, request.user, values or {}, data=data, error=error, record=record)
    fields = [field for section in drawn for field in section["fields"]]
    given = request.POST if error else form_parts.as_posted(fields, request.GET)
    context = {
        "title": title,
        "back": {"url": url, "label": title if record else resource.plural_label},
        "form": _form_itself(request, resource, record, {field["name"]: None for field in fields}, error),
        "sections": drawn,
        "reach": reaches.control(resource, record, request.user, request.POST.get(reaches.NAME, "")),
        "parts": form_parts.drawn(resource, request.user, given, record),
    }
    is_partial = error is not None and request.headers.get("HX-Request")
    template = "ui/form.html#form" if is_partial else "ui/form.html"
    return render(request, template, context, status=422 if error else 200)


def _new_words(resource: Resource) -> str:
    return _("New %(noun)s") % {"noun": str(resource.label).lower()}


def _form_itself(
    request: HttpRequest, resource: Resource, record: Record | None, shown: dict[str, None], error: Problem | None
) -> dict[str, Any]:
    """What `ui/form.html` calls `form`; `shown` are the names of its fields."""
    data = request.POST if error else QueryDict()
    url = resource.record_url(record.pk) if record else resource.list_url
    return {
        "action": f"{url}/edit" if record else f"{url}/new",
        "key": f"{resource.key}:{record.pk if record else 'new'}",
        "live": f"{resource.key}:{record.pk}" if record else "",
        "save_label": _("Save %(noun)s") % {"noun": str(resource.label).lower()},
        "another_label": "" if record else _("Save and add another"),
        "version": data.get("version") or (record.version if record else ""),
        "seen": data.get("seen") or (_seen(resource, record, shown) if record else ""),
        "similar_url": "" if record else f"{resource.list_url}/similar",
        "once": "" if record else data.get("once") or controls.once(),
        "invalid": error is not None,
        "errors": controls.other_errors(error, shown, resource) if error else [],
        "hidden": [] if record else _unseen(request, resource, shown),
    }


def _seen(resource: Resource, record: Record, names: Iterable[str]) -> str:
    """A mark of what stands in each field, which the form brings back: a field that was left alone changes nothing."""
    fields = [resource.fields[name] for name in names]
    return json.dumps({field.name: inplace.mark(field, field.read(record)) for field in fields})


def _marks(data: QueryDict) -> dict[str, Any]:
    try:
        found = json.loads(data.get("seen", ""))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _conflict(request: HttpRequest, resource: Resource, current: Record, submitted: dict[str, Any]) -> HttpResponse:
    """Both edits side by side: what stands there now and what this person typed; they choose field by field. What they
    left alone stays as it stands now."""
    shown, seen = ShownRecord(resource, current, request.user), _marks(request.POST)
    who = current.updated_by.name if current.updated_by else "Kizuna"
    conflict = {
        "action": f"{shown.url}/merge-edits",
        "version": current.version,
        "key": f"{resource.key}:{current.pk}",
        "who": _("%(who)s saved this on %(when)s.")
        % {"who": who, "when": shown.reader.day_and_time(current.updated_at)},
        "fields": list(filter(None, (_differing(shown, name, raw, seen.get(name)) for name, raw in submitted.items()))),
    }
    template = "ui/parts/conflict.html" if request.headers.get("HX-Request") else "ui/conflict.html"
    response = render(request, template, {"conflict": conflict, "title": shown.title}, status=412)
    response["HX-Retarget"] = "#dialog"
    response["HX-Reswap"] = "innerHTML"  # the form's own way of swapping would put this in the dialog's place
    return response


def _differing(shown: ShownRecord, name: str, raw: Any, seen: str | None) -> dict[str, Any] | None:
    """One field of which the two edits differ; a value that could not be saved anyway is shown as typed. `seen` is the
    mark of what stood there when the form was opened."""
    field = shown.resource.fields[name]
    try:
        mine = field.parse_again(raw, shown.reader, field.read(shown.record))
    except Invalid:
        return {"name": name, "label": field.label, "theirs": "", "mine": str(raw), "mine_value": json.dumps(str(raw))}
    if inplace.mark(field, mine) in (seen, inplace.mark(field, field.read(shown.record))):
        return None
    text = field.to_text(mine, shown.reader)
    if isinstance(field, Relation) and mine:
        text = field.titles(shown.actor, [mine]).get(mine, text)
    return {
        "name": name,
        "label": field.label,
        "theirs": field.to_text(shown.values.get(name), shown.reader) if name in shown.values else "",
        "mine": text,
        "mine_value": json.dumps(field.to_json(mine), ensure_ascii=False),
    }


@login_required
@require_POST
def similar_records(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Records that share something telling with what has been filled in so far."""
    actor: Any = request.user
    if not _may_create(actor, resource):
        raise Denied()
    return render(request, "ui/form.html#side", {"matches": similar(resource, actor, request.POST)})


@login_required
@require_POST
def parts(request: HttpRequest, resource: Resource) -> HttpResponse:
    """What rooms add to the form, for what stands in its fields now."""
    actor: Any = request.user
    of = whole(request.GET.get("record", ""))
    record = None if of is None else find(resource, actor, of)
    if not (may(actor, resource, record, "update") if record else _may_create(actor, resource)):
        raise Denied()
    found = form_parts.drawn(resource, actor, request.POST, record)
    if found is None:
        raise Missing()
    return render(request, "ui/parts/form_parts.html#shown", {"parts": found})


@login_required
@require_POST
def merge_edits(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """Save the fields for which this person chose their own words, over the version they have now seen."""
    record = find_with_past(resource, request.user, record_id)
    chosen = {}
    for name in resource.writable_fields(request.user):
        if request.POST.get(f"keep.{name}") == "mine":
            try:
                chosen[name] = json.loads(request.POST.get(name, "null"))
            except (ValueError, RecursionError) as error:
                raise Invalid({name: [_("This cannot be read.")]}) from error
    try:
        records.update(actor=request.user, record=record, changes=chosen, version=controls.version_of(request.POST))
    except Stale as error:
        return _conflict(request, resource, error.current, chosen)
    return go(request, resource.record_url(record.pk))
