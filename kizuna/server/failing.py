"""What is answered where nobody else could: something of ours broke, or the database is away."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from kizuna.base.types import outages
from kizuna.interfaces.api import problems

API = "/api/v1/"


def answer_failure(request: HttpRequest) -> HttpResponse:
    """Django's handler500, called while the error is being handled and after it was logged. A program gets a problem
    document; 503 says that asking again in a while will do."""
    is_away = outages.is_away(sys.exception())
    with translation.override(_language_of(request)):
        if request.path.startswith(API):
            return problems.answer(request, problems.Away() if is_away else problems.Broken())
        if not is_away:
            return HttpResponse(render_to_string("500.html"), status=500)
        asked = request.get_full_path() if request.method == "GET" else "/"
        answer = HttpResponse(render_to_string("503.html", {"asked": asked}), status=503)
        answer["Retry-After"] = str(outages.RETRY_SECONDS)
        return answer


def _language_of(request: HttpRequest) -> str:
    """What the reader reads. A request that failed before that was looked up would be answered in the language of the
    one before it."""
    return getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(request)
