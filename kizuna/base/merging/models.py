"""A merge: which records became one, what they were before, and what moved from where."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.types import ties

SURVIVES = {"survivor_id": ties.Leave()}


class Merge(models.Model):
    """`before` and `after` are the columns of the record that stays, as they were and as the merge left them; the rows
    of the others stay in their table as they are. Both are empty once forgotten: then it cannot be taken apart.

    `kept` is what other rooms keep of it, by their name; `titles` what the records were called.
    """

    resource = models.CharField(max_length=60)
    survivor_id = models.BigIntegerField()
    others = models.JSONField(default=list)
    titles = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)
    moved_count = models.PositiveIntegerField(default=0)
    merged_at = models.DateTimeField(default=timezone.now)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    when_merged: ClassVar[ties.Rules] = SURVIVES

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        indexes = [
            models.Index(fields=["resource", "survivor_id", "-id"], name="merging_of_record"),
            models.Index(fields=["-id"], condition=Q(undone_at__isnull=True), name="merging_standing"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}:{self.survivor_id} #{self.pk}"

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None

    @property
    def is_forgotten(self) -> bool:
        """Whether what the records were is known no more."""
        return not self.before


class Moved(models.Model):
    """Rows of one table that moved from one record to another, or were set aside, in the order in which it was done.

    `column` of the table `model` ("timeline.note", or the key of a custom object) pointed to `from_id` of `target`;
    `ids` are the rows; of what was set aside [row, the row that stands for it or null], of what was taken out
    all columns.
    """

    class How(models.TextChoices):
        MOVED = "moved", _("Moved")
        ASIDE = "aside", _("Set aside")
        TAKEN = "taken", _("Taken out")

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="moves")
    how = models.CharField(max_length=5, choices=How)
    model = models.CharField(max_length=100)
    column = models.CharField(max_length=60)
    target = models.CharField(max_length=60)
    from_id = models.BigIntegerField()
    to_id = models.BigIntegerField(null=True)
    ids = models.JSONField(default=list)

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        constraints = [
            models.CheckConstraint(name="merging_how_known", condition=Q(how__in=("moved", "aside", "taken")))
        ]

    def __str__(self) -> str:
        return f"{self.model}.{self.column}: {self.from_id} → {self.to_id}"
