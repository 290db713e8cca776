"""By what a row's record can be known: fields that tell it alone, and several together where none does alone.

Together they are written "name+birth_on". One of them has to be sought by an index; the others are compared.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.resources import fields
from kizuna.base.resources.fields import Field, FullName, Points
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.mapping.targets import Target, importable, label_of
from kizuna.base.types.errors import fill

BETWEEN = "+"
MOST_PARTS = 3
POSTAL_CODE = "postal_code"
NAME = ("family_name", "given_name")


def matchable(resource: Resource, actor: Any) -> list[str]:
    """The fields by whose keys records can be known: those that the resource names first, then every other that has
    keys of its own."""
    readable = resource.readable_fields(actor)
    return [
        name
        for name in dict.fromkeys([*resource.match_keys, *readable])
        if name in readable and has_keys(resource, name)
    ]


def has_keys(resource: Resource, name: str) -> bool:
    """Whether records are kept with keys of this field."""
    field = resource.fields[name]
    if isinstance(field, Points):
        return field.point_kind in ("email", "phone", "handle")
    is_key = isinstance(field, fields.Phone) or (isinstance(field, fields.Text) and field.is_key)
    return is_key or name in resource.match_keys


def combinable(resource: Resource, actor: Any) -> list[str]:
    """What may be a part of a key: those that tell a record alone, its title, and what is compared beside them."""
    readable, title = resource.readable_fields(actor), resource.title_field
    offered = [one for one in importable(resource, actor) if one.name in readable]
    beside = [part for one in offered if (part := _compared(one)) and (one is not title or _is_sought(resource))]
    alone = matchable(resource, actor)
    return list(dict.fromkeys([*alone, *(name for name in beside if name == title.name), *beside]))


def _compared(field: Field) -> str:
    """The part of a key that a field is; "" for none."""
    if isinstance(field, Points):
        return f"{field.name}.{POSTAL_CODE}" if field.point_kind == "address" else ""
    is_simple = isinstance(field, FullName | fields.Day | fields.Choice | fields.Text)
    return field.name if is_simple and not isinstance(field, fields.LongText | fields.Link) else ""


def _is_sought(resource: Resource) -> bool:
    """Whether a record can be looked for by its title."""
    title = resource.title_field
    own = {column.name for column in resource.model._meta.concrete_fields}
    return own.issuperset(NAME) if isinstance(title, FullName) else title.path in own


def parts_of(written: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (part.strip() for part in written.split(BETWEEN)))))


def has_title(resource: Resource, parts: Collection[str]) -> bool:
    """Whether these fields say what a record is called."""
    is_named = isinstance(resource.title_field, FullName) and {*NAME} <= {*parts}
    return is_named or (resource.title in parts and _is_sought(resource))


def why_no_key(resource: Resource, actor: Any, written: str) -> Any:
    """What keeps this from being a key, in words; None when records can be known by it."""
    alone, together, parts = matchable(resource, actor), combinable(resource, actor), parts_of(written)
    strange = [part for part in parts if part not in together]
    if strange or not parts:
        return fill(_("No record is known by “%(name)s”."), {"name": (strange or [written])[0][:60]})
    if len(parts) > MOST_PARTS:
        return fill(_("A key has at most %(count)d fields."), {"count": MOST_PARTS})
    if len(parts) == 1 and parts[0] not in alone:
        words = _("“%(name)s” alone does not tell which record is meant. Choose what has to be the same beside it.")
        return fill(words, {"name": label_of(Target.parse(parts[0]), resource)})
    if not {*alone} & {*parts} and not has_title(resource, parts):
        offered = [name for name in together if name in alone or name == resource.title]
        labels = ", ".join(label_of(Target.parse(name), resource) for name in offered)
        return fill(_("One of the fields of a key has to be one of these: %(fields)s."), {"fields": labels})
    return None
