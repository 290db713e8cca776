"""Purpose: what we contact somebody for. Wording: what they read when they agreed to it, in one language."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import Record
from kizuna.base.types import text
from kizuna.base.types.columns import SortKeyField, TagsField
from kizuna.customers.contacts.models import choices

LIVE = Q(deleted_at__isnull=True)
SERVICE = "service"
CAP_WHOLE = _("Say both how many and within how many days, or neither.")
BUILT_IN: dict[str, tuple[Any, Any]] = {
    "marketing": (_("Marketing"), _("Offers, and news about what we sell.")),
    "newsletter": (_("Newsletter"), _("Our newsletter, which comes regularly.")),
    "product_information": (_("Product information"), _("How to use and look after what you have from us.")),
    "survey": (_("Surveys"), _("Questions about how content you are.")),
    "tracking": (_("Measuring"), _("What you open and visit, so that we can suit it to you.")),
    SERVICE: (_("Service messages"), _("What you need to know about an order, an appointment or a question of yours.")),
}
"""Name and meaning of every purpose that Kizuna brings, by code, as customers read them too."""


def english(words: Any) -> str:
    with translation.override(None):
        return str(words)


def new_code(name: str) -> str:
    """A code for what is made here: like its name, and like no other."""
    return f"{slugify(name)[:30]}-{secrets.token_hex(3)}".strip("-")


class Purpose(Record):
    """What we contact people for. Those that Kizuna brings have a code and are shown in the reader's language until
    somebody renames them. `SERVICE` needs no consent; nobody can make another purpose like it."""

    code = models.CharField(_("code"), max_length=40, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    meaning = models.CharField(_("meaning"), max_length=500, blank=True, default="")
    channels = TagsField(_("channels offered"))
    most = models.PositiveSmallIntegerField(
        _("at most"),
        null=True,
        blank=True,
        help_text=_("How many messages one person gets at most. Empty: any number."),
    )
    within_days = models.PositiveSmallIntegerField(
        _("within days"), null=True, blank=True, help_text=_("The days in which these messages are counted.")
    )
    is_double = models.BooleanField(
        _("confirm by e-mail"),
        default=True,
        help_text=_(
            "Who agrees to e-mail through a form, another program or a list confirms it by a link in a mail. Until "
            "then nothing is sent to them."
        ),
    )
    sort_key = SortKeyField()

    class Meta:
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")
        constraints = [
            RowCheck(
                name="consent_purpose_named",
                condition=~Q(name=""),
                violation_error_message=_("A purpose needs a name."),
            ),
            RowCheck(
                name="consent_purpose_cap_whole",
                condition=Q(most=None, within_days=None)
                | Q(most__isnull=False, within_days__isnull=False, most__gt=0, within_days__gt=0),
                violation_error_message=CAP_WHOLE,
            ),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], condition=LIVE, name="consent_purpose_sort")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_service(self) -> bool:
        return self.code == SERVICE

    @property
    def title(self) -> str:
        """The name to show: translated when Kizuna brought the purpose and nobody renamed it."""
        built_in = BUILT_IN.get(self.code)
        return str(built_in[0]) if built_in and self.name == english(built_in[0]) else self.name

    @property
    def summary(self) -> str:
        built_in = BUILT_IN.get(self.code)
        return str(built_in[1]) if built_in and self.meaning == english(built_in[1]) else self.meaning

    def normalise(self) -> None:
        self.name, self.meaning = text.clean(self.name), text.clean(self.meaning)
        self.code = self.code or new_code(self.name)
        self.sort_key = text.sort_key(self.name)

    def clean(self) -> None:
        """Half a cap is refused at the half that is missing."""
        if (self.most is None) != (self.within_days is None):
            raise ValidationError({"within_days" if self.within_days is None else "most": CAP_WHOLE})


class Wording(Record):
    """The words by which we asked for consent, in one language. Never changed: other words are another version."""

    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", verbose_name=_("purpose"), db_index=False)
    language = models.CharField(_("language"), max_length=16, choices=choices.language_choices)
    number = models.PositiveIntegerField(_("version"), editable=False)
    title = models.CharField(_("heading"), max_length=200)
    text = models.TextField(_("text"), max_length=5000)

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "language", "number"], name="consent_wording_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language}, {self.number})"

    def normalise(self) -> None:
        self.title, self.text = text.clean(self.title), text.clean_long(self.text)
