"""A card dropped where a verb decides: the verb is called with the column, and what it lacks is asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.http import HttpRequest, QueryDict

from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.actions import Action
from kizuna.base.resources.fields import Field, Moment, Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing, Problem, Stale
from kizuna.base.ui import controls

ASKED = "asked"
"""In a form: that this is the answer to what a drop lacked."""


def dropped(field: Field, record: Record, place: str, reader: Reader) -> Any:
    """What the field is given by a drop on a lane or a day; a moment keeps its time of day on another day."""
    if isinstance(field, Moment) and len(place) == len("2026-11-22"):
        stored = field.read(record)
        clock = stored.astimezone(reader.zone).time() if stored else dt.time(9)
        return f"{place}T{clock.isoformat()}"
    return place


def place(field: Field, record: Record, reader: Reader) -> str:
    """Where a record lies: what `dropped` is given by a drop on that very lane or day."""
    value = field.read(record)
    if isinstance(value, dt.datetime):
        return value.astimezone(reader.zone).date().isoformat()
    return str(value).lower() if isinstance(value, bool) else str("" if value is None else value)


@transaction.atomic
def carry_out(
    verb: Action, *, actor: Any, record: Record, field: Field, data: QueryDict, version: int | None
) -> Record:
    """Do the verb that the drop stands for; fields of the record that are no arguments of it are filled in before.

    Raises Stale when somebody changed the record since, and what the verb raises.
    """
    current = (
        type(record)._default_manager.visible_to(actor).select_for_update(of=("self",)).filter(pk=record.pk).first()
    )
    if current is None:
        raise Missing()
    if version is not None and current.version != version:
        raise Stale(current)
    raw: dict[str, Any] = {field.name: data.get("value", "")}
    if data.get(ASKED):
        params = {param.name: param.field for param in verb.params}
        given = {name: one.from_form(data) for name, one in params.items() if name != field.name}
        raw |= {name: value for name, value in given.items() if value is not None}
        fill_in(actor, current, data, without=params.keys())
    saved: Record = verb.run(actor=actor, record_id=record.pk, raw=raw, reader=Reader.of(actor))
    return saved


def fill_in(actor: Any, record: Record, data: QueryDict, *, without: Any) -> None:
    """Save the fields of the record that were asked for because a verb lacked them."""
    resource = registry.of(record)
    writable = resource.writable_fields(actor)
    asked = [name for name in data.getlist("fields") if name in writable and name not in without]
    changes = {name: writable[name].from_form(data) for name in asked}
    if changes:
        records.update(actor=actor, record=record, changes=changes)


def asked_for(verb: Action, resource: Resource, problem: Problem, data: QueryDict) -> list[Field]:
    """The arguments of the verb and the fields of the record that the problem names, and those that were asked for
    before."""
    params = {param.name: param.field for param in verb.params}
    fields = {name: field for name, field in resource.fields.items() if field.editable}
    named = [path.partition(".")[0] for path in problem.errors]
    names = dict.fromkeys([*data.getlist("fields"), *named])
    names.pop(data.get("field", ""), None)
    asked = [found for name in names if name and (found := params.get(name) or fields.get(name)) is not None]
    return [_narrowed(one, problem) for one in asked]


def _narrowed(field: Field, problem: Problem) -> Field:
    among = problem.among.get(field.name)
    return field.narrowed(among) if among and isinstance(field, Relation) else field


def control(field: Field, record: Record, request: HttpRequest, problem: Problem | None) -> dict[str, Any]:
    """The control of a field that a drop lacked, as it was submitted or as the record has it."""
    stored = field.read(record) if field.resource is not None else None
    data = request.POST if problem else None
    return controls.drawn_again(field, request.user, data, problem, stored)
