"""Books that are merged, in few words."""

from __future__ import annotations

from typing import Any

from kizuna.base.identity.models import User
from kizuna.base.merging import queries
from kizuna.base.merging import services as merging
from kizuna.base.merging.images import row_image
from kizuna.base.merging.models import Merge
from kizuna.base.records import services as records
from kizuna.base.resources import registry


def make(actor: User, key: str, **values: Any) -> Any:
    return records.create(actor=actor, resource=registry.get(key), values=values)


def merge(actor: User, survivor: Any, *others: Any, **options: Any) -> Merge:
    found = merging.merge_records(
        actor=actor, resource=registry.of(survivor), survivor=survivor, others=others, **options
    )
    assert isinstance(found, Merge)
    return found


def look(actor: User, survivor: Any, *others: Any, **options: Any) -> queries.Preview:
    found = merging.merge_records(
        actor=actor, resource=registry.of(survivor), survivor=survivor, others=others, dry_run=True, **options
    )
    assert isinstance(found, queries.Preview)
    return found


def stored(record: Any) -> dict[str, Any]:
    """All columns as they are in the database, but for the version, which never comes twice."""
    found = row_image(type(record)._default_manager.get(pk=record.pk))
    return {name: value for name, value in found.items() if name != "version"}
