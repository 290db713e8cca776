"""Many records at once: the rows that were ticked, or everything that matches the list."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kizuna.base.access import policy
from kizuna.base.bulk import queries
from kizuna.base.bulk import services as bulk
from kizuna.base.bulk.models import Operation, Sheet, State
from kizuna.base.merging.queries import may_merge
from kizuna.base.resources.fields import Field
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused
from kizuna.base.types.numbers import wholes
from kizuna.base.ui import controls
from kizuna.base.ui.listing import Listing
from kizuna.base.ui.middleware import go, toast

WIDGETS = {"choice", "relation", "date", "boolean", "text", "number"}


def selection(listing: Listing) -> dict[str, Any]:
    """The verbs of the selection bar, as far as this person may use them."""
    if not listing.may("bulk"):
        return {"actions": [], "more": [], "state": []}
    resource = listing.resource
    url = f"{resource.list_url}/bulk"
    state = list(listing.spelled_out.items())
    if listing.view == "trash":
        restore = {"label": _("Bring back"), "icon": "arrow-back-up", "url": f"{url}/restore"}
        return {"actions": [restore], "more": [], "state": state}
    offered: list[dict[str, Any]] = []
    more: list[dict[str, Any]] = []
    if listing.may("update"):
        fields = _editable(listing)
        if any(field.name == "owner" for field in fields):
            offered.append({"label": _("Assign"), "icon": "user-check", "url": f"{url}/edit?field=owner"})
        if tags := _tags(listing):
            offered.append({"label": _("Tag"), "icon": "tag", "url": f"{url}/edit?field={tags.name}"})
        offered.append({"label": _("Edit"), "icon": "pencil", "url": f"{url}/edit"})
    if may_merge(listing.actor, resource):
        offered.append({"label": _("Merge"), "icon": "arrow-merge", "url": f"{resource.list_url}/merge"})
    if listing.may("export"):
        offered.append({"label": _("Export"), "icon": "download", "url": f"{resource.list_url}/export"})
    more += [
        {"label": action.label, "icon": action.icon, "url": f"{url}/actions/{action.name}"}
        for action in resource.actions
        if action.is_bulk and _may_act(listing, action.name)
    ]
    if listing.may("delete"):
        more.append({"label": _("Delete"), "icon": "trash", "url": f"{url}/delete"})
    return {"actions": offered, "more": more, "state": state}


def _may_act(listing: Listing, name: str) -> bool:
    return policy.permissions_of(listing.actor).can(listing.resource.key, name)


def _editable(listing: Listing) -> list[Field]:
    return [field for field in listing.resource.writable_fields(listing.actor).values() if field.widget in WIDGETS]


def _tags(listing: Listing) -> Field | None:
    fields = listing.resource.writable_fields(listing.actor).values()
    return next((field for field in fields if field.kind == "tags"), None)


class Selection:
    """The rows meant: `ids` repeated, or `all` = 1 with the list's own state."""

    def __init__(self, resource: Resource, actor: Any, data: QueryDict) -> None:
        self.listing = Listing(resource, actor, data)
        self.data = data
        self.is_all = data.get("all") == "1"
        self.ids = wholes(data.getlist("ids"))
        if not self.is_all and not self.ids:
            raise Refused(_("Select some rows first."))

    @property
    def rows(self) -> Any:
        return self.listing.rows if self.is_all else self.listing.rows.filter(pk__in=self.ids)

    @property
    def count(self) -> int:
        return self.listing.table.count()[0] if self.is_all else len(self.ids)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Hidden inputs that carry the selection through a dialog, and the token that makes a second press no work."""
        state = [*self.listing.spelled_out.items(), ("once", self.data.get("once") or controls.once())]
        return [*state, ("all", "1")] if self.is_all else [*state, *(("ids", str(pk)) for pk in self.ids)]


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, resource: Resource) -> HttpResponse:
    """The dialog that gives one field the same value in every selected row, and the change itself."""
    actor: Any = request.user
    data = request.POST if request.method == "POST" else request.GET
    chosen = Selection(resource, actor, data)
    if not chosen.listing.may("bulk"):
        raise Denied()
    fields = _editable(chosen.listing) + [field for field in [_tags(chosen.listing)] if field]
    field = next((one for one in fields if one.name == data.get("field")), None)
    if request.method == "GET" or field is None or "save" not in data:
        return _edit_dialog(request, chosen, fields, field)
    changes = _changes(field, request.POST)
    try:
        return _carry_out(request, chosen, Operation.EDIT, changes=changes)
    except Invalid as error:
        return _edit_dialog(request, chosen, fields, field, error)


def _changes(field: Field, data: QueryDict) -> dict[str, Any]:
    raw = field.from_form(data)
    if field.kind == "tags":
        return {field.name: {data.get("how", "add") if data.get("how") in ("add", "remove") else "add": raw or []}}
    return {field.name: raw}


def _edit_dialog(
    request: HttpRequest, chosen: Selection, fields: list[Field], field: Field | None, error: Invalid | None = None
) -> HttpResponse:
    """First which field, then its value; tags are added or taken away."""
    data = request.POST if error else None
    if field is None:
        choices = [{"value": one.name, "label": one.label} for one in fields]
        drawn = [{"kind": "choice", "name": "field", "id": "id-field", "label": _("Field"), "choices": choices}]
        hidden = chosen.fields
    else:
        drawn = [controls.drawn_again(field, request.user, data, error)]
        hidden = [*chosen.fields, ("field", field.name), ("save", "1")]
        if field.kind == "tags":
            ways = [{"value": "add", "label": _("Add these")}, {"value": "remove", "label": _("Take these away")}]
            drawn.append({"kind": "choice", "name": "how", "id": "id-how", "label": _("What to do"), "choices": ways})
    context = {
        "title": _("Edit %(count)s selected") % {"count": chosen.listing.reader.number(chosen.count)},
        "hidden": hidden,
        "fields": drawn,
        "errors": controls.other_errors(error, {field.name: field} if field else {}) if error else [],
        "form": {
            "action": f"{chosen.listing.resource.list_url}/bulk/edit",
            "save_label": _("Save") if field else _("Continue"),
        },
    }
    return render(request, "ui/parts/dialog_form.html", context, status=422 if error else 200)


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, resource: Resource, operation: str) -> HttpResponse:
    """Delete or restore the selected rows; GET asks first."""
    actor: Any = request.user
    if operation not in ("delete", "restore"):
        raise Missing()
    chosen = Selection(resource, actor, request.POST if request.method == "POST" else request.GET)
    if not (chosen.listing.may("bulk") and chosen.listing.may("delete")):
        raise Denied()
    if request.method == "GET":
        number = chosen.listing.reader.number(chosen.count)
        words = {
            "delete": (
                _("Delete %(count)s selected?"),
                _("Delete"),
                _("They go to the trash and can be brought back."),
            ),
            "restore": (_("Bring back %(count)s selected?"), _("Bring back"), ""),
        }[operation]
        form = {
            "action": f"{resource.list_url}/bulk/{operation}",
            "save_label": words[1],
            "danger": operation == "delete",
        }
        context = {"title": words[0] % {"count": number}, "lead": words[2], "hidden": chosen.fields, "form": form}
        return render(request, "ui/parts/dialog_form.html", context)
    return _carry_out(request, chosen, Operation(operation))


@login_required
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, resource: Resource, name: str) -> HttpResponse:
    """Run an action on every selected row; GET asks for its arguments."""
    actor: Any = request.user
    action = resource.action(name)
    chosen = Selection(resource, actor, request.POST if request.method == "POST" else request.GET)
    if action is None or not action.is_bulk:
        raise Missing()
    if not (chosen.listing.may("bulk") and _may_act(chosen.listing, name)):
        raise Denied()
    if request.method == "GET":
        context = {
            "title": f"{action.label} ({chosen.listing.reader.number(chosen.count)})",
            "lead": action.confirm,
            "hidden": chosen.fields,
            "fields": [controls.control(param.field, None, actor) for param in action.params],
            "form": {"action": f"{resource.list_url}/bulk/actions/{name}", "save_label": action.label},
        }
        return render(request, "ui/parts/dialog_form.html", context)
    raw = {param.name: param.field.from_form(request.POST) for param in action.params}
    arguments = {key: value for key, value in raw.items() if value is not None}
    return _carry_out(request, chosen, Operation.ACT, action=name, arguments=arguments)


def _carry_out(request: HttpRequest, chosen: Selection, operation: Operation, **what: Any) -> HttpResponse:
    """A few hundred rows at once; more as a job whose progress the person can watch, leave and cancel."""
    sheet = bulk.start(
        actor=request.user,
        resource=chosen.listing.resource,
        operation=operation,
        selection=chosen.listing.selection(None if chosen.is_all else chosen.ids),
        once=request.POST.get("once", ""),
        **what,
    )
    if not sheet.is_over:
        return go(request, f"/bulk/{sheet.pk}")
    return said(render(request, "ui/parts/dialog_closed.html"), sheet)


def _done_words(sheet: Sheet) -> str:
    """What became of the records, with room for how many."""
    if sheet.operation == Operation.DELETE:
        return ngettext("%(count)d record is in the trash.", "%(count)d records are in the trash.", sheet.done_count)
    if sheet.operation == Operation.RESTORE:
        return ngettext("%(count)d record is back.", "%(count)d records are back.", sheet.done_count)
    return ngettext("%(count)d record changed.", "%(count)d records changed.", sheet.done_count)


def said(response: HttpResponse, sheet: Sheet) -> HttpResponse:
    """The answer with a toast that says how work went that was done at once, with Undo where there is any."""
    if sheet.state == State.FAILED:
        return toast(response, sheet.error, tone="bad")
    text = _done_words(sheet) % {"count": sheet.done_count}
    if sheet.refused_count:
        why = next(one.reason for one in queries.outcomes(sheet))
        text += " " + ngettext(
            "%(count)d was refused: %(why)s", "%(count)d were refused: %(why)s", sheet.refused_count
        ) % {"count": sheet.refused_count, "why": why}
    undo = f"/bulk/{sheet.pk}/undo" if sheet.can_be_undone else ""
    return toast(response, text, tone="bad" if sheet.refused_count else "good", undo=undo, also="kizuna:changed")
