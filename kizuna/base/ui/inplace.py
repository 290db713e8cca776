"""What stood in fields when they were drawn: what others did to the rest of a record meanwhile is no obstacle."""

from __future__ import annotations

import hashlib
import json
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
    version = controls.version_of(data)
    try:
        return records.update(actor=actor, record=record, changes={name: raw}, version=version)
    except Stale as error:
        now = drawn(resource.fields[name], error.current)
        if data.get("seen") != now["seen"]:
            raise
        return records.update(actor=actor, record=record, changes={name: raw}, version=now["version"])
