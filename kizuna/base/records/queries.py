"""Which custom fields and objects there are, also those that were taken away: for the settings."""

from __future__ import annotations

from typing import Any

from kizuna.base.identity.policies import require_admin
from kizuna.base.records.models import CustomField, CustomObject
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing


def custom_fields(actor: Any, resource: Resource) -> list[CustomField]:
    """All definitions of a kind of record in their order, without those that are being purged. Raises Denied."""
    require_admin(actor)
    rows = CustomField.objects.filter(resource=resource.key, purge_asked_at__isnull=True)
    return list(rows.order_by("position", "pk"))


def custom_field(actor: Any, resource: Resource, field_id: int) -> CustomField:
    """One of them. Raises Denied or Missing."""
    require_admin(actor)
    found = next((one for one in custom_fields(actor, resource) if one.pk == field_id), None)
    if found is None:
        raise Missing()
    return found


def any_custom_field(actor: Any, field_id: int) -> CustomField:
    """A definition of any kind of record that is there. Raises Denied or Missing."""
    require_admin(actor)
    found = CustomField.objects.filter(pk=field_id, purge_asked_at__isnull=True).first()
    if found is None or registry.find(found.resource) is None:
        raise Missing()
    return found


def custom_objects(actor: Any) -> list[CustomObject]:
    """All definitions in their order, without those that are being purged. Raises Denied."""
    require_admin(actor)
    return list(CustomObject.objects.filter(purge_asked_at__isnull=True).order_by("pk"))


def custom_object(actor: Any, object_id: int) -> CustomObject:
    """One of them. Raises Denied or Missing."""
    found = next((one for one in custom_objects(actor) if one.pk == object_id), None)
    if found is None:
        raise Missing()
    return found
