"""A copy of everything about somebody, made for them; and the proof that somebody was erased."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Progress(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


def written_as(_disclosure: Disclosure, _name: str) -> str:
    return f"disclosures/{timezone.now():%Y-%m}/{secrets.token_hex(16)}.zip"


class Disclosure(models.Model):
    """Everything that is known about a contact, as a file that is kept for some days."""

    contact = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=Progress, default=Progress.WAITING)
    file = models.FileField(upload_to=written_as, blank=True)
    parts = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    rows_called: ClassVar = _("copies of personal data")

    class Meta:
        indexes = [
            models.Index(fields=["contact", "-id"], name="consent_disclosures"),
            models.Index(fields=["created_at"], name="consent_disclosure_age"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.created_at:%Y-%m-%d}"


class Erasure(models.Model):
    """That a person was erased: what went, what was kept and why, who did it. Nothing in it says who the person was.

    `contact_id` is a plain number and stays; `fingerprint` is a hash of the whole, so that a later change shows.
    """

    contact_id = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=Progress, default=Progress.WAITING)
    why = models.CharField(max_length=12)
    parts = models.JSONField(default=list)
    suppressed = models.PositiveSmallIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["contact_id", "-id"], name="consent_erasures")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.state}"
