"""Comments, following and notifications, as the document tells of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.base.collaboration.models import LONGEST
from kizuna.interfaces.api import addresses
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import Operations, id_parameter, if_match, page_parameters
from kizuna.interfaces.api.openapi.responses import READING, WRITING, changed_meanwhile, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object, ref

TAG = "notifications"
TEXT: Schema = {"type": "string"}
MOMENT: Schema = TEXT | {"format": "date-time"}
PERHAPS: Schema = {"anyOf": [MOMENT, {"type": "null"}]}
DONE: Schema = {"204": {"description": "OK"}}


def components() -> dict[str, Schema]:
    person = of_object({"id": schemas.integer(), "title": TEXT}, required=["id", "title"])
    comment: Schema = {
        "id": schemas.integer(),
        "version": {"type": "integer", "description": _("Grows with every change; also the ETag.")},
        "text": TEXT,
        "author": person,
        "mentions": {"type": "array", "items": person},
        "created_at": MOMENT,
        "edited_at": PERHAPS,
    }
    said: Schema = {
        "text": TEXT | {"minLength": 1, "maxLength": LONGEST, "examples": ["Please look, @Sora."]},
        "mentions": {
            "type": "array",
            "items": schemas.integer(),
            "description": _("People whom the text names with @."),
        },
    }
    line: Schema = {
        "id": schemas.integer(),
        "kind": TEXT,
        "text": TEXT,
        "excerpt": TEXT,
        "resource": TEXT,
        "record_id": schemas.integer(),
        "created_at": MOMENT,
        "read_at": PERHAPS,
    }
    return {
        "Comment": of_object(comment, required=list(comment)),
        "CommentInput": of_object(said, required=["text"], is_closed=True),
        "Notification": of_object(line, required=list(line)),
    }


def paths(of: Operations) -> dict[str, Schema]:
    """The operations on one resource; none for what has no comments."""
    made = {
        addresses.COMMENTS: {"GET": _walk, "POST": _add},
        addresses.COMMENT: {"PATCH": _edit, "DELETE": _delete},
        addresses.COMMENT_RESTORE: {"POST": _restore},
        addresses.FOLLOW: {"PUT": _follow, "DELETE": _unfollow},
    }
    found: dict[str, Schema] = {}
    for address, operations in made.items():
        methods = addresses.offered(of.resource, address)
        if methods:
            found[of.path(address)] = {method.lower(): operations[method](of) for method in methods}
    return found


def _comment_parameter() -> Schema:
    return {"name": "comment_id", "in": "path", "required": True, "schema": schemas.integer()}


def _one(status: int = 200, *headers: str) -> Schema:
    return ok(ref("Comment"), _("The comment."), status=status, headers=("ETag", *headers))


def _input() -> Schema:
    content = {"schema": ref("CommentInput"), "example": {"text": "Please call back."}}
    return {"required": True, "content": {"application/json": content}}


def _walk(of: Operations) -> Schema:
    return of.operation(
        f"list_{of.resource.key}_comments",
        _("Comments: %(one)s"),
        _("Newest first."),
        parameters=[id_parameter(), *page_parameters()],
        responses=ok(schemas.page(ref("Comment"), goes_back=False), _("One page.")) | of_problems(*READING, 404),
    )


def _add(of: Operations) -> Schema:
    return of.operation(
        f"comment_on_{of.resource.key}",
        _("Comment: %(one)s"),
        _("Whoever sees the record may. People are mentioned if they may see it too."),
        parameters=[id_parameter()],
        requestBody=_input(),
        responses=_one(201, "Location") | of_problems(*WRITING, 404),
    )


def _edit(of: Operations) -> Schema:
    return of.operation(
        f"edit_{of.resource.key}_comment",
        _("Change a comment: %(one)s"),
        parameters=[id_parameter(), _comment_parameter(), if_match()],
        requestBody=_input(),
        responses=_one() | of_problems(*WRITING, 404) | changed_meanwhile(ref("Comment")),
    )


def _delete(of: Operations) -> Schema:
    return of.operation(
        f"delete_{of.resource.key}_comment",
        _("Put a comment in the trash: %(one)s"),
        parameters=[id_parameter(), _comment_parameter(), if_match()],
        responses={"204": {"description": _("It is in the trash.")}}
        | of_problems(*READING, 404)
        | changed_meanwhile(ref("Comment")),
    )


def _restore(of: Operations) -> Schema:
    return of.operation(
        f"restore_{of.resource.key}_comment",
        _("Bring a comment back from the trash: %(one)s"),
        parameters=[id_parameter(), _comment_parameter()],
        responses=_one() | of_problems(*READING, 404),
    )


def _follow(of: Operations) -> Schema:
    return of.operation(
        f"follow_{of.resource.key}",
        _("Follow: %(one)s"),
        parameters=[id_parameter()],
        responses=DONE | of_problems(*READING, 404),
    )


def _unfollow(of: Operations) -> Schema:
    return of.operation(
        f"unfollow_{of.resource.key}",
        _("Stop following: %(one)s"),
        parameters=[id_parameter()],
        responses=DONE | of_problems(*READING, 404),
    )


def notification_paths() -> dict[str, Schema]:
    number = {"name": "notification_id", "in": "path", "required": True, "schema": schemas.integer()}
    answers = ok(schemas.page(ref("Notification"), goes_back=False), _("One page.")) | of_problems(*READING)
    read = {"tags": [TAG], "responses": DONE | of_problems(*READING)}
    return {
        "/notifications": {
            "get": {
                "operationId": "list_notifications",
                "summary": _("What happened for you, newest first"),
                "tags": [TAG],
                "parameters": page_parameters(),
                "responses": answers,
            }
        },
        "/notifications/read": {"post": {"operationId": "read_notifications", "summary": _("Mark all as read")} | read},
        "/notifications/{notification_id}/read": {
            "post": {
                "operationId": "read_notification",
                "summary": _("Mark as read"),
                "tags": [TAG],
                "parameters": [number],
                "responses": DONE | of_problems(*READING, 404),
            }
        },
    }
