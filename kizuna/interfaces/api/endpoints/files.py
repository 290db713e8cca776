"""The files of a record: list, upload, download, rename, delete, bring back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from kizuna.base.files import queries, receiving, serving
from kizuna.base.files import services as files
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid
from kizuna.interfaces.api import incoming, paging
from kizuna.interfaces.api.addresses import FILE, FILE_CONTENT, FILE_RESTORE, FILES, opened
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.listing import VIEWS
from kizuna.interfaces.api.representations import of_file, respond

PARAMETERS = (*paging.PARAMETERS, "view")


@api.get("/{str:plural}/{int:record_id}/files")
def list_files(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """Newest first; with `view=trash` the deleted ones, for those who may bring them back."""
    resource = opened(plural, FILES, "GET")
    actor: Any = request.auth  # type: ignore[attr-defined]
    given = Parameters(request.GET, PARAMETERS)
    before, size = paging.place(given)
    view = given.read("view", incoming.one_of(*VIEWS), "all")
    given.check()
    rows = queries.files_of(actor, resource, record_id, in_trash=view == "trash")
    return paging.page((rows.filter(pk__lt=before) if before else rows)[: size + 1], size, of_file)


@api.post("/{str:plural}/{int:record_id}/files")
def attach_file(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """201 with the file. The same bytes under the same name are there once, however often they are sent."""
    resource = opened(plural, FILES, "POST")
    actor: Any = request.auth  # type: ignore[attr-defined]
    sent = incoming.files(request)
    if receiving.is_refused(request):
        raise files.FileTooLarge()
    if len(sent) != 1:
        raise Invalid({"file": [_("Send one file, in the field “file”.")]})
    file = files.attach(actor=actor, record=resource.model(pk=record_id), name=sent[0].name or "", file=sent[0])
    return respond(of_file(file), status=201, headers={"Location": f"{request.path}/{file.pk}"})


@api.get("/{str:plural}/{int:record_id}/files/{int:file_id}")
def read_file(request: HttpRequest, plural: str, record_id: int, file_id: int) -> HttpResponse:
    """What is known of one file; with `view=trash` of a deleted one."""
    resource = opened(plural, FILE, "GET")
    actor: Any = request.auth  # type: ignore[attr-defined]
    given = Parameters(request.GET, ("view",))
    view = given.read("view", incoming.one_of(*VIEWS), "all")
    given.check()
    return respond(of_file(queries.find(actor, resource, record_id, file_id, in_trash=view == "trash")))


@api.patch("/{str:plural}/{int:record_id}/files/{int:file_id}")
def rename_file(request: HttpRequest, plural: str, record_id: int, file_id: int) -> HttpResponse:
    file = _found(request, plural, record_id, file_id, "PATCH")
    version, body = incoming.version(request), incoming.body(request)
    _check_body(body)
    renamed = files.rename(actor=request.auth, file=file, name=body["name"], version=version)  # type: ignore[attr-defined]
    return respond(of_file(renamed))


def _check_body(body: dict[str, Any]) -> None:
    """Raise Invalid for anything but a name."""
    wrong: dict[str, Any] = {name: _("There is no such field.") for name in body if name != "name"}
    if not isinstance(body.get("name"), str):
        wrong["name"] = _("Give the file a name.")
    if wrong:
        raise Invalid(wrong)


@api.delete("/{str:plural}/{int:record_id}/files/{int:file_id}")
def delete_file(request: HttpRequest, plural: str, record_id: int, file_id: int) -> HttpResponse:
    file = _found(request, plural, record_id, file_id, "DELETE")
    files.delete(actor=request.auth, file=file, version=incoming.version(request))  # type: ignore[attr-defined]
    return HttpResponse(status=204)


@api.post("/{str:plural}/{int:record_id}/files/{int:file_id}/restore")
def restore_file(request: HttpRequest, plural: str, record_id: int, file_id: int) -> HttpResponse:
    resource = opened(plural, FILE_RESTORE, "POST")
    actor: Any = request.auth  # type: ignore[attr-defined]
    file = queries.find(actor, resource, record_id, file_id, in_trash=True)
    return respond(of_file(files.restore(actor=actor, file=file)))


@api.get("/{str:plural}/{int:record_id}/files/{int:file_id}/content")
def download_file(request: HttpRequest, plural: str, record_id: int, file_id: int) -> HttpResponseBase:
    """The bytes as they were given, or the part that Range asks for."""
    resource: Resource = opened(plural, FILE_CONTENT, "GET")
    actor: Any = request.auth  # type: ignore[attr-defined]
    return serving.download(request, queries.find(actor, resource, record_id, file_id))


def _found(request: HttpRequest, plural: str, record_id: int, file_id: int, method: str) -> Any:
    actor: Any = request.auth  # type: ignore[attr-defined]
    return queries.find(actor, opened(plural, FILE, method), record_id, file_id)
