"""The secret addresses at which calendar programs read what a person has to do. Only a hash of them is stored."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.identity.models.tokens import digest_of


class Feed(models.Model):
    """Somebody's calendar as a feed; they have one at a time. Made anew, the old address no longer works."""

    id = models.BigAutoField(primary_key=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @staticmethod
    def new_secret() -> tuple[str, str]:
        """A secret of 32 random bytes, and the digest by which it is found."""
        secret = secrets.token_urlsafe(32)
        return secret, digest_of(secret)

    @classmethod
    def find(cls, secret: str) -> Feed | None:
        """The feed with this secret, its user and their team loaded; none of somebody who left."""
        rows = cls.objects.select_related("user__team").filter(digest=digest_of(secret), user__is_active=True)
        return rows.first()
