"""Scan: one search for duplicates. Pair: two records that may be one, and what somebody decided."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.types import ties


class State(models.TextChoices):
    """How far a scan has come."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Scan(models.Model):
    """`weights` is what the records taught (`weighing.Weights` as JSON); `job_id` is the job that does it."""

    resource = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    record_count = models.PositiveBigIntegerField(default=0)
    compared_count = models.PositiveBigIntegerField(default=0)
    found_count = models.PositiveBigIntegerField(default=0)
    weights = models.JSONField(default=dict)
    job_id = models.BigIntegerField(null=True)
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("search for duplicates")
        verbose_name_plural = _("searches for duplicates")
        indexes = [models.Index(fields=["resource", "-id"], name="duplicates_scans_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["resource"], condition=Q(state__in=("waiting", "running")), name="duplicates_one_scan"
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource} #{self.pk}"

    @property
    def is_over(self) -> bool:
        return self.state in (State.DONE, State.FAILED)


class Pair(models.Model):
    """Two records of one kind, the older one first. `certainty` is how likely they are one, from 0 to 1.

    A pair that somebody told apart stays, so that no further search brings it up again.
    """

    resource = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    certainty = models.FloatField()
    scan = models.ForeignKey(Scan, models.SET_NULL, null=True, related_name="pairs")
    found_at = models.DateTimeField(default=timezone.now)
    apart_at = models.DateTimeField(null=True)
    apart_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Leave(), "other_id": ties.Leave()}
    rows_called: ClassVar = _("pairs of possible duplicates")

    class Meta:
        verbose_name = _("pair")
        verbose_name_plural = _("pairs")
        indexes = [
            models.Index(
                fields=["resource", "-certainty", "-id"], condition=Q(apart_at__isnull=True), name="duplicates_open"
            ),
            models.Index(fields=["resource", "other_id"], name="duplicates_of_other"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["resource", "record_id", "other_id"], name="duplicates_pair_once"),
            models.CheckConstraint(condition=Q(record_id__lt=F("other_id")), name="duplicates_older_first"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.record_id} = {self.other_id}"
