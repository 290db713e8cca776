"""Problems as answers: application/problem+json (RFC 9457), with a pointer to every value that is at fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base.types import outages
from kizuna.base.types.errors import Invalid, Problem, Stale
from kizuna.interfaces.api import representations

CONTENT_TYPE = "application/problem+json"

Detail = dict[str, str]
"""One thing that is wrong: `pointer` (JSON pointer into the body or the parameter), `message`, maybe `parameter`."""


class Unreadable(Problem):
    """The request is no HTTP or JSON that can be understood at all."""

    status = 400
    code = "malformed"
    message = _("The request cannot be read.")


class Unauthenticated(Problem):
    status = 401
    code = "unauthenticated"
    message = _("Send a token: Authorization: Bearer kzn_…")


class Forged(Problem):
    """A browser's session without the proof that our own page made the request."""

    status = 403
    code = "forged"
    message = _("A request with a session cookie needs the header X-CSRFToken.")


class Duplicate(Problem):
    """Creating was to be refused where the record may be here already. `found` are those that it may be, as JSON."""

    status = 409
    code = "duplicate"
    message = _("This may be here already.")

    def __init__(self, found: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self.found = found


class NotOffered(Problem):
    """The address is right, but does not know this method. `allowed` lists those it knows."""

    status = 405
    code = "method_not_allowed"
    message = _("This address does not offer this method.")

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__()
        self.allowed = sorted(allowed)


class TooLarge(Problem):
    status = 413
    code = "too_large"
    message = _("The body of the request is too large.")


class Moved(Problem):
    """The record was merged into another one; its id leads there for ever. Asked otherwise than by GET, 308: the same
    question is to be asked there."""

    status = 301
    code = "merged"
    message = _("This record was merged into another one.")

    def __init__(self, url: str, merged_into: int, *, is_reading: bool) -> None:
        super().__init__()
        self.url, self.merged_into = url, merged_into
        self.status = 301 if is_reading else 308


class NotJson(Problem):
    status = 415
    code = "unsupported_media_type"
    message = _("Send the body as application/json.")


class NotForm(NotJson):
    message = _("Send the file as multipart/form-data, in the field “file”.")


class TooMany(Problem):
    status = 429
    code = "too_many_requests"
    message = _("Too many requests within a minute. Wait as many seconds as the header Retry-After says.")


class Broken(Problem):
    """A mistake of ours; the log has what happened."""

    status = 500
    code = "server_error"
    message = _("Something went wrong on our side. Nothing was changed.")


class Away(Problem):
    """The database cannot be reached; the same request is worth sending again."""

    status = 503
    code = "unavailable"
    message = _("Kizuna cannot reach its database at the moment. Try again in a few seconds.")


class InvalidQuery(Problem):
    """Parameters that cannot be accepted, in the query or in a header; `details` names each."""

    status = 422
    code = "invalid"
    message = Invalid.message

    def __init__(self, details: Iterable[Detail]) -> None:
        super().__init__()
        self.details = list(details)


def details_of_parameter(name: str, problem: Problem) -> list[Detail]:
    """What is wrong with one parameter. Keys of the problem's errors that are pointers lead into its JSON."""
    return [
        {"parameter": name, "pointer": path if path.startswith("/") else "", "message": str(message)}
        for path, messages in (problem.errors or {"": [problem.message]}).items()
        for message in messages
    ]


def pointer(path: str, sent: Any) -> str:
    """The JSON pointer of a path such as "emails.0.value"; a key sent by the client may hold dots of its own."""
    is_key = isinstance(sent, Mapping) and path in sent
    if not path and not is_key:
        return ""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in ([path] if is_key else path.split(".")))


def document(problem: Problem, sent: Any = None) -> dict[str, Any]:
    """The body of the answer; `sent` is the body of the request, if it could be read."""
    details = getattr(problem, "details", None) or [
        {"pointer": pointer(path, sent), "message": str(message)}
        for path, messages in problem.errors.items()
        for message in messages
    ]
    return {
        "type": f"urn:kizuna:problem:{problem.code}",
        "title": str(type(problem).message),
        "status": problem.status,
        "detail": str(problem.message),
        "code": problem.code,
        "errors": details,
    }


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The response for a problem, with the headers that belong to its status."""
    body = document(problem, getattr(request, "sent", None))
    headers: dict[str, str] = {}
    if isinstance(problem, NotOffered):
        headers["Allow"] = ", ".join(problem.allowed)
    if isinstance(problem, Duplicate):
        body["duplicates"] = problem.found
    if isinstance(problem, Moved):
        headers["Location"] = problem.url
        body["merged_into"] = problem.merged_into
    if isinstance(problem, Away):
        headers["Retry-After"] = str(outages.RETRY_SECONDS)
    if isinstance(problem, Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="Kizuna"'
    if isinstance(problem, Stale):
        actor: Any = request.auth  # type: ignore[attr-defined]
        current = representations.of_current(problem.current, actor)
        body["current"] = current
        headers["ETag"] = representations.etag(current["version"])
    response = HttpResponse(
        msgspec.json.encode(body), status=problem.status, content_type=CONTENT_TYPE, headers=headers
    )
    vars(response)["_has_been_logged"] = True  # for Django: a program that errs is no warning in our log
    return response
