"""The current edition of a database's custom fields: one small read tells whether the known one is still current."""

from __future__ import annotations

import secrets
from collections import defaultdict

from django.db import router

from kizuna.base.records.custom import making
from kizuna.base.records.models import CustomEdition, CustomField
from kizuna.base.resources import editions, registry
from kizuna.base.resources.editions import Edition
from kizuna.base.resources.fields import Field
from kizuna.base.resources.resource import Section
from kizuna.base.types.errors import Missing

_known: dict[str, Edition] = {}
"""The last edition seen of each database. Tokens are never used twice, so one that was rolled back does no harm."""


def alias() -> str:
    return router.db_for_read(CustomEdition)


def look(using: str) -> Edition:
    """The current edition of a database."""
    row = CustomEdition.objects.using(using).filter(pk=1).values_list("token", flat=True)[:1]
    token = next(iter(row), "")
    known = _known.get(using)
    if known is None or known.token != token:
        known = _known[using] = made(using, token) if token else Edition()
    return known


def made(using: str, token: str) -> Edition:
    by_resource: dict[str, list[CustomField]] = defaultdict(list)
    definitions = CustomField.objects.using(using).filter(deleted_at__isnull=True).order_by("position", "pk")
    for definition in definitions:
        by_resource[definition.resource].append(definition)
    fields: dict[str, dict[str, Field]] = {}
    sections: dict[str, list[Section]] = {}
    for key, found in by_resource.items():
        try:
            resource = registry.get(key)
        except Missing:  # its room is not installed
            continue
        made_fields: dict[str, Field] = {definition.name: making.field_of(definition) for definition in found}
        for field in made_fields.values():
            field.resource = resource
        fields[key], sections[key] = made_fields, making.sections_of(found)
    return Edition(token, fields, sections)


def publish_edition() -> None:
    """Say that the definitions changed: everyone else sees it with their next request, this unit of work at once.

    Belongs into the transaction that changes them.
    """
    CustomEdition.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(16)})
    editions.look_again()


editions.provide(alias, look)
