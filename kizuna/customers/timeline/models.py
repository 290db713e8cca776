"""What we wrote down about customers, and what we promised to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import Record
from kizuna.base.types import text

LIVE = Q(deleted_at__isnull=True)
TITLE_LENGTH = 120


class Note(Record):
    """Something worth remembering about a contact, a company or both. Its title is the beginning of its text."""

    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True, default="", editable=False)
    body = models.TextField(_("note"), max_length=20_000)
    contact = models.ForeignKey(
        "contacts.Contact",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("contact"),
    )
    company = models.ForeignKey(
        "contacts.Company",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("company"),
    )

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            RowCheck(
                name="timeline_note_is_about_somebody",
                condition=Q(contact__isnull=False) | Q(company__isnull=False),
                violation_error_message=_("Say which contact or company the note is about."),
            ),
            RowCheck(
                name="timeline_note_says_something",
                condition=~Q(body=""),
                violation_error_message=_("Write something."),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], condition=LIVE, name="timeline_note_created"),
            models.Index(fields=["owner", "created_at", "id"], condition=LIVE, name="timeline_note_owner"),
            models.Index(
                fields=["contact", "created_at"], condition=Q(contact__isnull=False), name="timeline_note_contact"
            ),
            models.Index(
                fields=["company", "created_at"], condition=Q(company__isnull=False), name="timeline_note_company"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def normalise(self) -> None:
        self.body = text.clean_long(self.body)
        self.title = text.truncate(text.clean(self.body.partition("\n")[0]), TITLE_LENGTH)[:TITLE_LENGTH]


class Task(Record):
    """Something to do, by its owner. Open until it has been done at a moment."""

    class Priority(models.IntegerChoices):
        """Numbers, so that tasks sort by what matters."""

        LOW = 1, _("Low")
        NORMAL = 2, _("Normal")
        HIGH = 3, _("High")

    title = models.CharField(_("task"), max_length=300)
    body = models.TextField(_("details"), max_length=20_000, blank=True, default="")
    due_on = models.DateField(_("due date"), null=True, blank=True)
    done_at = models.DateTimeField(_("completion"), null=True, editable=False)
    to_do_on = models.DateField(
        _("to do by"),
        null=True,
        editable=False,
        help_text=_("The due date as long as the task is open. Sorted by it, what is done comes last."),
    )
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    contact = models.ForeignKey(
        "contacts.Contact",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("contact"),
    )
    company = models.ForeignKey(
        "contacts.Company",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("company"),
    )

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            RowCheck(
                name="timeline_task_says_what_to_do",
                condition=~Q(title=""),
                violation_error_message=_("Say what is to be done."),
            ),
        ]
        indexes = [
            models.Index(fields=["to_do_on", "id"], condition=LIVE, name="timeline_task_to_do"),
            models.Index(fields=["owner", "to_do_on", "id"], condition=LIVE, name="timeline_task_owner"),
            models.Index(
                fields=["owner", "due_on", "id"], condition=LIVE & Q(done_at__isnull=True), name="timeline_task_open"
            ),
            models.Index(
                fields=["contact", "created_at"], condition=Q(contact__isnull=False), name="timeline_task_contact"
            ),
            models.Index(
                fields=["company", "created_at"], condition=Q(company__isnull=False), name="timeline_task_company"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    def normalise(self) -> None:
        self.title = text.clean(self.title)
        self.body = text.clean_long(self.body)
        self.to_do_on = None if self.is_done else self.due_on

    def complete(self, actor: Any) -> dt.datetime:
        """Mark as done now, in memory. Returns the moment."""
        self.done_at = timezone.now()
        self._touch(actor)
        return self.done_at

    def reopen(self, actor: Any) -> None:
        """Mark as still to be done, in memory."""
        self.done_at = None
        self._touch(actor)

    def _touch(self, actor: Any) -> None:
        self.normalise()
        self.version += 1
        self.updated_at = timezone.now()
        self.updated_by_id = actor.pk
