"""Mails that wait for somebody to read, mend and send them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import erasing, text
from kizuna.customers.consent.models import Purpose


class MailDraft(Record):
    """A mail to a person, in words that its owner may change until it is sent.

    Pressed Send it is `sending`; a worker claims it (`handed_at`) before it talks to the mail server, so that it leaves
    once whatever dies in between.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("To be sent")
        SENDING = "sending", _("On its way")
        SENT = "sent", _("Sent")
        DISCARDED = "discarded", _("Discarded")

    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("words"), max_length=20_000, blank=True, default="")
    contact = models.ForeignKey(
        "contacts.Contact", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("contact"),
    )  # fmt: skip
    lead = models.ForeignKey(
        "leads.Lead", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("lead")
    )
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", db_index=False, verbose_name=_("purpose"))
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.WAITING)
    wanted_at = models.DateTimeField(_("wanted since"))
    handed_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True)
    sent_to = models.CharField(_("sent to"), max_length=254, blank=True, default="")
    sent_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("sent by")
    )

    when_erased: ClassVar[erasing.Rules] = {"contact": erasing.Erase()}

    class Meta:
        verbose_name = _("mail draft")
        verbose_name_plural = _("mail drafts")
        constraints = [
            RowCheck(
                name="sequences_draft_says_something",
                condition=~Q(subject=""),
                violation_error_message=_("A mail needs a subject."),
            ),
        ]
        indexes = [
            models.Index(fields=["wanted_at", "id"], condition=LIVE, name="sequences_draft_wanted"),
            models.Index(fields=["owner", "status", "wanted_at"], condition=LIVE, name="sequences_draft_owner"),
            models.Index(fields=["contact"], condition=Q(contact__isnull=False), name="sequences_draft_contact"),
            models.Index(fields=["lead"], condition=Q(lead__isnull=False), name="sequences_draft_lead"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING

    def normalise(self) -> None:
        self.subject, self.body = text.clean(self.subject), text.clean_long(self.body)
