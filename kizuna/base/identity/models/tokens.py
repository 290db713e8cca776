"""Tokens: how a program signs in as a user. Only a hash of the secret is ever stored."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.ready import Given, Ready

MARK = "kzn_"
USE_NOTED_EVERY = timedelta(minutes=1)


def digest_of(secret: str) -> str:
    """SHA-256 in hex. Enough without salt or stretching: the secret is 32 random bytes, not a password."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class Token(models.Model):
    """A key for programs. `prefix` ("kzn_" and eight characters) lets people tell their tokens apart."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(_("Name"), max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("Token")
        verbose_name_plural = _("Tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @classmethod
    def issue(cls, user: models.Model, name: str, expires_at: datetime | None = None) -> "tuple[Token, str]":
        """Make and store a token. The secret is returned here once and cannot be read again.

        Pages, commands and the API call `services.issue_token`, which checks who asks and publishes the event.
        """
        secret = MARK + secrets.token_urlsafe(32)
        token = cls.objects.create(
            user=user, name=name, prefix=secret[:12], digest=digest_of(secret), expires_at=expires_at
        )
        return token, secret

    @classmethod
    def find(cls, secret: str) -> "Token | None":
        """The usable token with this secret, its user and their team loaded; None for any other text. Notes the use."""
        if not secret.startswith(MARK) or len(secret) > 200:
            return None
        for token in _OF_DIGEST.ask(digest=digest_of(secret)):
            if token.is_usable:
                token.note_use()
                return token
        return None

    @property
    def is_usable(self) -> bool:
        """Whether it still opens the door: not revoked, not expired, of an active user."""
        is_over = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.revoked_at is None and not is_over and self.user.is_active

    def note_use(self) -> None:
        """Remember that the token was used just now; written at most once a minute, however busy the program is."""
        now = timezone.now()
        if self.last_used_at is not None and now - self.last_used_at < USE_NOTED_EVERY:
            return
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
        Token.objects.filter(stale, pk=self.pk).update(last_used_at=now)
        self.last_used_at = now


_OF_DIGEST = Ready(lambda: Token.objects.order_by().select_related("user__team").filter(digest=Given("digest")))
