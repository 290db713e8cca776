"""The files of records, as the document tells of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.interfaces.api import addresses
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import Operations, id_parameter, if_match, page_parameters, view_parameter
from kizuna.interfaces.api.openapi.responses import READING, WRITING, changed_meanwhile, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object, ref

TEXT: Schema = {"type": "string"}
BYTES: Schema = {"type": "string", "format": "binary"}


def shape() -> Schema:
    person = of_object({"id": schemas.integer(), "title": TEXT}, required=["id", "title"])
    nothing = {"type": "null"}
    moment = TEXT | {"format": "date-time"}
    properties: Schema = {
        "id": schemas.integer(),
        "version": {"type": "integer", "description": _("Grows with every change; also the ETag.")},
        "name": TEXT | {"examples": ["offer.pdf"]},
        "content_type": TEXT | {"description": _("Found in the bytes, whatever the name says.")},
        "size": {"type": "integer", "description": _("In bytes.")},
        "sha256": TEXT | {"pattern": "^[0-9a-f]{64}$"},
        "pages": {"type": "integer", "description": _("How many pages can be looked at; 0 for what has no preview.")},
        "uploaded_at": moment,
        "uploaded_by": {"anyOf": [person, nothing]},
        "deleted_at": {"anyOf": [moment, nothing]},
    }
    return of_object(properties, required=list(properties))


def name() -> Schema:
    return of_object({"name": TEXT | {"minLength": 1}}, required=["name"], is_closed=True)


def paths(of: Operations) -> dict[str, Schema]:
    """The operations on files of one resource; none for what has no files."""
    made = {
        addresses.FILES: {"GET": _walk, "POST": _attach},
        addresses.FILE: {"GET": _read, "PATCH": _rename, "DELETE": _delete},
        addresses.FILE_CONTENT: {"GET": _download},
        addresses.FILE_RESTORE: {"POST": _restore},
    }
    found: dict[str, Schema] = {}
    for address, operations in made.items():
        methods = addresses.offered(of.resource, address)
        if methods:
            found[of.path(address)] = {method.lower(): operations[method](of) for method in methods}
    return found


def _file_parameter() -> Schema:
    return {"name": "file_id", "in": "path", "required": True, "schema": schemas.integer()}


def _one(status: int = 200, *headers: str) -> Schema:
    return ok(ref("File"), _("The file."), status=status, headers=("ETag", *headers))


def _walk(of: Operations) -> Schema:
    return of.operation(
        f"list_{of.resource.key}_files",
        _("Files: %(one)s"),
        _("Newest first."),
        parameters=[
            id_parameter(),
            *page_parameters(),
            view_parameter(),
        ],
        responses=ok(schemas.page(ref("File"), goes_back=False), _("One page.")) | of_problems(*READING, 404),
    )


def _attach(of: Operations) -> Schema:
    form = of_object({"file": BYTES}, required=["file"])
    return of.operation(
        f"attach_{of.resource.key}_file",
        _("Attach a file: %(one)s"),
        _("As a form. The same bytes under the same name are there once, however often they are sent."),
        parameters=[id_parameter()],
        requestBody={"required": True, "content": {"multipart/form-data": {"schema": form}}},
        responses=_one(201, "Location") | of_problems(*WRITING, 404),
    )


def _read(of: Operations) -> Schema:
    return of.operation(
        f"get_{of.resource.key}_file",
        _("What is known of a file: %(one)s"),
        parameters=[id_parameter(), _file_parameter(), view_parameter()],
        responses=_one() | of_problems(*READING, 404),
    )


def _rename(of: Operations) -> Schema:
    body = {"schema": ref("FileName"), "example": {"name": "offer.pdf"}}
    return of.operation(
        f"rename_{of.resource.key}_file",
        _("Rename a file: %(one)s"),
        parameters=[id_parameter(), _file_parameter(), if_match()],
        requestBody={"required": True, "content": {"application/json": body}},
        responses=_one() | of_problems(*WRITING, 404) | changed_meanwhile(ref("File")),
    )


def _delete(of: Operations) -> Schema:
    return of.operation(
        f"delete_{of.resource.key}_file",
        _("Put a file in the trash: %(one)s"),
        parameters=[id_parameter(), _file_parameter(), if_match()],
        responses={"204": {"description": _("It is in the trash.")}}
        | of_problems(*READING, 404)
        | changed_meanwhile(ref("File")),
    )


def _restore(of: Operations) -> Schema:
    return of.operation(
        f"restore_{of.resource.key}_file",
        _("Bring a file back from the trash: %(one)s"),
        parameters=[id_parameter(), _file_parameter()],
        responses=_one() | of_problems(*READING, 404),
    )


def _download(of: Operations) -> Schema:
    content = {"*/*": {"schema": BYTES}}
    headers = {"ETag": {"schema": TEXT}, "Content-Disposition": {"schema": TEXT}}
    wanted = {"name": "Range", "in": "header", "schema": TEXT, "description": _("One part of it: bytes=0-1023.")}
    return of.operation(
        f"download_{of.resource.key}_file",
        _("Download a file: %(one)s"),
        parameters=[id_parameter(), _file_parameter(), wanted],
        responses={
            "200": {"description": _("The file."), "content": content, "headers": headers},
            "206": {"description": _("The part that was asked for."), "content": content, "headers": headers},
            "304": {"description": _("It is the one that the ETag in If-None-Match names.")},
            "416": {"description": _("There is no such part.")},
        }
        | of_problems(*READING, 404),
    )
