"""Quote: what we offer a customer, at which prices and until when; each version is a record of its own."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, erasing, text
from kizuna.base.types.days import server_day
from kizuna.base.types.money import Money
from kizuna.base.types.names import folded
from kizuna.customers.catalog.models import Seller
from kizuna.customers.catalog.reckoning import Discount, Rounding, Rules
from kizuna.customers.contacts.models.choices import country_choices
from kizuna.domains.sales.models.opportunities import Opportunity

PROOF = _("What was offered and agreed is kept as long as commercial law asks, without what says who it was.")


class Quote(Record):
    """`number` is shared by all versions, `name` adds the version from the second one on. `status` follows from what
    happened (`settle`) and is never typed; that the time to accept is over, the date tells. Totals follow from the
    lines. Prices, tax and how it is reckoned are kept as they were when the line was written."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", pgettext_lazy("quote", "Accepted")
        DECLINED = "declined", pgettext_lazy("quote", "Declined")
        SUPERSEDED = "superseded", _("Superseded")

    name = models.CharField(_("number"), max_length=30, editable=False)
    number = models.CharField(_("number without version"), max_length=20, editable=False)
    revision = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    subject = models.CharField(_("subject"), max_length=200)
    opportunity = models.ForeignKey(
        Opportunity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("opportunity"),
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
    contact = models.ForeignKey(
        "contacts.Contact",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("contact"),
    )
    seller = models.ForeignKey(
        Seller, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("seller")
    )
    language = models.CharField(
        _("language"),
        max_length=16,
        blank=True,
        default="",
        choices=settings.LANGUAGES,
        help_text=_("Empty: the one that the customer speaks."),
    )
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, default="", help_text=_("Empty: that of the deal, or of the seller.")
    )
    country = models.CharField(
        _("country of taxes"),
        max_length=2,
        blank=True,
        default="",
        choices=country_choices,
        help_text=_("Empty: that of the seller."),
    )
    includes_tax = models.BooleanField(_("prices include tax"), default=False)
    is_tax_per_line = models.BooleanField(_("tax by line"), default=False)
    rounding = models.CharField(_("rounding of tax"), max_length=16, choices=Rounding.choices, default=Rounding.HALF_UP)
    discount_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    discount_amount = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    net = columns.MoneyField(_("before tax"), editable=False)
    tax = columns.MoneyField(_("tax"), editable=False)
    total = columns.MoneyField(_("total"), editable=False)
    issued_on = models.DateField(_("date"), null=True, blank=True, help_text=_("Empty: today."))
    valid_until_on = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("Empty: so many days from now as the seller has it.")
    )
    introduction = models.TextField(_("introduction"), max_length=5000, blank=True, default="")
    payment_terms = models.CharField(_("payment terms"), max_length=300, blank=True, default="")
    terms = models.TextField(_("terms"), max_length=10_000, blank=True, default="")

    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False)
    asked_at = models.DateTimeField(_("approval asked"), null=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        editable=False,
        verbose_name=_("approved by"),
    )
    why_returned = models.CharField(_("why it came back"), max_length=500, blank=True, default="", editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    sent_to = models.CharField(_("sent to"), max_length=254, blank=True, default="", editable=False)
    opened = models.PositiveIntegerField(_("opened, times"), default=0, editable=False)
    opened_at = models.DateTimeField(_("last opened"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    accepted_by = models.CharField(_("accepted by"), max_length=120, blank=True, default="", editable=False)
    accepted_from = models.CharField(_("accepted from"), max_length=45, blank=True, default="", editable=False)
    accepted_words = models.TextField(_("accepted in these words"), blank=True, default="", editable=False)
    declined_at = models.DateTimeField(_("declined"), null=True, editable=False)
    why_declined = models.CharField(_("why declined"), max_length=1000, blank=True, default="", editable=False)
    superseded_at = models.DateTimeField(_("superseded"), null=True, editable=False)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(
        "files.Attachment", models.SET_NULL, null=True, related_name="+", db_index=False, editable=False
    )
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    when_erased: ClassVar[erasing.Rules] = {
        "contact": erasing.Keep(
            PROOF,
            clear={
                "introduction": "", "terms": "", "sent_to": "", "accepted_by": "", "accepted_from": "",
                "accepted_words": "", "why_declined": "",
            },
        )
    }  # fmt: skip
    figures: ClassVar[frozenset[str]] = frozenset(
        {"net", "net_currency", "tax", "tax_currency", "total", "total_currency", "opened", "opened_at"}
    )

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        constraints = [
            models.UniqueConstraint(fields=["number", "revision"], name="sales_quote_number_once"),
            RowCheck(
                name="sales_quote_subject",
                condition=~Q(subject=""),
                violation_error_message=_("Say what the quote is about."),
            ),
            RowCheck(
                name="sales_quote_discount",
                condition=Q(discount_percent=None) | Q(discount_amount=None),
                violation_error_message=_("A discount is a percentage or an amount, not both."),
            ),
            RowCheck(
                name="sales_quote_one_answer",
                condition=Q(accepted_at=None) | Q(declined_at=None),
                violation_error_message=_("This quote was answered already."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], condition=LIVE, name="sales_quote_sort"),
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="sales_quote_updated"),
            models.Index(fields=["owner", "updated_at", "id"], condition=LIVE, name="sales_quote_owner"),
            models.Index(fields=["status", "updated_at", "id"], condition=LIVE, name="sales_quote_status"),
            models.Index(fields=["status", "valid_until_on"], condition=LIVE, name="sales_quote_valid"),
            models.Index(
                fields=["opportunity", "updated_at"],
                condition=Q(opportunity__isnull=False),
                name="sales_quote_opportunity",
            ),
            models.Index(
                fields=["company", "updated_at"], condition=Q(company__isnull=False), name="sales_quote_company"
            ),
            models.Index(
                fields=["contact", "updated_at"], condition=Q(contact__isnull=False), name="sales_quote_contact"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.subject, self.payment_terms = text.clean(self.subject), text.clean(self.payment_terms)
        self.introduction, self.terms = text.clean_long(self.introduction), text.clean_long(self.terms)
        self.name = f"{self.number}-{self.revision}" if self.revision > 1 else self.number
        self.sort_key = text.sort_key(f"{self.number}-{self.revision:04d}")
        self.folded_names = folded(self.subject)

    @property
    def rules(self) -> Rules:
        return Rules(self.currency, self.includes_tax, self.is_tax_per_line, Rounding(self.rounding))

    @property
    def discount(self) -> Discount | None:
        if self.discount_percent is not None:
            return Discount(percent=self.discount_percent)
        return Discount(amount=Money(self.discount_amount, self.currency)) if self.discount_amount is not None else None

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_over(self) -> bool:
        """Whether it was sent, not answered, and can be accepted no more."""
        is_past = self.valid_until_on is not None and self.valid_until_on < server_day()
        return self.status == self.Status.SENT and is_past

    @property
    def is_open(self) -> bool:
        """Whether the customer can answer it."""
        return self.status == self.Status.SENT and not self.is_over

    def settle(self) -> None:
        """How far it has come, of what happened: in memory."""
        happened = (
            (self.superseded_at, self.Status.SUPERSEDED),
            (self.accepted_at, self.Status.ACCEPTED),
            (self.declined_at, self.Status.DECLINED),
            (self.sent_at, self.Status.SENT),
            (self.approved_at, self.Status.APPROVED),
            (self.asked_at, self.Status.WAITING),
        )
        self.status = next((status for at, status in happened if at), self.Status.DRAFT)
