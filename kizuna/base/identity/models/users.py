"""Users: the people who work with Kizuna. They sign in with their e-mail address; there are no user names."""

import unicodedata
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kizuna.base.types import emails, text

UTC = ZoneInfo("UTC")


def zone_named(name: str) -> ZoneInfo:
    """The time zone with this IANA name; UTC when there is none (zones do get renamed)."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def languages() -> list[tuple[str, str]]:
    """The languages Kizuna speaks, as choices; a function, so that a new language needs no migration."""
    return list(settings.LANGUAGES)


def validate_zone(name: str) -> None:
    """Accept only names of the IANA time zone database."""
    if name not in available_zones():
        raise ValidationError(_("There is no such time zone."))


@cache
def available_zones() -> frozenset[str]:
    """Every IANA time zone name this machine knows; read from disk once, because that takes a tenth of a second."""
    return frozenset(available_timezones())


class UserManager(BaseUserManager["User"]):
    """Django's own way to make users (`createsuperuser`, test factories). People come in through `services`."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """The stored form of a sign-in address: trimmed, NFKC, case-folded, the domain in ASCII.

        What is no address comes back folded too; whoever stores it has to refuse it.
        """
        try:
            return emails.normalise(email or "")
        except ValueError:
            return unicodedata.normalize("NFKC", email or "").strip().casefold()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        email = self.normalize_email(email)
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{**fields, "is_admin": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))


class User(AbstractBaseUser):
    """Someone who works with Kizuna. What they may do follows from their roles (or everything, for an admin)."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("Like my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class NameOrder(models.TextChoices):
        AUTO = "auto", _("As each name is written at home")
        FAMILY_FIRST = "family_first", _("Family name first")
        GIVEN_FIRST = "given_first", _("Given name first")

    id = models.BigAutoField(primary_key=True)
    email = models.EmailField(
        _("E-mail address"), unique=True, error_messages={"unique": _("Somebody already signs in with this address.")}
    )
    name = models.CharField(_("Name"), max_length=150)
    language = models.CharField(_("Language"), max_length=8, choices=languages, default="en")
    time_zone = models.CharField(_("Time zone"), max_length=64, default="UTC", validators=[validate_zone])
    theme = models.CharField(_("Appearance"), max_length=8, choices=Theme.choices, default=Theme.AUTO)
    name_order = models.CharField(_("Order of names"), max_length=16, choices=NameOrder.choices, default=NameOrder.AUTO)
    team = models.ForeignKey(
        "identity.Team", models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("Team")
    )
    roles = models.ManyToManyField("identity.Role", blank=True, related_name="users", verbose_name=_("Roles"))
    is_active = models.BooleanField(_("Active"), default=True)
    is_admin = models.BooleanField(_("May do everything"), default=False)
    preferences = models.JSONField(default=dict, blank=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("User")
        verbose_name_plural = _("Users")

    def __str__(self) -> str:
        return self.name or self.email

    @classmethod
    def normalize_username(cls, username: str) -> str:
        return UserManager.normalize_email(username)

    def clean(self) -> None:
        self.email = UserManager.normalize_email(self.email)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        """The name as it stands: Kizuna does not guess which half of somebody's name is the given one."""
        return self.name or self.email

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        return text.initials(self.name)

    @property
    def zone(self) -> ZoneInfo:
        return zone_named(self.time_zone)

    def end_sessions(self) -> None:
        """Sign the user out everywhere once saved. In memory: the number is part of every session's signature."""
        self.session_epoch += 1

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        salt = "kizuna.base.identity.models.User.get_session_auth_hash"
        signed = f"{self.password}:{self.session_epoch}"
        return salted_hmac(salt, signed, secret=secret, algorithm="sha256").hexdigest()
