"""Records out of a list: which, as what kind of file; sent at once when they are few, written by a job when many."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.exporting import EXPORT_ENCODINGS, EXPORT_KINDS, kinds_of
from kizuna.base.transfer.models import ExportFile, State
from kizuna.base.transfer.services.export_files import KEPT_DAYS
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.ui.listing import Listing
from kizuna.base.ui.middleware import go, wants_part
from kizuna.base.ui.views.bulk import Selection

RECENT = 5


@login_required
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, resource: Resource) -> Any:
    """GET asks which columns and format; POST sends the file, or leads to the job that writes it."""
    actor: Any = request.user
    data = request.POST if request.method == "POST" else request.GET
    listing = Listing(resource, actor, data)
    if not listing.may("export"):
        raise Denied()
    chosen = Selection(resource, actor, data) if data.getlist("ids") else None
    if listing.view == "trash":
        raise Missing()
    if request.method == "GET":
        return _dialog(request, listing, chosen)
    return _send(request, listing, chosen)


def _send(request: HttpRequest, listing: Listing, chosen: Selection | None) -> Any:
    data, resource = request.POST, listing.resource
    rows = chosen.rows if chosen else listing.rows
    kind = EXPORT_KINDS.get(data.get("kind", "csv"))
    asked: dict[str, Any] = {
        "actor": request.user,
        "resource": resource,
        "names": _names(listing, data),
        "kind": data.get("kind", "csv"),
        "encoding": data.get("encoding", "utf-8-sig"),
        "with_ids": data.get("which", "all") == "all",
    }
    is_large = transfer.is_large(rows)
    meant = listing.selection(chosen.ids if chosen else None)
    if is_large or transfer.may_lose(asked["kind"], asked["encoding"]):
        begin = transfer.start_export if is_large else transfer.write_export
        made = begin(selection=meant, sort=str(listing.sort), **asked)
        if is_large or made.replaced_count or not made.file:
            return go(request, _url(resource, made))
        return _sent(made)
    found = transfer.export(rows=rows, sort=listing.sort, meant=meant, **asked)
    response = StreamingHttpResponse(found.chunks(), content_type=kind.content_type if kind else "")
    response["Content-Disposition"] = f'attachment; filename="{resource.plural}.{kind.suffix if kind else ""}"'
    return response


def _names(listing: Listing, data: QueryDict) -> list[str]:
    """The columns asked for: those shown, those picked, or all (none named)."""
    if data.get("which") == "shown":
        return [field.name for field in listing.columns]
    return data.getlist("names") if data.get("which") == "picked" else []


def _url(resource: Resource, made: ExportFile) -> str:
    return f"{resource.list_url}/export/{made.pk}"


def _dialog(request: HttpRequest, listing: Listing, chosen: Selection | None) -> HttpResponse:
    resource = listing.resource
    shown = {field.name for field in listing.columns}
    context = {
        "title": _("Export %(noun)s") % {"noun": str(resource.plural_label).lower()},
        "url": f"{resource.list_url}/export",
        "hidden": [*listing.spelled_out.items(), *(("ids", str(pk)) for pk in (chosen.ids if chosen else []))],
        "kinds": [(kind.key, kind.label) for kind in kinds_of(resource)],
        "encodings": EXPORT_ENCODINGS.items(),
        "fields": [
            {"name": name, "label": field.label, "is_on": name in shown}
            for name, field in resource.readable_fields(request.user).items()
        ],
        "is_selection": chosen is not None,
        "recent": [_line(resource, made, Reader.of(request.user)) for made in _recent(request, resource)],
        "back": {"url": resource.list_url, "label": resource.plural_label},
    }
    template = "ui/export.html#dialog" if request.headers.get("HX-Request") else "ui/export.html"
    return render(request, template, context)


def _recent(request: HttpRequest, resource: Resource) -> Any:
    return queries.exports_of(request.user, resource)[:RECENT]


def _line(resource: Resource, made: ExportFile, reader: Reader) -> dict[str, str]:
    return {
        "url": _url(resource, made),
        "name": made.name,
        "when": reader.day_and_time(made.created_at),
        "state": str(queries.state_of(made).label),
    }


@login_required
@require_GET
def one_export(request: HttpRequest, resource: Resource, export_id: int) -> HttpResponse:
    """How far the file is, and the file when it is written."""
    made = _find(request, resource, export_id)
    reader, state = Reader.of(request.user), queries.state_of(made)
    is_over = state in (State.DONE, State.CANCELLED, State.FAILED)
    total = max(made.count, made.done_count)
    context = {
        "title": made.name,
        "back": {"url": resource.list_url, "label": resource.plural_label},
        "work": {
            "url": _url(resource, made),
            "words": _words(state, made),
            "done": made.done_count,
            "total": total or 1,
            "done_words": f"{reader.number(made.done_count)} / {reader.number(total)}" if total else "",
            "is_over": is_over,
            "is_ready": state == State.DONE and bool(made.file),
            "replaced": _replaced(made),
            "kept": ngettext(
                "Only you can fetch it. It is removed after %(count)d day.",
                "Only you can fetch it. It is removed after %(count)d days.",
                KEPT_DAYS,
            )
            % {"count": KEPT_DAYS},
        },
    }
    is_partial = wants_part(request)
    return render(request, "ui/export_progress.html#progress" if is_partial else "ui/export_progress.html", context)


def _find(request: HttpRequest, resource: Resource, export_id: int) -> ExportFile:
    made = queries.find_export(request.user, export_id)
    if made.resource != resource.key:
        raise Missing()
    return made


def _words(state: State, made: ExportFile) -> str:
    return {
        State.WAITING: _("Waiting for its turn …"),
        State.RUNNING: _("Writing the file …"),
        State.DONE: _("Done. The file is ready."),
        State.CANCELLED: _("Stopped. Nothing of the file was kept."),
        State.FAILED: _("This export could not be finished: %(why)s") % {"why": made.error or _("its worker failed.")},
    }.get(state, "")


def _replaced(made: ExportFile) -> str:
    count = made.replaced_count
    if not count:
        return ""
    text = ngettext(
        "%(count)d character that the format does not have became a question mark.",
        "%(count)d characters that the format does not have became question marks.",
        count,
    )
    return text % {"count": count}


@login_required
@require_GET
def file(request: HttpRequest, resource: Resource, export_id: int) -> FileResponse:
    """The file, for the person who asked for it, while they may still export."""
    made = _find(request, resource, export_id)
    if not Listing(resource, request.user, {}).may("export"):
        raise Denied()
    if queries.state_of(made) != State.DONE or not made.file:
        raise Missing(_("This file is not there (any more). Export again."))
    return _sent(made)


def _sent(made: ExportFile) -> FileResponse:
    content_type = EXPORT_KINDS[made.kind].content_type
    return FileResponse(made.file.open("rb"), as_attachment=True, filename=made.name, content_type=content_type)


@login_required
@require_POST
def cancel(request: HttpRequest, resource: Resource, export_id: int) -> HttpResponse:
    made = _find(request, resource, export_id)
    transfer.cancel_export(actor=request.user, made=made)
    return go(request, _url(resource, made))
