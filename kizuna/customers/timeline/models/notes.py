"""What we wrote down about customers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.types import text
from kizuna.customers.timeline.models.about import About

LIVE = Q(deleted_at__isnull=True)
TITLE_LENGTH = 120


class Note(About):
    """Something worth remembering about a contact, a company or both. Its title is the beginning of its text."""

    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True, default="", editable=False)
    body = models.TextField(_("note"), max_length=20_000)
    is_pinned = models.BooleanField(
        _("everybody must know"),
        default=False,
        help_text=_("Shown on top of the customer's page: what nobody should ask or say again."),
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
            models.Index(
                fields=["contact", "company"], condition=LIVE & Q(is_pinned=True), name="timeline_note_pinned"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def normalise(self) -> None:
        self.body = text.clean_long(self.body)
        self.title = text.truncate(text.clean(self.body.partition("\n")[0]), TITLE_LENGTH)[:TITLE_LENGTH]
