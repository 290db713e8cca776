"""Saved views, as the document tells of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.base.resources import registry
from kizuna.base.saved_views.models import Audience, Density, Kind
from kizuna.base.saved_views.parts import LONGEST_NAME, LONGEST_SEARCH, MOST_COLUMNS, SETTINGS
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import id_parameter, if_match, page_parameters, query
from kizuna.interfaces.api.openapi.responses import READING, WRITING, changed_meanwhile, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object, ref

TAG = "views"
NAME, INPUT, CHANGES = "SavedView", "SavedViewInput", "SavedViewChanges"
TEXT: Schema = {"type": "string"}


def components() -> dict[str, Schema]:
    plain = _parts()
    moment = TEXT | {"format": "date-time"}
    person = of_object({"id": schemas.integer(), "title": TEXT}, required=["id", "title"])
    read = {
        "id": schemas.integer(),
        "version": {"type": "integer", "description": _("Grows with every change; also the ETag.")},
        "resource": TEXT,
        "owner": person,
        **plain,
        "team": {"anyOf": [person, {"type": "null"}]},
        "created_at": moment,
        "updated_at": moment,
    }
    given = {"resource": TEXT | {"description": _("The plural of a resource, such as “contacts”.")}} | plain
    return {
        NAME: of_object(read, required=list(read)),
        INPUT: of_object(given, required=["resource", "name"], is_closed=True),
        CHANGES: of_object(plain, is_closed=True),
    }


def _parts() -> Schema:
    """What is read and may be written; the condition is one that the caller could ask for themselves."""
    team = {"anyOf": [schemas.integer(), {"type": "null"}], "description": _("When it is shared with a team: which.")}
    return {
        "name": TEXT | {"minLength": 1, "maxLength": LONGEST_NAME},
        "audience": {"enum": list(Audience.values), "description": _("Who sees it beside its owner.")},
        "team": team,
        "condition": ref("Condition"),
        "search": TEXT | {"maxLength": LONGEST_SEARCH},
        "sort": TEXT | {"description": _("A field; - turns it.")},
        "columns": {"type": "array", "items": TEXT, "maxItems": MOST_COLUMNS},
        "density": {"enum": list(Density.values)},
        "kind": {"enum": list(Kind.values), "description": _("What it shows its records as.")},
        "settings": {
            "type": "object",
            "description": _("Of a board or calendar: the field that divides it, limits, what is collapsed, the span."),
            "properties": dict.fromkeys(SETTINGS, TEXT),
            "additionalProperties": False,
        },
    }


def paths() -> dict[str, Schema]:
    return {
        "/views": {"get": _walk(), "post": _create()},
        "/views/{id}": {"get": _read(), "patch": _update(), "delete": _delete()},
    }


def _operation(name: str, summary: str, responses: Schema, **parts: object) -> Schema:
    return {"operationId": name, "tags": [TAG], "summary": summary, "responses": responses} | parts


def _example() -> Schema:
    resource = next(each for each in registry.all_resources() if each.has_trash)
    tree = {"field": "updated_at", "op": "in_period", "value": "last_30_days"}
    return {"resource": resource.plural, "name": _("Changed lately"), "condition": tree, "sort": "-updated_at"}


def _body(name: str, example: Schema) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": ref(name), "example": example}}}


def _answers(status: int = 200, *more: str) -> Schema:
    return ok(ref(NAME), _("The view."), status=status, headers=("ETag", *more))


def _walk() -> Schema:
    plurals = [resource.plural for resource in registry.all_resources()]
    parameters = [
        query("resource", {"enum": plurals}, _("Only the views of this kind of record.")),
        *page_parameters(),
    ]
    page = ok(schemas.page(ref(NAME), goes_back=False), _("One page."))
    return _operation("list_views", _("List saved views"), page | of_problems(*READING), parameters=parameters)


def _create() -> Schema:
    found = _answers(201, "Location") | of_problems(*WRITING)
    return _operation("create_view", _("Create: saved view"), found, requestBody=_body(INPUT, _example()))


def _read() -> Schema:
    found = _answers() | of_problems(*READING, 404)
    return _operation("get_view", _("Read: saved view"), found, parameters=[id_parameter()])


def _update() -> Schema:
    found = _answers() | of_problems(*WRITING, 404) | changed_meanwhile(ref(NAME))
    body = _body(CHANGES, {"sort": "-updated_at"})
    parameters = [id_parameter(), if_match()]
    return _operation("update_view", _("Change: saved view"), found, parameters=parameters, requestBody=body)


def _delete() -> Schema:
    gone = {"204": {"description": _("Nobody sees it any more.")}}
    found = gone | of_problems(*READING, 404) | changed_meanwhile(ref(NAME))
    return _operation("delete_view", _("Delete: saved view"), found, parameters=[id_parameter(), if_match()])
