"""From input to fields: which values an actor gives, whether they may, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import parts, policy
from kizuna.base.layouts import queries as layouts
from kizuna.base.records import constraints, indexes
from kizuna.base.records.models import Record
from kizuna.base.resources import lines
from kizuna.base.resources.fields import Field
from kizuna.base.resources.fields.kept import prefill
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Errors, Invalid

NEEDED = _("This is needed.")
CLOSED = _("You may not change this, so you can add nothing to it.")


def understand(
    *, actor: Any, resource: Resource, values: Mapping[str, Any], is_new: bool, record: Record | None = None
) -> dict[Field, Any]:
    """Parse raw values by field, in place of those of `record`.

    Raises Invalid with every mistake at once, under the field's name or a path in it.
    """
    writable = resource.writable_fields(actor)
    needed = layouts.needed(resource, actor)
    reader = Reader.of(actor)
    errors: Errors = {}
    found: dict[Field, Any] = {}
    for name, raw in values.items():
        field = writable.get(name)
        if field is None:
            errors[name] = [_not_writable(resource, actor, name)]
            continue
        try:
            found[field] = field.parse_again(raw, reader, field.read(record)) if record else field.parse(raw, reader)
        except Invalid as error:
            errors |= error.under(name).errors
        else:
            if name in needed and field.is_empty(found[field]):
                errors[name] = [NEEDED]
            elif record is not None and (why := refusal(field, record, found[field])):
                errors[name] = [why]
            elif _joins_closed(actor, resource, field, found[field], record):
                errors[name] = [CLOSED]
            elif found[field] is None and _fills_itself(resource, name):
                del found[field]
                if not is_new:
                    errors[name] = [NEEDED]
    if is_new:
        missing = [name for name, field in writable.items() if field.required and name not in values]
        for name in (*missing, *lacking(resource, needed - values.keys())):
            errors.setdefault(name, [NEEDED])
    if errors:
        raise Invalid(errors)
    return found


def _joins_closed(actor: Any, resource: Resource, field: Field, value: Any, record: Record | None) -> bool:
    """Whether a part would come to a whole that the actor may not change."""
    part = parts.find(resource.key)
    if part is None or field.name != part.field or value is None:
        return False
    return (record is None or field.read(record) != value) and bool(policy.closed_wholes(actor, part.whole, [value]))


def _fills_itself(resource: Resource, name: str) -> bool:
    """Whether a column that cannot be empty says itself what it begins with, such as the moment: a new record of which
    nothing was said keeps that, a stored one must have something."""
    column = next((one for one in resource.model._meta.concrete_fields if one.name == name), None)
    return column is not None and not column.null and column.has_default()


def refusal(field: Field, record: Record, value: Any) -> Any:
    """Why a field of a record cannot have another value than it has; "" where it can, or has this one."""
    why = field.why_fixed(record)
    return why if why and field.to_json(value) != field.to_json(field.read(record)) else ""


def lacking(resource: Resource, needed: Collection[str], record: Record | None = None) -> list[str]:
    """Which of the fields that a layout asks for are empty on a record; without one, on a new record before anything
    is filled in."""
    if not needed:
        return []
    if record is None:
        record = resource.model()
        prefill(record, resource)
    return [name for name in sorted(needed) if resource.fields[name].is_empty(resource.fields[name].read(record))]


def _not_writable(resource: Resource, actor: Any, name: str) -> Any:
    readable = resource.readable_fields(actor)
    if name in readable:
        return _("This cannot be changed.")
    close = get_close_matches(name, readable, n=1)
    if close:
        return _("There is no field “%(name)s”. Did you mean “%(close)s”?") % {"name": name[:60], "close": close[0]}
    return _("There is no field “%(name)s”.") % {"name": name[:60]}


def settle(record: Record, resource: Resource) -> None:
    """Complete a record, normalise it and check it as a whole. Raises Invalid."""
    resource.complete(record)
    lines.place(record, resource)
    record.normalise()
    try:
        record.clean()
        constraints.validate(record)
    except ValidationError as error:
        raise Invalid(_messages(error)) from error


def columns_apart(resource: Resource, names: Collection[str]) -> set[str] | None:
    """The columns of fields on which nothing else in a record depends, so that it need not be settled after a change
    of them alone; None where something may."""
    fields = [resource.fields[name] for name in names if name in resource.fields]
    columns = indexes.columns_behind(resource, [path for field in fields for path in field.paths])
    return set(columns) if columns is not None and resource.model.apart.issuperset(columns) else None


def _messages(error: ValidationError) -> Errors:
    if not hasattr(error, "error_dict"):
        return {"": error.messages}
    return {
        "" if name == NON_FIELD_ERRORS else name: ValidationError(errors).messages
        for name, errors in error.error_dict.items()
    }
