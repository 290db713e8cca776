"""Problems raised by services become answers: a clear page, or for htmx a toast beside a page left as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kizuna.base.types.errors import Problem


class ProblemMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Problem):
            return None
        if request.headers.get("HX-Request"):
            return toast(HttpResponse(status=error.status), words(error), tone="bad")
        return render(request, "ui/problem.html", {"problem": error, "words": words(error)}, status=error.status)


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


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser on to another page, also when htmx asked."""
    if not request.headers.get("HX-Request"):
        return redirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response
