"""Parts of forms: what a room adds under the fields of a kind of record, where the kind itself lies on a floor below.

A room registers its parts when it is ready (`apps.py`): `form_parts.register(FormPart(…))`. They stand in the form of a
new record, in that of an edit and in the composer, and are drawn anew whenever somebody changed a field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from kizuna.base.records.models import Record
from kizuna.base.resources.resource import Resource

Shown = Callable[[Any, QueryDict, Record | None], dict[str, Any] | None]
Keep = Callable[[Any, QueryDict, Record], None]


@dataclass(frozen=True)
class FormPart:
    """`shown` makes what `template` draws (as `part`) of the actor, the form as it would be posted now, and the record
    (None: a new one); None draws nothing, and it passes over what cannot be understood yet. `keep` stores what was
    chosen in the part, in the transaction that saves the record; a form that is sent twice comes here twice."""

    resource: str
    template: str
    shown: Shown
    keep: Keep | None = None


_parts: list[FormPart] = []


def register(part: FormPart) -> None:
    _parts.append(part)


def of(resource: Resource) -> list[FormPart]:
    return [part for part in _parts if part.resource == resource.key]


def drawn(resource: Resource, actor: Any, given: QueryDict, record: Record | None) -> dict[str, Any] | None:
    """What `ui/parts/form_parts.html` needs; None where no room has a part in the form."""
    parts = of(resource)
    if not parts:
        return None
    found = [(part.template, part.shown(actor, given, record)) for part in parts]
    return {
        "url": f"{resource.list_url}/form-parts" + (f"?record={record.pk}" if record else ""),
        "shown": [{"template": template, "context": context} for template, context in found if context is not None],
    }


def keep(resource: Resource, actor: Any, given: QueryDict, record: Record) -> None:
    """Store what was chosen in the parts; the caller holds the transaction."""
    for part in of(resource):
        if part.keep is not None:
            part.keep(actor, given, record)


def as_posted(fields: Iterable[dict[str, Any]], besides: QueryDict) -> QueryDict:
    """What a form with these controls would post: their values, and what the address gives beside them."""
    found = besides.copy()
    for field in fields:
        if isinstance(field["value"], str | int):
            found[field["name"]] = str(field["value"])
    return found
