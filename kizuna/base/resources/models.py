"""The index over values of which a record has many: e-mail addresses, phone numbers, tags, domains."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.types import erasing, ties
from kizuna.base.types.among import among


class Key(models.Model):
    """One value by which a record can be found: (contact, "emails", "yoko@aoba.example") -> 42.

    Rows are derived from the record's own fields in the transaction that writes it; records in the trash have none.
    A record that was merged keeps its own, and what looks for records by keys follows its `Redirect`.
    """

    resource = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=254)
    record_id = models.BigIntegerField()

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Leave()}
    rows_called: ClassVar = _("addresses, numbers and tags, for finding")

    class Meta:
        indexes = [
            models.Index(fields=["resource", "kind", "key", "record_id"], name="resources_key_find"),
            models.Index(fields=["resource", "record_id"], name="resources_key_record"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}:{self.record_id} {self.kind}={self.key}"


class Redirect(models.Model):
    """That a record was merged (by the merge `merge_id`), and which one stands for it now: never a merged one itself.

    The row of the merged record stays in its table, out of sight; it is in no trash. `into_id` is empty for what is
    only set aside while a merge stands.
    """

    resource = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    into_id = models.BigIntegerField(null=True)
    merge_id = models.BigIntegerField()

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Leave(), "into_id": ties.Move()}
    when_erased: ClassVar[erasing.Rules] = dict.fromkeys(
        ("record_id", "into_id"), erasing.Keep(_("That two numbers meant one record."))
    )
    rows_called: ClassVar = _("former numbers of merged records")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "record_id"], name="resources_one_redirect")]
        indexes = [
            models.Index(fields=["resource", "into_id"], name="resources_redirect_into"),
            models.Index(fields=["merge_id"], name="resources_redirect_merge"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}:{self.record_id} → {self.into_id}"


def having(
    resource: str, kind: str, keys: Iterable[str] | None = None, *, prefix: str = "", part: str = "", suffix: str = ""
) -> Q:
    """Rows of a resource's model with any of `keys` (any at all when None), beginning or ending so, containing that."""
    found = Key.objects.filter(resource=resource, kind=kind)
    if keys is not None:
        found = found.filter(key__in=tuple(keys))
    if prefix:
        found = found.filter(key__gte=prefix, key__lt=prefix + "\U0010ffff")
    if part:
        found = found.filter(key__contains=part)
    if suffix:
        found = found.filter(key__endswith=suffix)
    return Q(Among(found.values("record_id")))


class Among(Func):
    """Whether a row's id is among those of a queryset; see `types.among`."""

    def __init__(self, ids: models.QuerySet) -> None:
        super().__init__(F("pk"), output_field=models.BooleanField())
        self.ids = ids

    def as_sql(self, compiler: Any, connection: Any, *_options: Any, **_extra: Any) -> Any:
        row, values = compiler.compile(self.source_expressions[0])
        ids, asked = self.ids.query.get_compiler(connection=connection).as_sql()
        found, asked = among(row, ids, asked, compiler, connection)
        return found, [*values, *asked]
