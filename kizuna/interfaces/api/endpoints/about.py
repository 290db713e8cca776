"""About the caller and about the API itself."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from kizuna.base.resources import registry
from kizuna.base.types.errors import Missing
from kizuna.interfaces.api import describing
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.openapi import document
from kizuna.interfaces.api.representations import respond


@api.get("/")
def start(request: HttpRequest) -> HttpResponse:
    """Where to go from here."""
    here = request.path.rstrip("/")
    return respond({name: f"{here}/{name}" for name in ("me", "resources", "openapi.json", "docs")})


@api.get("/me")
def me(request: HttpRequest) -> HttpResponse:
    """Who the token belongs to."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    team = {"id": actor.team_id, "title": actor.team.name} if actor.team_id else None
    shown = {name: getattr(actor, name) for name in ("id", "name", "email", "language", "time_zone", "is_admin")}
    return respond(shown | {"team": team, "roles": [role.title for role in actor.roles.order_by("pk")]})


@api.get("/resources")
def list_resources(request: HttpRequest) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    Parameters(request.GET, ()).check()
    return respond({"items": [describing.brief(resource, actor) for resource in describing.usable(actor)]})


@api.get("/resources/{str:plural}")
def describe_resource(request: HttpRequest, plural: str) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    resource = registry.by_plural(plural)
    if resource not in describing.usable(actor):
        raise Missing()
    return respond(describing.full(resource, actor))


@api.get("/openapi.json")
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the API, in English whoever asks, so that two programs read the same."""
    with translation.override("en"):
        body = msgspec.json.encode(document.current())
    return HttpResponse(body, content_type="application/json")
