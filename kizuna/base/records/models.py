"""The base of every noun: who made it, who owns it, which version it is, and whether it lies in the trash."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access.policy import AccessQuerySet
from kizuna.base.resources.models import Redirect
from kizuna.base.types import text, ties
from kizuna.base.types.columns import FoldedNamesField, SortKeyField
from kizuna.base.types.custom_values import CustomValuesField
from kizuna.base.types.names import folded

LIVE = models.Q(deleted_at__isnull=True)


class RecordQuerySet(AccessQuerySet):
    """Words every record's queryset knows. `visible_to` and `permitted` leave out the trash."""

    def live(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def trashed(self) -> Self:
        """What can be brought back; not what was merged into something else."""
        merged = Redirect.objects.filter(resource=self.model._meta.model_name, record_id=OuterRef("pk"))
        return self.filter(~Exists(merged), deleted_at__isnull=False)

    def visible_to(self, actor: Any) -> Self:
        return self.live().permitted(actor, "read")


class Record(models.Model):
    """A business record. Subclasses add fields and may override `normalise`; `save()` is never overridden."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    updated_at = models.DateTimeField(_("last change"), default=timezone.now, editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, editable=False)
    custom = CustomValuesField()

    objects = RecordQuerySet.as_manager()

    apart: ClassVar[frozenset[str]] = frozenset()
    """Columns (by attribute) of which nothing else in a record is derived, and to which `normalise`, `clean` and the
    constraints do nothing that their fields have not done. A change of these alone settles nothing else, and in many
    records at once it reads nothing else."""

    figures: ClassVar[frozenset[str]] = frozenset()
    """Columns that other rooms keep up to date by what hangs on the record: a change of them is no change of it."""

    class Meta:
        abstract = True

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    def normalise(self) -> None:
        """Bring the fields into storage form and compute the derived ones, in memory. Called before each write."""


class CustomField(models.Model):
    """A field that an administrator added to a kind of record. Its values lie in `Record.custom` under "f<id>".

    Labels and help are {"": in any language, "ja": …}. `settings` say what the kind needs: "choices" (code, labels,
    retired), "target" (a resource key), "places", "currency", "default", "expression" and its "type". Removed means
    `deleted_at`: the name stays taken and the values stay, until `purge_asked_at`.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        LONG = "long", _("Long text")
        NUMBER = "number", _("Number")
        MONEY = "money", _("Money")
        DATE = "date", _("Day")
        MOMENT = "moment", _("Moment")
        CHOICE = "choice", _("Choice")
        CHOICES = "choices", _("Several choices")
        BOOLEAN = "boolean", _("Yes or no")
        RELATION = "relation", _("Relation")
        URL = "url", _("Web address")
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        POSITION = "position", _("Position")
        FORMULA = "formula", _("Formula")

    resource = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    labels = models.JSONField(default=dict)
    help = models.JSONField(default=dict, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    indexed = models.CharField(max_length=8, blank=True, default="", editable=False)
    """Of a formula: the mark of the meaning of which the database has an index."""
    required = models.BooleanField(default=False)
    section = models.CharField(max_length=60, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)
    purge_asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "name"], name="records_one_custom_name")]

    def __str__(self) -> str:
        return f"{self.resource}.{self.name}"

    @property
    def slot(self) -> str:
        return f"f{self.pk}"


class CustomObject(models.Model):
    """A kind of record that an administrator made. Its records are rows of `CustomRecord`, its fields custom fields.

    `labels`, `plural_labels`, `name_labels` (of the field for the name) and `purpose` are {"": …, "ja": …}. Removed
    means `deleted_at`: its records stay, until `purge_asked_at`.
    """

    key = models.CharField(max_length=40, unique=True)
    plural = models.CharField(max_length=60, unique=True)
    labels = models.JSONField(default=dict)
    plural_labels = models.JSONField(default=dict)
    name_labels = models.JSONField(default=dict, blank=True)
    purpose = models.JSONField(default=dict, blank=True)
    icon = models.CharField(max_length=40)
    group = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)
    purge_asked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class CustomRecord(Record):
    """A record of a kind that an administrator made. `custom.objects` makes a model for each `kind`."""

    kind = models.CharField(max_length=40, editable=False)
    name = models.CharField(_("name"), max_length=300)
    sort_key = SortKeyField()
    folded_names = FoldedNamesField(is_indexed=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "sort_key", "id"], condition=LIVE, name="records_custom_sort"),
            models.Index(fields=["kind", "owner", "sort_key", "id"], condition=LIVE, name="records_custom_owner"),
            models.Index(fields=["kind", "updated_at", "id"], condition=LIVE, name="records_custom_updated"),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.kind = self._meta.model_name or ""
        self.name = text.clean(self.name)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)


class CustomEdition(models.Model):
    """One row that says which edition of custom fields and objects is current: its token is new after every change."""

    token = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.token


class Submission(models.Model):
    """A form or API call that made a record, by the token it carried: sent twice, it makes one record."""

    actor_id = models.BigIntegerField()
    token = models.CharField(max_length=100)
    resource = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Leave()}
    rows_called: ClassVar = _("receipts of forms that were sent")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "token"], name="records_one_submission")]
        indexes = [models.Index(fields=["created_at"], name="records_submission_age")]

    def __str__(self) -> str:
        return f"{self.resource}:{self.record_id}"
