"""An attachment: a file on a record. Its bytes lie in the storage, under a key that says nothing of them."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.types import ties
from kizuna.base.types.refs import RecordRef


class Preview(models.TextChoices):
    """Whether there are pictures of a file, drawn by Kizuna itself."""

    NONE = "none", _("None")
    WAITING = "waiting", _("Waiting")
    MADE = "made", _("Made")
    FAILED = "failed", _("Failed")


class AttachmentQuerySet(models.QuerySet):
    def live(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def trashed(self) -> Self:
        return self.filter(deleted_at__isnull=False)

    def of(self, ref: RecordRef) -> Self:
        """The files of one record. Whoever asks has checked that the reader may see it."""
        return self.filter(resource=ref.resource, record_id=ref.id)


class Attachment(models.Model):
    """`resource` and `record_id` are a RecordRef: any record may have files, whatever room it lives in.

    `content_type` is found in the bytes. `pictures` is how many pages are drawn, `pages` how many there are.
    """

    resource = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    name = models.CharField(_("name"), max_length=255)
    key = models.CharField(max_length=120, unique=True)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    preview = models.CharField(max_length=10, choices=Preview, default=Preview.NONE)
    pictures = models.PositiveSmallIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    deleted_at = models.DateTimeField(null=True)

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Unite()}

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [
            models.Index(fields=["resource", "record_id", "-id"], name="files_of_record"),
            models.Index(fields=["deleted_at"], name="files_trash_age", condition=Q(deleted_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "record_id", "sha256", "name"],
                name="files_same_file_once",
                condition=Q(deleted_at__isnull=True),
            ),
            models.CheckConstraint(name="files_size_positive", condition=Q(size__gt=0)),
            models.CheckConstraint(name="files_has_name", condition=~Q(name="")),
            models.CheckConstraint(name="files_preview_known", condition=Q(preview__in=Preview.values)),
            models.CheckConstraint(name="files_pictures_made", condition=Q(preview="made") | Q(pictures=0)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> RecordRef:
        return RecordRef(self.resource, self.record_id)

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    def touched(self, **changes: Any) -> list[str]:
        """Change fields in memory and count the version up; returns the columns to save."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.version += 1
        return [*changes, "version"]


class Usage(models.Model):
    """How many bytes all attachments take, the trash included: one row, locked by whoever adds or removes a file."""

    bytes = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="files_usage_not_negative", condition=Q(bytes__gte=0)),
            models.CheckConstraint(name="files_one_usage", condition=Q(pk=1)),
        ]

    def __str__(self) -> str:
        return str(self.bytes)
