"""The index over values of which a record has many: e-mail addresses, phone numbers, tags, domains."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q


class Key(models.Model):
    """One value by which a record can be found: (contact, "emails", "yoko@aoba.example") -> 42.

    Rows are derived from the record's own fields in the transaction that writes it; records in the trash have none.
    """

    resource = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=254)
    record_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["resource", "kind", "key", "record_id"], name="resources_key_find"),
            models.Index(fields=["resource", "record_id"], name="resources_key_record"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}:{self.record_id} {self.kind}={self.key}"


def having(resource: str, kind: str, keys: Iterable[str] | None = None, *, prefix: str = "", part: str = "") -> Q:
    """Rows of a resource's model with any of `keys` (any key at all when None), beginning so or containing that."""
    found = Key.objects.filter(resource=resource, kind=kind)
    if keys is not None:
        found = found.filter(key__in=tuple(keys))
    if prefix:
        found = found.filter(key__gte=prefix, key__lt=prefix + "\U0010ffff")
    if part:
        found = found.filter(key__contains=part)
    return Q(pk__in=found.values("record_id"))
