"""Comments on records, whom they mention, and who follows which record."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.types import ties
from kizuna.base.types.refs import RecordRef

LONGEST = 10_000


class CommentQuerySet(models.QuerySet):
    def live(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def of(self, ref: RecordRef) -> Self:
        """The comments on one record. Whoever asks has checked that the reader may see it."""
        return self.filter(resource=ref.resource, record_id=ref.id)


class Comment(models.Model):
    """`resource` and `record_id` are a RecordRef. A comment has no rights of its own: who sees the record reads it."""

    resource = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    text = models.TextField(_("comment"), max_length=LONGEST)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=100, blank=True, default="")

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Move()}

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(
                fields=["resource", "record_id", "-created_at"],
                name="collaboration_comments",
                condition=Q(deleted_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(name="collaboration_says_something", condition=~Q(text="")),
            models.UniqueConstraint(fields=["author", "token"], name="collaboration_sent_once", condition=~Q(token="")),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def ref(self) -> RecordRef:
        return RecordRef(self.resource, self.record_id)


class Mention(models.Model):
    """Somebody named in a comment; `words` is how the text names them, after the @."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    words = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="collaboration_mentioned_once")]

    def __str__(self) -> str:
        return f"@{self.words}"


class Follow(models.Model):
    """That somebody follows a record, or does not want to: owner and creator follow without a row until they say no."""

    resource = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    is_following = models.BooleanField(default=True)
    since = models.DateTimeField(default=timezone.now)

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Unite()}
    rows_called: ClassVar = _("followers")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "record_id", "user"], name="collaboration_follow_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.resource}:{self.record_id}"
