"""Custom fields: what administrators do to them. Everyone sees a change with their next request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import publish
from kizuna.base.identity.policies import require_admin
from kizuna.base.records import jobs
from kizuna.base.records.custom import catalogue, definitions, figuring
from kizuna.base.records.events import (
    CustomFieldAdded,
    CustomFieldChanged,
    CustomFieldPurged,
    CustomFieldRemoved,
    CustomFieldRestored,
    CustomFieldsReordered,
)
from kizuna.base.records.models import CustomField
from kizuna.base.records.services import held
from kizuna.base.resources import registry
from kizuna.base.resources.fields.formulas import Figured
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types import text
from kizuna.base.types.errors import Errors, Invalid, Missing, Refused, fill

MOST_FIELDS = 200
NEVER_REQUIRED = (CustomField.Kind.BOOLEAN, CustomField.Kind.FORMULA)
CHANGEABLE = ("labels", "help", "settings", "required", "section")


@transaction.atomic
def add_custom_field(*, actor: Any, resource: Resource, kind: str, labels: Any, **more: Any) -> CustomField:
    """Add a field to a kind of record. `labels` is a text or {language: text}; further: `name`, `help`, `settings`
    (with "default"), `required`, `section`.

    Raises Denied, Invalid with a message per input, or Refused when there are too many.
    """
    require_admin(actor)
    check_takes_fields(resource)
    if kind not in CustomField.Kind.values:
        raise Invalid({"kind": [_("Choose a kind of field.")]})
    existing = CustomField.objects.filter(resource=resource.key)
    if existing.count() >= MOST_FIELDS:
        raise Refused(fill(_("There are %(limit)d fields already. Delete one for good first."), {"limit": MOST_FIELDS}))
    definition = CustomField(resource=resource.key, kind=kind, position=_last(resource) + 1)
    errors = _assign(definition, {"labels": labels, "settings": {}, **more}, Reader.of(actor))
    try:
        definition.name = definitions.name_of(resource, more.get("name"), definition.labels, kind)
    except Invalid as problem:
        errors |= problem.under("name").errors
    if errors:
        raise Invalid(errors)
    try:
        with transaction.atomic():
            definition.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid({"name": [_("There is a field with this name.")]}) from error
    _announce(actor, CustomFieldAdded(**_facts(definition), kind=kind))
    if kind != CustomField.Kind.FORMULA:
        jobs.index_custom_field.enqueue(field_id=definition.pk)
    return definition


def check_takes_fields(resource: Resource) -> None:
    """Raise Missing for a kind of record to which no field can be added."""
    if not takes_fields(resource):
        raise Missing()


def takes_fields(resource: Resource) -> bool:
    return resource.has_trash and hasattr(resource.model, "custom") and "update" in resource.operations


def _last(resource: Resource) -> int:
    return CustomField.objects.filter(resource=resource.key).aggregate(last=Max("position"))["last"] or 0


@transaction.atomic
def change_custom_field(
    *, actor: Any, field: CustomField, changes: Mapping[str, Any], version: int | None = None
) -> CustomField:
    """Change what a field is called, offers or asks; its name and kind stay. Raises Denied, Missing, Invalid, Stale."""
    stored = held.held(actor, field, version=version)
    errors: Errors = {name: [_("This cannot be changed.")] for name in changes if name not in CHANGEABLE}
    before = {name: getattr(stored, name) for name in CHANGEABLE}
    errors |= _assign(stored, changes, Reader.of(actor))
    if errors:
        raise Invalid(errors)
    after = {name: getattr(stored, name) for name in CHANGEABLE}
    changed = [name for name in CHANGEABLE if before[name] != after[name]]
    if changed:
        held.keep(stored)
        said = [{name: values[name] for name in changed} for values in (before, after)]
        _announce(actor, CustomFieldChanged(**_facts(stored), before=said[0], after=said[1]))
    return stored


def _assign(definition: CustomField, given: Mapping[str, Any], reader: Reader) -> Errors:
    """Bring inputs into a definition; returns what is wrong with them."""
    errors: Errors = {}
    for name, understand in _INPUTS.items():
        if name in given:
            try:
                setattr(definition, name, understand(definition, given[name], reader))
            except Invalid as problem:
                errors |= problem.under(name).errors
    return errors


def _settings(definition: CustomField, raw: Any, reader: Reader) -> dict[str, Any]:
    before = definition.settings
    if definition.kind == CustomField.Kind.FORMULA:
        return figuring.understood(definition, registry.get(definition.resource), raw, before)
    found = definitions.settings_of(definition.kind, raw, before)
    is_given = isinstance(raw, Mapping) and "default" in raw
    default = raw["default"] if is_given else before.get("default")
    like = CustomField(pk=0, resource=definition.resource, name="x", kind=definition.kind, settings=found)
    try:
        stored = definitions.default_of(like, default, reader)
    except Invalid as problem:
        raise problem.under("default") from problem
    return found if stored is None else found | {"default": stored}


def _section(definition: CustomField, raw: Any, reader: Reader) -> str:
    found = text.clean(raw) if isinstance(raw, str) else ""
    if len(found) > definitions.LONGEST_LABEL:
        raise Invalid({"": [fill(_("At most %(limit)d characters."), {"limit": definitions.LONGEST_LABEL})]})
    return found


_INPUTS: dict[str, Any] = {
    "labels": lambda definition, raw, reader: definitions.labels(raw),
    "help": lambda definition, raw, reader: definitions.words(raw, definitions.LONGEST_HELP),
    "settings": _settings,
    "required": lambda definition, raw, reader: bool(raw) and definition.kind not in NEVER_REQUIRED,
    "section": _section,
}


@transaction.atomic
def reorder_custom_fields(*, actor: Any, resource: Resource, ids: Sequence[int]) -> None:
    """Put the fields of a kind of record in this order; those not named follow as they stood. Raises Denied."""
    require_admin(actor)
    rows = CustomField.objects.select_for_update().filter(resource=resource.key).order_by("position", "pk")
    stored = {one.pk: one for one in rows}
    before = list(stored)
    wanted = [*dict.fromkeys(pk for pk in ids if pk in stored), *(pk for pk in before if pk not in ids)]
    if wanted == before:
        return
    for position, pk in enumerate(wanted, start=1):
        stored[pk].position = position
    CustomField.objects.bulk_update(stored.values(), ["position"])
    _announce(actor, CustomFieldsReordered(resource=resource.key, ids=tuple(wanted)))


@transaction.atomic
def remove_custom_field(*, actor: Any, field: CustomField, version: int | None = None) -> CustomField:
    """Take a field away; its values are kept, and its name stays taken. Raises Denied, Missing or Stale."""
    stored = held.remove(actor, field, version)
    _announce(actor, CustomFieldRemoved(**_facts(stored)))
    return stored


@transaction.atomic
def restore_custom_field(*, actor: Any, field: CustomField) -> CustomField:
    """Bring a removed field back, with its values. Raises Denied, or Missing when it is gone for good."""
    stored = held.restore(actor, field)
    _announce(actor, CustomFieldRestored(**_facts(stored)))
    if stored.kind != CustomField.Kind.FORMULA:
        jobs.index_custom_field.enqueue(field_id=stored.pk, is_back=True)
    return stored


@transaction.atomic
def purge_custom_field(*, actor: Any, field: CustomField, confirmation: str) -> None:
    """Have a removed field and all its values deleted for good; `confirmation` is its name, typed.

    Raises Denied, Missing, or Invalid when the name is another.
    """
    words = _("Type “%(name)s” to delete the values for good.")
    stored = held.let_go(actor, field, name=field.name, typed=confirmation, words=words)
    _announce(actor, CustomFieldPurged(**_facts(stored)))
    jobs.purge_custom_field.enqueue(field_id=stored.pk)


def _facts(definition: CustomField) -> dict[str, Any]:
    return {"field_id": definition.pk, "resource": definition.resource, "name": definition.name}


def _announce(actor: Any, event: Any) -> None:
    catalogue.publish_edition()
    publish(event, by=actor)
    _index_formulas(event.resource)


def _index_formulas(key: str) -> None:
    """Have an index made of every formula that has none of what it means now: its own words or those of another that
    it reads may have changed."""
    resource = registry.find(key)
    for field in resource.fields.values() if resource else ():
        if isinstance(field, Figured) and field.is_indexed and not field.formula.has_index:
            jobs.index_custom_field.enqueue(field_id=field.number)
