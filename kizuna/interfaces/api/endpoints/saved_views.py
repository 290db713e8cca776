"""Saved views: the state of a list under a name, for programs to list by and to look after."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.saved_views import queries, services
from kizuna.base.saved_views.models import SavedView
from kizuna.base.types.errors import Invalid, Missing, fill
from kizuna.interfaces.api import incoming, paging
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.representations import of_view, respond

PARAMETERS = ("resource", *paging.PARAMETERS)


@api.get("/views")
def list_views(request: HttpRequest) -> HttpResponse:
    """Those that the caller sees, oldest first; with `resource` only the views of that kind of record."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    given = Parameters(request.GET, PARAMETERS)
    resource = given.read("resource", resource_of)
    after, size = paging.place(given)
    given.check()
    rows: QuerySet[SavedView] = queries.visible(actor).filter(pk__gt=after or 0)
    if resource is not None:
        rows = rows.filter(resource=resource.key)
    return paging.page(rows.select_related("owner", "team").order_by("pk")[: size + 1], size, of_view)


@api.post("/views")
def create_view(request: HttpRequest) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    sent = incoming.body(request)
    named = {"resource": named_resource(sent), "name": sent.get("name", "")}
    rest = {name: value for name, value in sent.items() if name not in named}
    view = services.save_view(actor=actor, **named, **rest)
    return respond(of_view(view), status=201, headers={"Location": f"{request.path}/{view.pk}"})


def resource_of(plural: str) -> Resource:
    try:
        return registry.by_plural(plural)
    except Missing as problem:
        message = fill(_("There is no resource “%(name)s”."), {"name": plural[:60]})
        raise Invalid({"": [message]}) from problem


def named_resource(sent: dict[str, Any]) -> str:
    plural = sent.get("resource")
    if not isinstance(plural, str):
        raise Invalid({"resource": [_("Give the plural of a resource, such as “contacts”.")]})
    try:
        return resource_of(plural).key
    except Invalid as problem:
        raise problem.under("resource") from problem


@api.get("/views/{int:view_id}")
def read_view(request: HttpRequest, view_id: int) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    return respond(of_view(queries.find(actor, view_id)))


@api.patch("/views/{int:view_id}")
def update_view(request: HttpRequest, view_id: int) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    version = incoming.version(request)
    view = queries.find(actor, view_id)
    return respond(
        of_view(services.change_view(actor=actor, view=view, changes=incoming.body(request), version=version))
    )


@api.delete("/views/{int:view_id}")
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    version = incoming.version(request)
    services.delete_view(actor=actor, view=queries.find(actor, view_id), version=version)
    return HttpResponse(status=204)
