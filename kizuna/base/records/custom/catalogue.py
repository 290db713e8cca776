"""The current edition of a database's custom fields and objects: one small read tells whether the known one is it."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass

from django.db import router

from kizuna.base.records.custom import figuring, making, objects
from kizuna.base.records.models import CustomEdition, CustomField, CustomObject
from kizuna.base.resources import editions, registry
from kizuna.base.resources.editions import Edition
from kizuna.base.resources.fields import Field
from kizuna.base.resources.resource import Resource, Section
from kizuna.base.types.ready import Ready

_DEFINITIONS = "definitions"
_known: dict[str, Edition] = {}
"""The last edition seen of each database. Tokens are never used twice, so one that was rolled back does no harm."""


_TOKEN = Ready(lambda: CustomEdition.objects.filter(pk=1).values_list("token", flat=True))


def alias() -> str:
    return router.db_for_read(CustomEdition)


def look(using: str) -> Edition:
    """The current edition of a database."""
    token = next(iter(_TOKEN.ask()), "")
    known = _known.get(using)
    if known is None or known.token != token:
        known = _known[using] = made(using, token) if token else Edition()
    return known


@dataclass(frozen=True)
class Definitions:
    """What administrators added to a database, as it is stored; `token` is that of its edition."""

    token: str
    kinds: list[CustomObject]
    fields: list[CustomField]


def made(using: str, token: str) -> Edition:
    """Every definition of a database, read in two queries and understood."""
    kinds = CustomObject.objects.using(using).filter(deleted_at__isnull=True).order_by("pk")
    found = CustomField.objects.using(using).filter(deleted_at__isnull=True).order_by("position", "pk")
    return edition_of(Definitions(token, list(kinds), list(found)))


def definitions_of(edition: Edition) -> Definitions:
    """What an edition was made of, so that another process can make it."""
    return edition.keep(_DEFINITIONS, lambda: Definitions(edition.token, [], []))


def edition_of(definitions: Definitions) -> Edition:
    """Definitions understood: the fields, sections and kinds of record that they make."""
    kinds = definitions.kinds
    declared = {resource.key: resource for resource in registry.declared()}
    keys = {*declared, *(one.key for one in kinds)}
    by_resource: dict[str, list[CustomField]] = defaultdict(list)
    for definition in definitions.fields:
        if leads_somewhere(definition, keys):
            by_resource[definition.resource].append(definition)
    own = {one.key: objects.resource_of(one, by_resource[one.key]) for one in kinds}
    known = declared | own
    fields: dict[str, dict[str, Field]] = {}
    sections: dict[str, list[Section]] = {}
    for key, found in by_resource.items():
        resource = known.get(key)
        if resource is None:  # its room is not installed, or it was removed
            continue
        fields[key] = fields_of(resource, found)
        sections[key] = making.sections_of([one for one in found if one.name in fields[key]])
    edition = Edition(definitions.token, fields, sections, own)
    edition.keep(_DEFINITIONS, lambda: definitions)
    return edition


def fields_of(resource: Resource, definitions: Sequence[CustomField]) -> dict[str, Field]:
    """The fields of one kind of record, in the order of their definitions."""
    formulas = [one for one in definitions if one.kind == CustomField.Kind.FORMULA]
    found: dict[str, Field] = {one.name: making.field_of(one) for one in definitions if one not in formulas}
    for field in found.values():
        field.resource = resource
    figured = figuring.fields_of(formulas, found | resource.declared)
    for field in figured.values():
        field.resource = resource
    found |= figured
    return {one.name: found[one.name] for one in definitions if one.name in found}


def leads_somewhere(definition: CustomField, known: Container[str]) -> bool:
    """Whether the other end of a relation is there; while it is not, the field is away like a removed one."""
    return definition.kind != CustomField.Kind.RELATION or definition.settings["target"] in known


def publish_edition() -> None:
    """Say that the definitions changed: everyone else sees it with their next request, this unit of work at once.

    Belongs into the transaction that changes them.
    """
    CustomEdition.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(16)})
    editions.look_again()


editions.provide(alias, look, publish_edition)
