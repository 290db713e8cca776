"""Import: a file on its way into Kizuna, the rows of it that could not be used, and what a dry run says would become of
each. ExportFile: records on their way out, written by a job.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.transfer.reading import CSV, Format
from kizuna.base.transfer.verdicts import Verdict
from kizuna.base.types import ties

COUNTED = {
    Verdict.CREATE: "created_count",
    Verdict.UPDATE: "updated_count",
    Verdict.UNCHANGED: "unchanged_count",
    Verdict.SKIP: "skipped_count",
    Verdict.CONFLICT: "conflict_count",
    Verdict.REJECTED: "rejected_count",
}
"""The column of an import that counts each verdict."""


class State(models.TextChoices):
    """How far an import has come."""

    DRAFT = "draft", _("Being prepared")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Stopped")
    FAILED = "failed", _("Failed")


def stored_as(_import: Import, _name: str) -> str:
    """A name that says nothing of its content and that nobody can guess."""
    return f"imports/{timezone.now():%Y-%m}/{secrets.token_hex(16)}.{_import.kind}"


class Import(models.Model):
    """A file, how it is read, which column goes where, and what became of its rows.

    `position` is the number of rows below the header that are dealt with; it is written in the transaction that deals
    with them, so that an import that was killed goes on where it was. `event_id` is the ImportStarted event: what the
    import did are the events that name it as their cause, up to `up_to_event`, which tells of its end. `header_mark`
    stands for its columns where somebody settled them otherwise than they were proposed: then they are remembered.
    `partly_count` of the rows that are used came in without something that they say; `related` counts the records that
    were made because rows name them, by kind.
    """

    resource = models.CharField(max_length=40)
    file = models.FileField(upload_to=stored_as, blank=True)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=5, default=CSV)
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=1)
    sheet = models.CharField(max_length=100, default="", blank=True)
    header = models.JSONField(default=list)
    header_mark = models.CharField(max_length=64, blank=True, default="")
    mapping = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    about = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    position = models.PositiveBigIntegerField(default=0)
    created_count = models.PositiveBigIntegerField(default=0)
    updated_count = models.PositiveBigIntegerField(default=0)
    unchanged_count = models.PositiveBigIntegerField(default=0)
    skipped_count = models.PositiveBigIntegerField(default=0)
    conflict_count = models.PositiveBigIntegerField(default=0)
    rejected_count = models.PositiveBigIntegerField(default=0)
    partly_count = models.PositiveBigIntegerField(default=0)
    related = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    job_id = models.BigIntegerField(null=True)
    event_id = models.BigIntegerField(null=True)
    up_to_event = models.BigIntegerField(null=True)
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(fields=["resource", "created_by", "-id"], name="transfer_import_list"),
            models.Index(
                fields=["resource", "created_by", "header_mark", "-id"],
                name="transfer_import_alike",
                condition=~Q(header_mark=""),
            ),
        ]
        constraints = [models.CheckConstraint(name="transfer_state_known", condition=Q(state__in=State.values))]

    def __str__(self) -> str:
        return self.name

    @property
    def format(self) -> Format:
        return Format(self.encoding, self.delimiter, self.kind, self.sheet)

    @property
    def is_over(self) -> bool:
        return self.state in (State.DONE, State.CANCELLED, State.FAILED)

    @property
    def unused_count(self) -> int:
        """Rows that come back as a file."""
        return self.conflict_count + self.rejected_count

    def add(self, counts: Mapping[str, int], *, partly: int, related: Mapping[str, int]) -> None:
        """Count the rows of a batch, by verdict, and what was made beside them."""
        for verdict, name in COUNTED.items():
            setattr(self, name, getattr(self, name) + counts.get(verdict, 0))
        self.position += sum(counts.values())
        self.partly_count += partly
        self.related = Counter(self.related) + Counter(related)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows became what, by verdict."""
        return {str(verdict): getattr(self, name) for verdict, name in COUNTED.items()}


class SavedMapping(models.Model):
    """Where columns go and by which rules, under a name: `columns` are targets (or null) by header as headers are
    compared, `options` those of an import without its owner. Others see it when it is shared.
    """

    resource = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    is_shared = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("saved mapping")
        verbose_name_plural = _("saved mappings")
        constraints = [
            models.UniqueConstraint(fields=["created_by", "resource", "name"], name="transfer_one_mapping_of_a_name")
        ]
        indexes = [models.Index(fields=["resource", "name"], name="transfer_mapping_list")]

    def __str__(self) -> str:
        return self.name


class DryRun(models.Model):
    """What an import would do, found out by the function that does it: how many rows would become what, and how many
    related records would be made, by kind. It is worth as much as the columns and rules that it was asked with.

    When every row is checked, new ones are compared with what is here: `asked_count` says of how many that was asked,
    and is null until it is known.
    """

    source = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="dry_run")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    position = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    related = models.JSONField(default=dict)
    asked_count = models.PositiveIntegerField(null=True, default=0)
    job_id = models.BigIntegerField(null=True)
    error = models.TextField(blank=True, default="")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        constraints = [models.CheckConstraint(name="transfer_dry_run_state_known", condition=Q(state__in=State.values))]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state in (State.DONE, State.CANCELLED, State.FAILED)


