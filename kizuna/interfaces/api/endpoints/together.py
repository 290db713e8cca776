"""Comments on records, and following them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base.collaboration import queries
from kizuna.base.collaboration import services as collaboration
from kizuna.base.collaboration.models import Comment
from kizuna.base.types.errors import Invalid
from kizuna.interfaces.api import incoming, paging
from kizuna.interfaces.api.addresses import COMMENT, COMMENT_RESTORE, COMMENTS, FOLLOW, opened
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.paging import LARGEST_ID
from kizuna.interfaces.api.representations import of_comment, respond


def _place(request: HttpRequest) -> tuple[int | None, int]:
    given = Parameters(request.GET, paging.PARAMETERS)
    place = paging.place(given)
    given.check()
    return place


@api.get("/{str:plural}/{int:record_id}/comments")
def list_comments(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """Newest first."""
    resource = opened(plural, COMMENTS, "GET")
    actor: Any = request.auth  # type: ignore[attr-defined]
    before, size = _place(request)
    rows = queries.comments_of(actor, resource, record_id).order_by("-id")
    return paging.page((rows.filter(pk__lt=before) if before else rows)[: size + 1], size, of_comment)


@api.post("/{str:plural}/{int:record_id}/comments")
def add_comment(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    resource = opened(plural, COMMENTS, "POST")
    actor: Any = request.auth  # type: ignore[attr-defined]
    sent = _understood(request)
    made = collaboration.comment(actor=actor, record=resource.model(pk=record_id), **sent)
    return respond(of_comment(made), status=201, headers={"Location": f"{request.path}/{made.pk}"})


def _understood(request: HttpRequest) -> dict[str, Any]:
    """Text and the ids of people whom it names. Raises Invalid for anything else."""
    body = incoming.body(request)
    wrong: dict[str, Any] = {name: _("There is no such field.") for name in body if name not in ("text", "mentions")}
    if not isinstance(body.get("text"), str):
        wrong["text"] = _("Write something.")
    mentions = body.get("mentions", [])
    if not isinstance(mentions, list) or not all(_is_number(one) for one in mentions):
        wrong["mentions"] = _("Give the numbers of people.")
    if wrong:
        raise Invalid(wrong)
    return {"text": body["text"], "mentions": mentions}


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 < value <= LARGEST_ID


@api.patch("/{str:plural}/{int:record_id}/comments/{int:comment_id}")
def edit_comment(request: HttpRequest, plural: str, record_id: int, comment_id: int) -> HttpResponse:
    found = _found(request, plural, record_id, comment_id, "PATCH")
    version, sent = incoming.version(request), _understood(request)
    edited = collaboration.edit(actor=request.auth, comment=found, version=version, **sent)  # type: ignore[attr-defined]
    return respond(of_comment(edited))


@api.delete("/{str:plural}/{int:record_id}/comments/{int:comment_id}")
def delete_comment(request: HttpRequest, plural: str, record_id: int, comment_id: int) -> HttpResponse:
    found = _found(request, plural, record_id, comment_id, "DELETE")
    collaboration.delete(actor=request.auth, comment=found, version=incoming.version(request))  # type: ignore[attr-defined]
    return HttpResponse(status=204)


@api.post("/{str:plural}/{int:record_id}/comments/{int:comment_id}/restore")
def restore_comment(request: HttpRequest, plural: str, record_id: int, comment_id: int) -> HttpResponse:
    resource = opened(plural, COMMENT_RESTORE, "POST")
    actor: Any = request.auth  # type: ignore[attr-defined]
    found = queries.find(actor, resource, record_id, comment_id, in_trash=True)
    return respond(of_comment(collaboration.restore(actor=actor, comment=found)))


def _found(request: HttpRequest, plural: str, record_id: int, comment_id: int, method: str) -> Comment:
    actor: Any = request.auth  # type: ignore[attr-defined]
    return queries.find(actor, opened(plural, COMMENT, method), record_id, comment_id)


@api.put("/{str:plural}/{int:record_id}/follow")
def follow_record(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """Be told what happens to the record; said twice it is the same."""
    resource = opened(plural, FOLLOW, "PUT")
    collaboration.follow(actor=request.auth, record=resource.model(pk=record_id))  # type: ignore[attr-defined]
    return HttpResponse(status=204)


@api.delete("/{str:plural}/{int:record_id}/follow")
def unfollow_record(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    resource = opened(plural, FOLLOW, "DELETE")
    collaboration.unfollow(actor=request.auth, record=resource.model(pk=record_id))  # type: ignore[attr-defined]
    return HttpResponse(status=204)
