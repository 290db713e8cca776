"""What administrators added: fields of records, and kinds of records of their own."""

from __future__ import annotations

from collections.abc import Collection, Set
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base.records import queries
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Invalid
from kizuna.interfaces.api import incoming
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.endpoints.saved_views import named_resource, resource_of
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.representations import of_custom_field, of_custom_object, respond

FIELD = {"name", "help", "settings", "required", "section"}
OBJECT = {"name", "name_labels", "purpose", "icon", "group"}


def _further(sent: dict[str, Any], said: Collection[str], known: Set[str]) -> dict[str, Any]:
    """What is sent beside `said`. Raises Invalid for what is not `known`: a service would take it for its own."""
    rest = {name: value for name, value in sent.items() if name not in said}
    if unknown := rest.keys() - known:
        raise Invalid({name[:60]: [_("There is no such setting.")] for name in unknown})
    return rest


@api.get("/fields")
def list_fields(request: HttpRequest) -> HttpResponse:
    """In their order, those that were removed as well; with `resource` only those of that kind of record."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    given = Parameters(request.GET, ("resource",))
    resource = given.read("resource", resource_of)
    given.check()
    kinds = registry.all_resources() if resource is None else [resource]
    found = [field for kind in kinds for field in queries.custom_fields(actor, kind)]
    return respond({"items": [of_custom_field(field) for field in found]})


@api.post("/fields")
def create_field(request: HttpRequest) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    sent = incoming.body(request)
    resource = registry.get(named_resource(sent))
    required = {"kind": sent.get("kind", ""), "labels": sent.get("labels", "")}
    rest = _further(sent, ("resource", *required), FIELD)
    made = records.add_custom_field(actor=actor, resource=resource, **required, **rest)
    return respond(of_custom_field(made), status=201, headers={"Location": f"{request.path}/{made.pk}"})


@api.get("/fields/{int:field_id}")
def read_field(request: HttpRequest, field_id: int) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    return respond(of_custom_field(queries.any_custom_field(actor, field_id)))


@api.patch("/fields/{int:field_id}")
def update_field(request: HttpRequest, field_id: int) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    version, field = incoming.version(request), queries.any_custom_field(actor, field_id)
    changes = incoming.body(request)
    changed = records.change_custom_field(actor=actor, field=field, changes=changes, version=version)
    return respond(of_custom_field(changed))


@api.delete("/fields/{int:field_id}")
def remove_field(request: HttpRequest, field_id: int) -> HttpResponse:
    """Its values are kept; only the settings page deletes them for good."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    version, field = incoming.version(request), queries.any_custom_field(actor, field_id)
    records.remove_custom_field(actor=actor, field=field, version=version)
    return HttpResponse(status=204)


@api.post("/fields/{int:field_id}/restore")
def restore_field(request: HttpRequest, field_id: int) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    field = queries.any_custom_field(actor, field_id)
    return respond(of_custom_field(records.restore_custom_field(actor=actor, field=field)))


@api.get("/objects")
def list_objects(request: HttpRequest) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    Parameters(request.GET, ()).check()
    return respond({"items": [of_custom_object(one) for one in queries.custom_objects(actor)]})


@api.post("/objects")
def create_object(request: HttpRequest) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    sent = incoming.body(request)
    labels = {name: sent.get(name, "") for name in ("labels", "plural_labels")}
    made = records.add_custom_object(actor=actor, **labels, **_further(sent, labels, OBJECT))
    return respond(of_custom_object(made), status=201, headers={"Location": f"{request.path}/{made.pk}"})


@api.get("/objects/{int:object_id}")
def read_object(request: HttpRequest, object_id: int) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    return respond(of_custom_object(queries.custom_object(actor, object_id)))


@api.patch("/objects/{int:object_id}")
def update_object(request: HttpRequest, object_id: int) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    version, definition = incoming.version(request), queries.custom_object(actor, object_id)
    changes = incoming.body(request)
    changed = records.change_custom_object(actor=actor, definition=definition, changes=changes, version=version)
    return respond(of_custom_object(changed))


@api.delete("/objects/{int:object_id}")
def remove_object(request: HttpRequest, object_id: int) -> HttpResponse:
    """Its records are kept; only the settings page deletes them for good."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    version, definition = incoming.version(request), queries.custom_object(actor, object_id)
    records.remove_custom_object(actor=actor, definition=definition, version=version)
    return HttpResponse(status=204)


@api.post("/objects/{int:object_id}/restore")
def restore_object(request: HttpRequest, object_id: int) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    definition = queries.custom_object(actor, object_id)
    return respond(of_custom_object(records.restore_custom_object(actor=actor, definition=definition)))
