"""The problems that operations may answer with, each declared once."""

from __future__ import annotations

from typing import Any

from kizuna.base.types import errors
from kizuna.interfaces.api import problems
from kizuna.interfaces.api.openapi.schemas import Schema, duplicate, ref, stale

READING = (400, 401, 403, 422, 429)
WRITING = (*READING, 409, 413, 415)

KINDS: dict[int, type[errors.Problem]] = {
    400: problems.Unreadable,
    401: problems.Unauthenticated,
    403: errors.Denied,
    404: errors.Missing,
    409: errors.Collided,
    413: problems.TooLarge,
    415: problems.NotJson,
    422: errors.Invalid,
    429: problems.TooMany,
}
_HEADERS = {401: "WWW-Authenticate", 429: "Retry-After"}
_TEXT: Schema = {"schema": {"type": "string"}}


def components() -> Schema:
    """`components.responses`: one for each kind of problem, with an example."""
    return {kind.__name__: _response(status, kind) for status, kind in KINDS.items()}


def _response(status: int, kind: type[errors.Problem]) -> Schema:
    example = {
        "type": f"urn:kizuna:problem:{kind.code}",
        "title": str(kind.message),
        "status": status,
        "detail": str(kind.message),
        "code": kind.code,
        "errors": [{"pointer": "/emails/0/value", "message": "…"}] if status == 422 else [],
    }
    content = {problems.CONTENT_TYPE: {"schema": ref("Problem"), "example": example}}
    found: Schema = {"description": str(kind.message), "content": content}
    if status in _HEADERS:
        found["headers"] = {_HEADERS[status]: _TEXT}
    return found


def gone_elsewhere(status: int = 301) -> Schema:
    """301 or 308: the record was merged into another one; the same problem document, and where it is now."""
    return {
        str(status): {
            "description": str(problems.Moved.message),
            "content": {problems.CONTENT_TYPE: {"schema": ref("Problem")}},
            "headers": {"Location": _TEXT},
        }
    }


def of_problems(*statuses: int) -> Schema:
    return {str(status): {"$ref": f"#/components/responses/{KINDS[status].__name__}"} for status in sorted(statuses)}


def changed_meanwhile(record: Schema) -> Schema:
    """412: the body holds the record as it is now."""
    content = {problems.CONTENT_TYPE: {"schema": stale(record)}}
    headers = {"ETag": _TEXT}
    return {"412": {"description": str(errors.Stale.message), "content": content, "headers": headers}}


def here_already(record: Schema) -> Schema:
    """409: the body holds the records that it may be, where that is why."""
    content = {problems.CONTENT_TYPE: {"schema": {"anyOf": [duplicate(record), ref("Problem")]}}}
    words = f"{problems.Duplicate.message} {errors.Collided.message}"
    return {"409": {"description": words, "content": content}}


def ok(schema: Schema, words: str, *, status: int = 200, example: Any = None, headers: tuple[str, ...] = ()) -> Schema:
    media: Schema = {"schema": schema}
    if example is not None:
        media["example"] = example
    found: Schema = {"description": words, "content": {"application/json": media}}
    if headers:
        found["headers"] = dict.fromkeys(headers, _TEXT)
    return {str(status): found}
