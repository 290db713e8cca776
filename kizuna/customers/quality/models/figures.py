"""What was counted, and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

EVERYBODY = 0
"""Stands for all records, whoever owns them."""
ALL, QUEUE, PART = "all", "queue", "has:"
"""Codes of figures beside those of checks: how many records there are, wait for somebody, have a part (has:emails)."""


class Progress(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Round(models.Model):
    """One walk through all records. `seen_until` is the moment up to which changes have been looked at, by this round
    and by the small ones after it; `rules` stands for the rules that it went by."""

    state = models.CharField(max_length=8, choices=Progress, default=Progress.RUNNING)
    record_count = models.PositiveBigIntegerField(default=0)
    rules = models.CharField(max_length=64, blank=True, default="")
    seen_until = models.DateTimeField(null=True)
    job_id = models.BigIntegerField(null=True)
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="quality_rounds")]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="quality_one_round")
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state != Progress.RUNNING


class Figure(models.Model):
    """So many records of a kind, of one owner (0: of everybody; -1: of nobody). Counted in rounds, so that a page only
    adds up those whose records its reader may see."""

    resource = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    owner_id = models.BigIntegerField()
    count = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner_id", "resource", "code"], name="quality_figure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.code}: {self.count}"
