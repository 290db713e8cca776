"""A layout: in which sections the fields of records stand, which are left out, and which may not stay empty."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

Content = dict[str, Any]


class Layout(models.Model):
    """For a role, or (None) for everybody whose roles have none.

    `sections` are [{"titles": {"": in any language, "ja": …}, "columns": 1 or 2, "fields": [names]}]; of Home they are
    [{"panels": [[key, width]]}]. A layout without sections arranges nothing: what is declared holds again. The row
    stays, because its history hangs on it.
    """

    resource = models.CharField(max_length=60)
    role = models.ForeignKey("identity.Role", null=True, on_delete=models.CASCADE, related_name="+")
    sections = models.JSONField(default=list)
    hidden = models.JSONField(default=list)
    required = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "role"], name="layouts_one_per_role"),
            models.UniqueConstraint(fields=["resource"], condition=Q(role=None), name="layouts_one_for_everybody"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} for {self.role_id or 'everybody'}"

    @property
    def content(self) -> Content | None:
        """What is arranged, as the log keeps it; None when nothing is."""
        if not self.sections:
            return None
        return {"sections": self.sections, "hidden": self.hidden, "required": self.required}

    def take(self, content: Content | None) -> None:
        """Hold this from now on, in memory."""
        given = content or {}
        self.sections, self.hidden, self.required = (
            list(given.get(name, ())) for name in ("sections", "hidden", "required")
        )
        self.version += 1
        self.updated_at = timezone.now()
