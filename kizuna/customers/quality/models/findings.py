"""What was found about records, and what people decided about it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.types import ties
from kizuna.base.types.ready import Given
from kizuna.customers.quality.models import checks


class State(models.TextChoices):
    """What somebody decided."""

    RIGHT = "right", _("Confirmed as right")
    LATER = "later", _("To be looked at again")


class Verdict(models.Model):
    """What somebody decided about a record at a moment: never changed, at most taken back. `until` is the day from
    which on it is asked about again; `codes` are the findings that were open then."""

    resource = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State)
    until = models.DateField()
    codes = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    taken_back_at = models.DateTimeField(null=True)

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Move()}
    rows_called: ClassVar = _("decisions about data quality")

    class Meta:
        indexes = [models.Index(fields=["resource", "record_id", "-id"], name="quality_verdicts_of")]

    def __str__(self) -> str:
        return f"{self.resource}:{self.record_id} {self.state}"


class FindingQuerySet(models.QuerySet):
    def open(self, today: dt.date | Given | None = None) -> FindingQuerySet:
        """What nobody has decided about, or long enough ago; `today` is that of who asks."""
        day = today or timezone.localdate()
        return self.filter(Q(settled_until__isnull=True) | Q(settled_until__lte=day))

    def asking(self) -> FindingQuerySet:
        """What a person has to decide about."""
        return self.filter(code__in=checks.ASKING)


class Finding(models.Model):
    """That something holds of a record: derived, but for what people entered. Settled until a day when somebody
    decided."""

    resource = models.CharField(max_length=40)
    code = models.CharField(max_length=16)
    record_id = models.BigIntegerField()
    since = models.DateTimeField(default=timezone.now)
    settled_until = models.DateField(null=True)
    verdict = models.ForeignKey(Verdict, models.SET_NULL, null=True, related_name="+")

    objects = FindingQuerySet.as_manager()

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Leave()}
    rows_called: ClassVar = _("findings about data quality")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "record_id", "code"], name="quality_found_once"),
        ]
        indexes = [
            models.Index(fields=["resource", "code", "record_id", "settled_until"], name="quality_found"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}:{self.record_id} {self.code}"
