"""Problems raised by services become answers: a clear page, or for htmx a toast beside a page left as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe

from kizuna.base.merging.queries import merged_into
from kizuna.base.types.collisions import collision
from kizuna.base.types.errors import Missing, Problem


class ProblemMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        error = collision(error) or error
        if not isinstance(error, Problem):
            return None
        if isinstance(error, Missing) and (elsewhere := _where_it_went(request)):
            return redirect(elsewhere)
        if request.headers.get("HX-Request"):
            response = toast(HttpResponse(status=error.status), words(error), tone="bad")
            response["HX-Reswap"] = "none"  # there is nothing to put in the place of a form, which holds what was typed
            return response
        return render(request, "ui/problem.html", {"problem": error, "words": words(error)}, status=error.status)


class PartMiddleware:
    """A part of a page that is opened by its address, as a dialog in a new tab, comes within the shell."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if not _is_part(request, answer):
            return answer
        return render(request, "ui/part.html", {"part": mark_safe(answer.content.decode())}, status=answer.status_code)  # noqa: S308  a template of ours wrote it


def _is_part(request: HttpRequest, answer: HttpResponse) -> bool:
    """Whether a browser would show this answer alone, and it is no page of its own."""
    if request.headers.get("Sec-Fetch-Dest") != "document" or request.headers.get("HX-Request") or answer.streaming:
        return False
    if not answer.get("Content-Type", "").startswith("text/html") or not request.user.is_authenticated:
        return False
    start = answer.content[:200].lstrip().lower()
    return bool(start) and not start.startswith(b"<!doctype")


def _where_it_went(request: HttpRequest) -> str:
    """The same page of the record that a merged one lives on in; "" for what is not there at all."""
    match, user = request.resolver_match, getattr(request, "user", None)
    kwargs = match.kwargs if match else {}
    resource, record_id = kwargs.get("resource"), kwargs.get("record_id")
    if request.method != "GET" or resource is None or not record_id or user is None or not user.is_authenticated:
        return ""
    into = merged_into(user, resource, record_id)
    before, after = f"{resource.record_url(record_id)}", request.get_full_path()
    return f"{resource.record_url(into)}{after.removeprefix(before)}" if into and after.startswith(before) else ""


def words(error: Problem) -> str:
    """All that a problem has to say, in one line, each thing once."""
    details = [str(message) for messages in error.errors.values() for message in messages]
    return " ".join(dict.fromkeys([str(error.message), *details]))


def toast(response: HttpResponse, text: str, *, tone: str = "", undo: str = "", also: str = "") -> HttpResponse:
    """Have the browser say something when this answer arrives; `undo` is a path that a press on Undo posts to.

    `also` is a further event for the page: "kizuna:changed" has an open list read itself again, "kizuna:happened" a
    timeline.
    """
    events: dict[str, Any] = {"kizuna:toast": {"text": str(text), "tone": tone, "undo": undo}}
    if also:
        events[also] = {}
    response["HX-Trigger"] = json.dumps(events)
    return response


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part to put into the page that is open, and not for a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser on to another page, also when htmx asked."""
    if not request.headers.get("HX-Request"):
        return redirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response
