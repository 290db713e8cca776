"""Files of a record: the panel, uploads, downloads, previews, rename, delete, restore."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kizuna.base.files import queries, receiving, serving
from kizuna.base.files import services as files
from kizuna.base.files.models import Attachment
from kizuna.base.records.models import Record
from kizuna.base.resources.fields import Text
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid, Problem
from kizuna.base.types.numbers import whole
from kizuna.base.ui import attached, controls
from kizuna.base.ui.finding import find, may
from kizuna.base.ui.middleware import go, toast, words

NAME = Text("name", gettext_lazy("Name"), required=True)


@login_required
@require_http_methods(["GET", "POST"])
def panel(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """The list of files, its older rows or the deleted ones; POST attaches what was sent."""
    record = find(resource, request.user, record_id)
    if request.method == "POST":
        return _upload(request, resource, record)
    if not request.headers.get("HX-Request"):
        return redirect(resource.record_url(record_id))
    before, look = (whole(request.GET.get(name, "")) or 0 for name in ("before", "look"))
    found = attached.panel(
        request.user,
        resource,
        record_id,
        may_update=may(request.user, resource, record, "update"),
        in_trash=request.GET.get("view") == "trash",
        before=before or None,
        look=look,
    )
    return render(request, f"ui/parts/files.html#{'rows' if before else 'list'}", {"files": found, "is_part": True})


def _upload(request: HttpRequest, resource: Resource, record: Record) -> HttpResponse:
    """Attach every file of the form. Script asks for JSON and gets words for what went wrong; a plain form a page."""
    wants_json = request.headers.get("Accept") == "application/json"
    try:
        made = _attach_all(request, record)
    except Problem as problem:
        if wants_json:
            return JsonResponse({"words": words(problem)}, status=problem.status)
        if problem.status not in (413, 422):
            raise
        messages.error(request, words(problem))
        return redirect(resource.record_url(record.pk))
    if wants_json:
        return JsonResponse({"names": [file.name for file in made]}, status=201)
    return redirect(resource.record_url(record.pk))


def _attach_all(request: HttpRequest, record: Record) -> list[Attachment]:
    sent = request.FILES.getlist("file")
    if receiving.is_refused(request):
        raise files.FileTooLarge()
    if not sent:
        raise Invalid({"file": [_("Choose a file first.")]})
    return [
        files.attach(actor=request.user, record=record, name=file.name or "", file=file)  # type: ignore[arg-type]
        for file in sent
    ]


@login_required
@require_safe
def download(request: HttpRequest, resource: Resource, record_id: int, file_id: int) -> HttpResponseBase:
    return serving.download(request, queries.find(request.user, resource, record_id, file_id))


@login_required
@require_safe
def picture(request: HttpRequest, resource: Resource, record_id: int, file_id: int, number: int) -> HttpResponseBase:
    """A page of a file as Kizuna drew it; 0 is the small picture."""
    return serving.picture(request, queries.find(request.user, resource, record_id, file_id), number)


@login_required
@require_safe
def preview(request: HttpRequest, resource: Resource, record_id: int, file_id: int) -> HttpResponse:
    """The pages of a file, in the dialog."""
    file = queries.find(request.user, resource, record_id, file_id)
    return render(request, "ui/parts/file_preview.html", {"file": attached.preview(request.user, resource, file)})


@login_required
@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, resource: Resource, record_id: int, file_id: int) -> HttpResponse:
    file = queries.find(request.user, resource, record_id, file_id)
    if request.method == "GET":
        return _ask_name(request, resource, file)
    try:
        files.rename(
            actor=request.user,
            file=file,
            name=request.POST.get("name", ""),
            version=controls.version_of(request.POST),
        )
    except Problem as problem:
        if problem.status not in (412, 422):
            raise
        return _ask_name(request, resource, file, problem)
    if not request.headers.get("HX-Request"):
        return redirect(resource.record_url(record_id))
    response = render(request, "ui/parts/dialog_closed.html")
    return toast(response, _("Renamed."), tone="good", also="kizuna:happened")


def _ask_name(
    request: HttpRequest, resource: Resource, file: Attachment, problem: Problem | None = None
) -> HttpResponse:
    typed = request.POST.get("name") if problem else None
    wrong = problem.errors.get("name", []) if problem else []
    context = {
        "title": _("Rename"),
        "fields": [controls.control(NAME, file.name, request.user, raw=typed, errors=[str(word) for word in wrong])],
        "errors": [str(problem.message)] if problem and not wrong else [],
        "hidden": [("version", file.version)],
        "form": {
            "action": f"{attached.files_url(resource, file.record_id)}/{file.pk}/rename",
            "save_label": _("Rename"),
        },
    }
    return render(request, "ui/parts/dialog_form.html", context, status=problem.status if problem else 200)


@login_required
@require_POST
def delete(request: HttpRequest, resource: Resource, record_id: int, file_id: int) -> HttpResponse:
    file = queries.find(request.user, resource, record_id, file_id)
    files.delete(actor=request.user, file=file)
    text = _("%(title)s is in the trash.") % {"title": file.name}
    undo = f"{attached.files_url(resource, record_id)}/{file_id}/restore"
    return _done(request, resource, record_id, text, undo=undo)


@login_required
@require_POST
def restore(request: HttpRequest, resource: Resource, record_id: int, file_id: int) -> HttpResponse:
    file = _deleted_or_back(request.user, resource, record_id, file_id)
    files.restore(actor=request.user, file=file)
    return _done(request, resource, record_id, _("Brought back from the trash."))


def _deleted_or_back(actor: Any, resource: Resource, record_id: int, file_id: int) -> Attachment:
    """The file in the trash; or, for a second press on Undo, where it is by now."""
    deleted = queries.files_of(actor, resource, record_id, in_trash=True).filter(pk=file_id).first()
    return deleted or queries.find(actor, resource, record_id, file_id)


def _done(request: HttpRequest, resource: Resource, record_id: int, text: str, *, undo: str = "") -> HttpResponse:
    if request.headers.get("HX-Request"):
        return toast(HttpResponse(status=204), text, undo=undo, also="kizuna:happened")
    messages.success(request, text, extra_tags=undo)
    return go(request, resource.record_url(record_id))
