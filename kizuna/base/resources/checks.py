"""Start-up checks: a wrong declaration is a clear sentence when Kizuna starts, not a broken page later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks

from kizuna.base.resources import lines, registry
from kizuna.base.resources.fields import Field, Relation
from kizuna.base.resources.groups import GROUPS
from kizuna.base.resources.resource import Resource


@checks.register("resources")
def check_resources(**_options: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(sentence, obj=type(resource), id="resources.E001")
        for resource in registry.declared()
        for sentence in mistakes_of(resource)
    ]


def mistakes_of(resource: Resource) -> Iterator[str]:
    """Everything wrong with a declaration, a sentence each."""
    try:
        fields = resource.declared
    except TypeError as error:
        yield str(error)
        return
    if resource.title not in fields:
        yield f"title names “{resource.title}”, which is no field."
        return
    yield from _mistakes_in_columns(resource, fields)
    for place in ("columns", "facts", "subtitle", "search", "match_keys", "quick"):
        for name in getattr(resource, place):
            if name not in fields:
                yield f"{place} names “{name}”, which is no field."
    for place in ("board_by", "calendar_by", "due", "rots", "weighed_by"):
        name = getattr(resource, place)
        if name and name not in fields:
            yield f"{place} names “{name}”, which is no field."
    for name, verb in resource.moves.items():
        if not isinstance(fields.get(name), Relation) or name not in {param.name for param in verb.params}:
            yield f"moves names “{name}”, which is no relation that {verb.name} takes."
    for name in resource.panel_labels:
        if not isinstance(fields.get(name), Relation):
            yield f"panel_labels names “{name}”, which is no relation."
    yield from _mistakes_in_sections(resource, fields)
    sort = fields.get(resource.default_sort.removeprefix("-"))
    if sort is None or sort.sort_path is None:
        yield f"sort names “{resource.default_sort}”, by which rows cannot be sorted."
    if resource.lines:
        yield from lines.mistakes_of(resource.lines)
    for action in resource.actions:
        yield from _mistakes_of_action(resource, action)


def _mistakes_in_sections(resource: Resource, fields: dict[str, Field]) -> Iterator[str]:
    for section in resource.sections:
        for name in section.fields:
            if name not in fields:
                yield f"the section “{section.title}” names “{name}”, which is no field."
            elif not fields[name].editable:
                yield f"the section “{section.title}” names “{name}”, which cannot be edited."


def _mistakes_in_columns(resource: Resource, fields: dict[str, Field]) -> Iterator[str]:
    """What the model holds and no screen could show, and what is said of columns that it does not have."""
    known = {resource.key, *(one.key for one in registry.declared())}
    for name, field in fields.items():
        if isinstance(field, Relation) and field.target_key not in known:
            yield f"“{name}” leads to “{field.target_key}”, which is no resource; exclude it, or register that."
    for column in resource.model._meta.many_to_many:
        if column.name not in resource.exclude:
            yield f"“{column.name}” leads to many, which no form can fill; make what stands between them a model, too."
    columns = {column.name for column in resource.model._meta.get_fields()}
    for place in ("exclude", "read_only", "percents"):
        for name in getattr(resource, place):
            if name not in columns | fields.keys():
                yield f"{place} names “{name}”, which is no column."
    if resource.group not in ("", "top", *GROUPS):
        yield f"group is “{resource.group}”; the navigation has: top, {', '.join(GROUPS)}."


def _mistakes_of_action(resource: Resource, action: Any) -> Iterator[str]:
    try:
        if action.model is not resource.model:
            yield f"the action {action.name} is about {action.model.__name__}."
        _ = action.params
    except TypeError as error:
        yield str(error)
