"""Kinds of records that administrators make: what is done to them. Everyone sees a change with their next request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event, publish
from kizuna.base.identity.policies import require_admin
from kizuna.base.records import jobs
from kizuna.base.records.custom import catalogue, kinds
from kizuna.base.records.events import (
    CustomObjectAdded,
    CustomObjectChanged,
    CustomObjectPurged,
    CustomObjectRemoved,
    CustomObjectRestored,
)
from kizuna.base.records.models import CustomField, CustomObject
from kizuna.base.records.services import held
from kizuna.base.types.errors import Errors, Invalid, Refused, fill

MOST_OBJECTS = 100


@transaction.atomic
def add_custom_object(*, actor: Any, labels: Any, plural_labels: Any, **more: Any) -> CustomObject:
    """Make a new kind of record. Labels are a text or {language: text}; further: `name` (for the API), `name_labels`,
    `purpose`, `icon`, `group`.

    Nobody but administrators has a right to it until a role is given one. Raises Denied, Invalid with a message per
    input, or Refused when there are too many.
    """
    require_admin(actor)
    if CustomObject.objects.count() >= MOST_OBJECTS:
        message = _("There are %(limit)d kinds of records already. Delete one for good first.")
        raise Refused(fill(message, {"limit": MOST_OBJECTS}))
    name = more.pop("name", "")
    given = {"icon": "package", "group": "customers", **more, "labels": labels, "plural_labels": plural_labels}
    errors: Errors = {}
    definition = CustomObject()
    try:
        for attribute, value in kinds.understood(given).items():
            setattr(definition, attribute, value)
    except Invalid as problem:
        errors |= problem.errors
    try:
        definition.key = kinds.key_of(name, definition.labels)
    except Invalid as problem:
        errors |= problem.under("name").errors
    if errors:
        raise Invalid(errors)
    definition.plural = kinds.plural_of(definition.key, definition.plural_labels)
    try:
        with transaction.atomic():
            definition.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid({"name": [_("This name is taken.")]}) from error
    _announce(actor, CustomObjectAdded(**_facts(definition)))
    return definition


@transaction.atomic
def change_custom_object(
    *, actor: Any, definition: CustomObject, changes: Mapping[str, Any], version: int | None = None
) -> CustomObject:
    """Change what a kind of record is called and looks like; its API name stays. Raises Denied, Missing, Invalid,
    Stale."""
    stored = held.held(actor, definition, version=version)
    found = kinds.understood(changes)
    before = {name: getattr(stored, name) for name in found}
    changed = [name for name in found if before[name] != found[name]]
    if changed:
        for name in changed:
            setattr(stored, name, found[name])
        held.keep(stored)
        said = [{name: values[name] for name in changed} for values in (before, found)]
        _announce(actor, CustomObjectChanged(**_facts(stored), before=said[0], after=said[1]))
    return stored


@transaction.atomic
def remove_custom_object(*, actor: Any, definition: CustomObject, version: int | None = None) -> CustomObject:
    """Take a kind of record away; its records are kept, and its names stay taken. Raises Denied, Missing or Stale."""
    stored = held.remove(actor, definition, version)
    _announce(actor, CustomObjectRemoved(**_facts(stored)))
    return stored


@transaction.atomic
def restore_custom_object(*, actor: Any, definition: CustomObject) -> CustomObject:
    """Bring a removed kind of record back, with its records. Raises Denied, or Missing when it is gone for good."""
    stored = held.restore(actor, definition)
    _announce(actor, CustomObjectRestored(**_facts(stored)))
    for field in CustomField.objects.filter(resource=stored.key, deleted_at__isnull=True):
        jobs.index_custom_field.enqueue(field_id=field.pk)
    return stored


@transaction.atomic
def purge_custom_object(*, actor: Any, definition: CustomObject, confirmation: str) -> None:
    """Have a removed kind of record deleted for good, with all its records; `confirmation` is its API name, typed.

    Raises Denied, Missing, or Invalid when the name is another.
    """
    words = _("Type “%(name)s” to delete the records for good.")
    stored = held.let_go(actor, definition, name=definition.key, typed=confirmation, words=words)
    _announce(actor, CustomObjectPurged(**_facts(stored)))
    jobs.purge_custom_object.enqueue(object_id=stored.pk)


def _facts(definition: CustomObject) -> dict[str, Any]:
    return {"object_id": definition.pk, "resource": definition.key}


def _announce(actor: Any, event: Event) -> None:
    catalogue.publish_edition()
    publish(event, by=actor)
