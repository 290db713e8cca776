"""Kinds of records that administrators made: a model and a resource of each, the same in kind as those of rooms.

The rows of all of them lie in one table. The model of one kind is a proxy that sees only its own; it knows no more than
its name, so one class serves every database and lasts as long as the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from django.apps.registry import Apps
from django.db import models, transaction
from django.utils import timezone

from kizuna.base.access import services as access
from kizuna.base.layouts import services as layouts
from kizuna.base.records import indexes
from kizuna.base.records.custom.making import said
from kizuna.base.records.models import CustomField, CustomObject, CustomRecord, RecordQuerySet
from kizuna.base.resources import derive, registry
from kizuna.base.resources.fields import Field
from kizuna.base.resources.resource import Resource

Kind = CustomField.Kind
BATCH = 500
MOST_COLUMNS, MOST_FACTS = 5, 3
SHORT = {Kind.CHOICE, Kind.DATE, Kind.MOMENT, Kind.MONEY, Kind.NUMBER, Kind.RELATION, Kind.BOOLEAN}

_models: dict[str, type[CustomRecord]] = {}
_forget: list[Callable[[str], None]] = [access.forget_kind, layouts.forget_kind]


class OfOneKind(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """The rows of one kind."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(kind=self.model._meta.model_name)


def model_of(key: str) -> type[CustomRecord]:
    """The model of a kind. Its registry of models is its own: Django's is for those that have tables."""
    found = _models.get(key)
    if found is None:
        meta = type("Meta", (), {"proxy": True, "app_label": CustomRecord._meta.app_label, "apps": Apps()})
        body = {"__module__": __name__, "Meta": meta, "objects": OfOneKind()}
        found = _models.setdefault(key, type(key, (CustomRecord,), body))
    return found


class Made(Resource):
    """What custom objects have in common."""

    title = "name"
    sort = "name"
    exclude = ("kind",)
    mergeable = True
    name_label: Any = ""

    @cached_property
    def declared(self) -> dict[str, Field]:
        found = derive.fields_of(self)
        if self.name_label:
            found["name"].label = self.name_label
        return {"name": found.pop("name"), **found}


def resource_of(definition: CustomObject, fields: Sequence[CustomField] = ()) -> Resource:
    """The resource of a definition; its own fields say what stands in lists and heads where nobody chose."""
    model = model_of(definition.key)
    short = [one.name for one in fields if one.kind in SHORT]
    relation = next((one.name for one in fields if one.kind == Kind.RELATION), "")
    body = {
        "__module__": __name__,
        "model": model,
        "plural": definition.plural,
        "label": said(definition.labels),
        "plural_label": said(definition.plural_labels),
        "purpose": said(definition.purpose) if definition.purpose else "",
        "name_label": said(definition.name_labels) if definition.name_labels else "",
        "icon": definition.icon,
        "group": definition.group,
        "columns": ("name", *_columns(fields), "owner", "updated_at"),
        "facts": tuple(short[:MOST_FACTS]),
        "subtitle": (relation,) if relation else (),
        "board_by": _first(fields, Kind.CHOICE),
        "calendar_by": _first(fields, Kind.DATE, Kind.MOMENT),
        "actions": registry.verbs_for(model),
    }
    return type(definition.key, (Made,), body)()


def _columns(fields: Sequence[CustomField]) -> list[str]:
    return [one.name for one in fields if one.kind != Kind.LONG][:MOST_COLUMNS]


def _first(fields: Sequence[CustomField], *kinds: str) -> str:
    return next((one.name for one in fields if one.kind in kinds), "")


# Gone for good ------------------------------------------------------------------------------------------------------


def when_purged(forget: Callable[[str], None]) -> Callable[[str], None]:
    """Have a function called with the key of a kind that is gone for good, to delete what hangs on its records."""
    _forget.append(forget)
    return forget


def drop_records(definition: CustomObject) -> Iterator[int]:
    """Delete every record of a kind and what it is found by; yields how many each batch had, a transaction each."""
    resource = resource_of(definition)
    while True:
        with transaction.atomic():
            found = list(resource.model._default_manager.order_by("pk")[:BATCH])
            if not found:
                return
            for record in found:
                record.deleted_at = timezone.now()
            indexes.refresh(resource, found)
            CustomRecord.objects.filter(pk__in=[record.pk for record in found]).delete()
        yield len(found)


def drop_rest(definition: CustomObject) -> None:
    """Delete what other rooms keep of a kind, and then the kind itself."""
    for forget in _forget:
        forget(definition.key)
    definition.delete()
