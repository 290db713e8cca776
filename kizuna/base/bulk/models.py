"""Sheet: one change of many records, how far it is, and what became of each of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources import registry


class State(models.TextChoices):
    """How far it has come."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Stopped")
    FAILED = "failed", _("Failed")


class Operation(models.TextChoices):
    EDIT = "edit", _("Edit")
    DELETE = "delete", _("Delete")
    RESTORE = "restore", _("Bring back")
    ACT = "act", _("Action")
    PUT_BACK = "put_back", _("Put back")


class Sheet(models.Model):
    """Which records are meant, what is done with them, and how many of them became what.

    `position` is the id of the last record dealt with; it is written in the transaction that deals with it, so that
    work that was killed goes on where it was. `event_id` is the BulkStarted event: what was done are the events that
    name it as their cause. `undoes` is the sheet whose records this one puts back.
    """

    resource = models.CharField(max_length=40)
    operation = models.CharField(max_length=10, choices=Operation)
    action = models.CharField(max_length=100, blank=True, default="")
    arguments = models.JSONField(default=dict)
    selection = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    is_gathered = models.BooleanField(default=False)
    total = models.PositiveBigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    done_count = models.PositiveBigIntegerField(default=0)
    unchanged_count = models.PositiveBigIntegerField(default=0)
    refused_count = models.PositiveBigIntegerField(default=0)
    undoes = models.ForeignKey("self", models.SET_NULL, null=True, related_name="undone_by")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    via = models.CharField(max_length=16, default="system")
    token = models.CharField(max_length=64, null=True)
    job_id = models.BigIntegerField(null=True)
    event_id = models.BigIntegerField(null=True)
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        indexes = [
            models.Index(fields=["created_by", "-id"], name="bulk_sheets_of"),
            models.Index(fields=["created_by", "id"], name="bulk_unseen", condition=Q(seen_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(name="bulk_state_known", condition=Q(state__in=State.values)),
            models.UniqueConstraint(fields=["created_by", "token"], name="bulk_once"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.resource} #{self.pk}"

    @property
    def is_over(self) -> bool:
        return self.state in (State.DONE, State.CANCELLED, State.FAILED)

    @property
    def dealt_with(self) -> int:
        return self.done_count + self.unchanged_count + self.refused_count

    @property
    def can_be_undone(self) -> bool:
        """Whether what was done is of a kind that can be put back; a verb with a meaning of its own is not."""
        return self.is_over and self.done_count > 0 and (self.operation != Operation.ACT or self._only_changed_fields)

    @property
    def _only_changed_fields(self) -> bool:
        verb = registry.get(self.resource).action(self.action)
        return verb is not None and verb.can_be_put_back


class Kind(models.TextChoices):
    DONE = "done", _("Changed")
    UNCHANGED = "unchanged", _("As before")
    REFUSED = "refused", _("Refused")


class Outcome(models.Model):
    """What became of some of the records, and why: the groups of a result."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="outcomes", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=300, blank=True, default="")
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "kind", "reason"], name="bulk_one_outcome")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


class Row(models.Model):
    """One record of a sheet; `version` is the one it had when the work began (0: it was not to be seen then).

    Without an outcome it has not been dealt with. The foreign keys have no database constraint: rows are written by
    the hundred thousand together with their sheet and go with it, and a check per row would cost as much as the row.
    """

    sheet = models.ForeignKey(Sheet, models.CASCADE, db_constraint=False, db_index=False, related_name="rows")
    record_id = models.BigIntegerField()
    version = models.PositiveBigIntegerField()
    outcome = models.ForeignKey(
        Outcome, models.CASCADE, null=True, db_constraint=False, db_index=False, related_name="rows"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "record_id"], name="bulk_each_once")]
        indexes = [
            models.Index(fields=["outcome", "record_id"], name="bulk_by_outcome", condition=Q(outcome__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}:{self.record_id}"