class Line(models.Model):
    """What would become of one row: which record it is about, what would change in it ({"field": [before, after]}), or
    why it could not be used; a second line says of one that comes in partly what is wrong with the rest. Rows that
    would change nothing are only counted. Lines go when the import starts.

    A further line of a row that would become a new record says which one it looks like: `likeness` is {"certainty",
    "reasons": [[field, how]]}; of an earlier row of the file also {"row", "title"}.
    """

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveBigIntegerField()
    verdict = models.CharField(max_length=10)
    record_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=300, blank=True, default="")
    changes = models.JSONField(null=True)
    likeness = models.JSONField(null=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("row of a dry run")
        verbose_name_plural = _("rows of dry runs")
        indexes = [models.Index(fields=["source", "verdict", "id"], name="transfer_line_list")]

    def __str__(self) -> str:
        return f"{self.number}: {self.verdict}"


class Rejection(models.Model):
    """A row that could not be used, or not wholly (then its verdict says so): where it stood, what it held, and why."""

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rejections")
    line = models.PositiveBigIntegerField()
    cells = models.JSONField(default=list)
    reason = models.TextField()
    verdict = models.CharField(max_length=10, default=Verdict.REJECTED.value)

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class Undoing(models.Model):
    """An import taken back: the events of the import are gone through, the newest first; `position` is the one that was
    dealt with last. There is one for an import, whoever asks, so that it is taken back once.
    """

    source = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="undoing")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    position = models.BigIntegerField(null=True)
    done_count = models.PositiveBigIntegerField(default=0)
    removed_count = models.PositiveBigIntegerField(default=0)
    restored_count = models.PositiveBigIntegerField(default=0)
    kept_count = models.PositiveBigIntegerField(default=0)
    unchanged_count = models.PositiveBigIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    job_id = models.BigIntegerField(null=True)
    event_id = models.BigIntegerField(null=True)
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import taken back")
        verbose_name_plural = _("imports taken back")
        constraints = [models.CheckConstraint(name="transfer_undoing_state_known", condition=Q(state__in=State.values))]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state in (State.DONE, State.CANCELLED, State.FAILED)


class Kept(models.Model):
    """What stayed when an import was taken back, and why: a field with what the import brought and what it holds now,
    or a whole record (`field` is empty).
    """

    class Why(models.TextChoices):
        CHANGED = "changed", _("It was changed since.")
        USED = "used", _("Something else hangs on it since.")
        DENIED = "denied", _("You may not change this.")
        GONE = "gone", _("It lies in the trash, or was merged into another one.")
        REFUSED = "refused", _("What it was before cannot be set any more.")

    undoing = models.ForeignKey(Undoing, on_delete=models.CASCADE, related_name="kept", db_index=False)
    resource = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    field = models.CharField(max_length=64, blank=True, default="")
    imported = models.JSONField(null=True)
    now = models.JSONField(null=True)
    why = models.CharField(max_length=10, choices=Why)

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Leave()}

    class Meta:
        verbose_name = _("value that stayed")
        verbose_name_plural = _("values that stayed")
        constraints = [
            models.UniqueConstraint(fields=["undoing", "resource", "record_id", "field"], name="transfer_kept_once")
        ]
        indexes = [
            models.Index(fields=["undoing", "id"], name="transfer_kept_list"),
            models.Index(fields=["resource", "record_id"], name="transfer_kept_of"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}:{self.record_id}.{self.field}: {self.why}"


def written_as(export: ExportFile, _name: str) -> str:
    return f"exports/{timezone.now():%Y-%m}/{secrets.token_hex(16)}.{export.kind}"


class ExportFile(models.Model):
    """An export too long to wait for: which records in which order, how they are written, and the file when it is.

    `scope` says which records, as the list that they were asked from does. Only who asked may fetch the file.
    """

    resource = models.CharField(max_length=60)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=10)
    encoding = models.CharField(max_length=20, blank=True, default="")
    columns = models.JSONField(default=list)
    with_ids = models.BooleanField(default=True)
    scope = models.JSONField(default=dict)
    file = models.FileField(upload_to=written_as, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    count = models.PositiveBigIntegerField(default=0)
    done_count = models.PositiveBigIntegerField(default=0)
    replaced_count = models.PositiveBigIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    job_id = models.BigIntegerField(null=True)
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["created_by", "-id"], name="transfer_export_list")]
        constraints = [models.CheckConstraint(name="transfer_export_state_known", condition=Q(state__in=State.values))]

    def __str__(self) -> str:
        return self.name

    @property
    def is_over(self) -> bool:
        return self.state in (State.DONE, State.CANCELLED, State.FAILED)
