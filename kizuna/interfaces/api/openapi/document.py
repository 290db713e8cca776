"""The whole document, in the language that is active, made when it is first asked for and then kept."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from kizuna.base.resources import editions, registry
from kizuna.interfaces.api.openapi import (
    bulk,
    busy,
    catalog,
    charts,
    consent,
    custom,
    duplicates,
    files,
    imports,
    leads,
    merging,
    orders,
    prediction,
    quality,
    responses,
    saved_views,
    schemas,
    together,
)
from kizuna.interfaces.api.openapi.paths import Operations
from kizuna.interfaces.api.openapi.responses import of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object

Document = dict[str, Any]
ROOMS = (saved_views, bulk, imports, busy, catalog, custom, consent, leads, merging, orders, quality, prediction)
"""What has addresses beside those of every resource."""


def current() -> Document:
    """The document of all resources, with the custom fields of this workspace. Do not change it: it is shared."""
    language = translation.get_language() or "en"
    keys = tuple(resource.key for resource in registry.all_resources())
    return editions.current().keep(("openapi", language, keys), lambda: _built(keys))


def _built(keys: tuple[str, ...]) -> Document:
    paths = _general_paths() | together.notification_paths()
    named: dict[str, Schema] = {
        "Problem": schemas.problem(),
        "Condition": schemas.condition(),
        "HistoryEntry": schemas.entry(),
        "File": files.shape(),
        "FileName": files.name(),
    }
    for part in (saved_views, together, bulk, imports, custom, merging):
        named |= part.components()
    for key in keys:
        operations = Operations(registry.get(key))
        described = [operations.paths(), files.paths(operations), together.paths(operations), bulk.paths_of(operations)]
        described += [merging.paths_of(operations), duplicates.paths_of(operations), imports.paths_of(operations)]
        described.append(charts.paths_of(operations))
        for found in described:
            paths |= schemas.hoisted(found, named)
        for name, schema in operations.components().items():
            named[name] = schemas.hoisted(schema, named)
    for room in ROOMS:  # behind what every kind of record has: pages for people are read from the top
        paths |= room.paths()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kizuna", "version": "1", "description": _introduction()},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}, {"session": []}],
        "tags": _tags(keys),
        "paths": paths,
        "components": {
            "schemas": dict(sorted(named.items())),
            "responses": responses.components(),
            "securitySchemes": _security(),
        },
    }


def _tags(keys: tuple[str, ...]) -> list[Schema]:
    return [
        {"name": together.TAG, "description": _("What happened for you.")},
        {"name": merging.TAG, "description": _("Records that turned out to be one.")},
        {"name": bulk.TAG, "description": _("Many records changed at once.")},
        {"name": imports.TAG, "description": _("Files taken in, tried out, imported and taken back.")},
        {"name": custom.TAG, "description": _("What administrators added: fields and kinds of records.")},
        {"name": saved_views.TAG, "description": _("The state of a list under a name.")},
        *(
            {"name": resource.plural, "description": str(resource.purpose or resource.plural_label)}
            for resource in map(registry.get, keys)
        ),
    ]


def _introduction() -> str:
    return _(
        "Every kind of record has the same addresses. Amounts and other decimals are texts, moments are in UTC, and "
        "what is read may be written again. Problems are application/problem+json with a pointer to every value that "
        "is at fault."
    )


def _security() -> Schema:
    return {
        "token": {"type": "http", "scheme": "bearer", "description": _("A token of a user: kizuna token create.")},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "kizuna_session",
            "description": _("For pages of Kizuna itself; changes need the header X-CSRFToken as well."),
        },
    }


def _general_paths() -> Schema:
    return {
        "/me": {"get": _reading("get_me", _("Who the token belongs to"), _person())},
        "/resources": {
            "get": _reading(
                "list_resources",
                _("The kinds of records, and what you may do with them"),
                of_object({"items": {"type": "array", "items": _resource()}}, required=["items"]),
            )
        },
        "/resources/{plural}": {
            "get": _reading(
                "get_resource",
                _("One kind of record: fields, operators, related records, actions"),
                _resource(_details()),
                404,
            )
            | {"parameters": [_plural()]}
        },
    }


def _reading(name: str, summary: str, schema: Schema, *more: int) -> Schema:
    return {
        "operationId": name,
        "summary": summary,
        "responses": ok(schema, summary) | of_problems(*responses.READING, *more),
    }


def _plural() -> Schema:
    return {"name": "plural", "in": "path", "required": True, "schema": {"type": "string", "examples": ["contacts"]}}


TEXT: Schema = {"type": "string"}
YES: Schema = {"type": "boolean"}


def _person() -> Schema:
    texts = dict.fromkeys(("name", "email", "language", "time_zone"), TEXT)
    reference = of_object({"id": schemas.integer(), "title": TEXT}, required=["id", "title"])
    team = {"anyOf": [reference, {"type": "null"}]}
    properties = {"id": schemas.integer()} | texts | {"is_admin": YES, "team": team, "roles": _list(TEXT)}
    return of_object(properties, required=list(properties))


def _resource(more: Schema | None = None) -> Schema:
    properties = dict.fromkeys(("key", "plural", "label", "plural_label", "title"), TEXT)
    scopes = {
        "type": "object",
        "additionalProperties": {"enum": ["own", "own+territory", "team", "team+territory", "all"]},
    }
    properties |= {"operations": scopes} | (more or {})
    return of_object(properties, required=list(properties))


def _details() -> Schema:
    choice = of_object({"value": {}, "label": TEXT}, required=["value", "label"])
    operator = _texts("name", "label", "values", "input")
    plain = dict.fromkeys(("name", "label", "kind", "help", "target"), TEXT)
    plain |= {"required": YES, "choices": _list(choice)}
    argument = of_object(plain, required=["name", "label", "kind", "required", "help"])
    field = plain | {"writable": YES, "sortable": YES, "operators": _list(operator)}
    action = dict.fromkeys(("name", "label", "description", "confirm"), TEXT) | {"arguments": _list(argument)}
    related = of_object({"name": TEXT, "label": TEXT, "measures": _list(TEXT)}, required=["name", "label", "measures"])
    return {
        "fields": _list(of_object(field, required=["name", "label", "kind", "writable", "sortable", "operators"])),
        "related": _list(related),
        "actions": _list(of_object(action, required=list(action))),
    }


def _texts(*names: str) -> Schema:
    return of_object(dict.fromkeys(names, TEXT), required=list(names))


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}
