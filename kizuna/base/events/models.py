"""The event log: what happened, and which records it touched."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.types import erasing, ties

BY_SOMEBODY = models.Q(actor_id__isnull=False)


class EventRow(models.Model):
    """One thing that happened, written in the transaction that did it and never changed afterwards.

    `actor_id` and `cause_id` are plain numbers, not foreign keys: the log is append-only, outlives what it
    speaks of, and can be partitioned by `occurred_at`.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=100)
    data = models.JSONField(default=dict)
    actor_id = models.BigIntegerField(null=True)
    via = models.CharField(max_length=16)
    address = models.GenericIPAddressField(null=True)
    cause_id = models.BigIntegerField(null=True)
    depth = models.PositiveSmallIntegerField(default=0)
    occurred_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"], name="events_row_name_id"),
            models.Index(fields=["actor_id", "id"], condition=BY_SOMEBODY, name="events_row_actor_id"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Subject(models.Model):
    """A record that an event touched. `changes` is `{"field": [before, after]}`, or null when nothing was compared.

    The foreign key has no database constraint: event and subjects are written together and never deleted, a check
    per row would double the cost of an event with 100,000 subjects, and a partitioned log could not carry it.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(EventRow, models.DO_NOTHING, db_constraint=False, related_name="subjects")
    resource = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    changes = models.JSONField(null=True)

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Leave()}
    when_erased: ClassVar[erasing.Rules] = {
        "record_id": erasing.Keep(_("That something was done, by whom and when; not what."), clear={"changes": None})
    }
    rows_called: ClassVar = _("entries of the history")

    class Meta:
        indexes = [models.Index(fields=["resource", "record_id", "-event"], name="events_subject_history")]

    def __str__(self) -> str:
        return f"{self.resource}:{self.record_id}"
