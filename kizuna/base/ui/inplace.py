"""What stood in fields when they were drawn: what others did to the rest of a record meanwhile is no obstacle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.http import QueryDict

from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources.fields import Field
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Stale
from kizuna.base.ui import controls


def mark(field: Field, value: Any) -> str:
    """What tells one value of a field from others, and no more of it."""
    written = json.dumps(field.to_json(value), sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def drawn(field: Field, record: Record) -> dict[str, Any]:
    """What the control of a field brings back to `keep`: the version of the record, and a mark of what stands in it."""
    return {"version": record.version, "seen": mark(field, field.read(record))}


def keep(*, actor: Any, resource: Resource, record: Record, name: str, raw: Any, data: QueryDict) -> Record:
    """Save what was typed into a field. Raises Stale when somebody changed this very field since it was drawn, and
    whatever `records.update` raises besides."""
    field = resource.fields[name]

    def change(version: int | None) -> Record:
        return records.update(actor=actor, record=record, changes={name: raw}, version=version)

    return settled(
        change,
        version=controls.version_of(data),
        is_as_seen=lambda current: data.get("seen") == mark(field, field.read(current)),
    )


def settled(
    change: Callable[[int | None], Record], *, version: int | None, is_as_seen: Callable[[Record], bool]
) -> Record:
    """Do `change` to the version that somebody saw; where others changed the record since, but not what `is_as_seen`
    looks at, to the version that there is now. Raises Stale where they changed that too."""
    try:
        return change(version)
    except Stale as error:
        if not is_as_seen(error.current):
            raise
        return change(error.current.version)
