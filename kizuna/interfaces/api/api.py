"""The API as django-ninja sees it: who may enter, how often, and how problems are answered."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, Throttled

from kizuna.base.events import acting
from kizuna.base.merging.queries import merged_into
from kizuna.base.resources import registry
from kizuna.base.types import outages
from kizuna.base.types.collisions import collision
from kizuna.base.types.errors import Missing, Problem
from kizuna.interfaces.api import addresses, problems
from kizuna.interfaces.api.authentication import PageAuth, TokenAuth
from kizuna.interfaces.api.throttling import PerMinute

log = logging.getLogger("kizuna.api")


def in_the_name_of_the_caller(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What the view does is done by the caller, over the API; days begin when they begin for the caller."""

    @functools.wraps(view)
    def run(request: HttpRequest, **arguments: Any) -> HttpResponse:
        actor: Any = request.auth  # type: ignore[attr-defined]
        with acting(actor, via="api"), timezone.override(actor.zone):
            return view(request, **arguments)

    return run


api = NinjaAPI(
    title="Kizuna",
    version="1",
    urls_namespace="api",
    openapi_url=None,  # the document is our own: `openapi/document.py`
    docs_url=None,
    auth=[TokenAuth(), PageAuth()],
    throttle=[PerMinute()],
)
api.add_decorator(in_the_name_of_the_caller)


@api.exception_handler(Problem)
def answer_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problems.answer(request, _where_it_went(request) or problem if isinstance(problem, Missing) else problem)


def _where_it_went(request: HttpRequest) -> Problem | None:
    """The way to the record that a merged one lives on in, for callers who may see that; at its own address only."""
    given = request.resolver_match.kwargs if request.resolver_match else {}
    actor = getattr(request, "auth", None)
    if set(given) != {"plural", "record_id"} or actor is None or not request.path.endswith(f"/{given['record_id']}"):
        return None
    try:
        resource = registry.by_plural(given["plural"])
    except Missing:
        return None
    into = merged_into(actor, resource, given["record_id"])
    if into is None:
        return None
    url = f"{request.path.rpartition('/')[0]}/{into}"
    return problems.Moved(url, into, is_reading=request.method in ("GET", "HEAD"))


@api.exception_handler(AuthenticationError)
def answer_stranger(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.answer(request, problems.Unauthenticated())


@api.exception_handler(Throttled)
def answer_hurry(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.answer(request, problems.TooMany())


@api.exception_handler(Http404)
def answer_nothing(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.answer(request, Missing())


@api.exception_handler(SuspiciousOperation)
@api.exception_handler(BadRequest)
@api.exception_handler(MultiPartParserError)
@api.exception_handler(UnreadablePostError)
def answer_nonsense(request: HttpRequest, error: Exception) -> HttpResponse:
    problem = problems.TooLarge() if isinstance(error, RequestDataTooBig) else problems.Unreadable()
    return problems.answer(request, problem)


@api.exception_handler(Exception)
def answer_mistake(request: HttpRequest, error: Exception) -> HttpResponse:
    if collided := collision(error):
        return problems.answer(request, collided)
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return problems.answer(request, problems.Away() if outages.is_away(error) else problems.Broken())


def not_found(request: HttpRequest) -> HttpResponse:
    """What every address under the API answers that leads nowhere."""
    return problems.answer(request, Missing())


def finished(view: Callable[..., HttpResponse], address: str) -> Callable[..., HttpResponse]:
    """A route as Django serves it: a refused method is a problem document too, and no cache keeps what it answers."""

    @functools.wraps(view)
    def run(request: HttpRequest, **arguments: Any) -> HttpResponse:
        response = view(request, **arguments)
        if isinstance(response, HttpResponseNotAllowed):
            response = problems.answer(request, _refusal(address, arguments.get("plural"), response))
        response.headers["Cache-Control"] = "no-store"
        return response

    return csrf_exempt(run)  # PageAuth checks it, where there is a session


def _refusal(address: str, plural: str | None, response: HttpResponse) -> Problem:
    """What to say about a method that is not there: which ones are, for this very resource."""
    try:
        resource = registry.by_plural(plural) if plural and address in addresses.ALL else None
    except Missing as problem:
        return problem
    methods = addresses.offered(resource, address) if resource else response.headers["Allow"].split(", ")
    return problems.NotOffered(methods)
