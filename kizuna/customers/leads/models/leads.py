"""Lead: somebody who showed interest and of whom nobody knows yet whether anything comes of it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.territories.models import Placed, in_territory
from kizuna.base.types import columns, erasing, links, phones, text
from kizuna.base.types.errors import Malformed
from kizuna.base.types.names import PersonName, folded
from kizuna.customers.contacts.models import channels, choices, reach

USER = settings.AUTH_USER_MODEL


class Status(models.TextChoices):
    NEW = "new", _("New")
    WORKING = "working", _("In progress")
    NURTURING = "nurturing", _("Later")
    UNQUALIFIED = "unqualified", _("No match")
    CONVERTED = "converted", _("Converted")


OPEN = (Status.NEW, Status.WORKING, Status.NURTURING)
"""Somebody may still come of it; who asks again joins such a lead."""


PARTS = {50: "half_at", 75: "three_quarters_at", 90: "nine_tenths_at"}
"""Of the time to answer, in per cent: when so much of it is gone."""


class Grade(models.TextChoices):
    """How likely something comes of it."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class UnfitReason(models.TextChoices):
    NO_BUDGET = "no_budget", _("No budget")
    NO_NEED = "no_need", _("No need")
    NOT_NOW = "not_now", _("Not now")
    UNREACHABLE = "unreachable", _("Cannot be reached")
    RIVAL = "rival", _("Bought elsewhere")
    SPAM = "spam", _("Spam or a test")
    OTHER = "other", _("Something else")


class Lead(Placed, Record):
    """Who asked, where they came from, how likely it is, and by when they are to be answered.

    `contact` and `company` are those that the resolver knows them as; a converted lead points to what it became, and
    is not changed any more. `due_at` runs until the first answer; `first_due_at`, `answered_at` and `breached_at` stay.
    `target` promised it; `warned` says of which part of the time, in per cent, people were told.
    """

    family_name = models.CharField(_("family name"), max_length=150, blank=True, default="")
    given_name = models.CharField(_("given name"), max_length=150, blank=True, default="")
    middle_name = models.CharField(_("middle name"), max_length=150, blank=True, default="")
    name_prefix = models.CharField(_("prefix"), max_length=50, blank=True, default="")
    name_suffix = models.CharField(_("suffix"), max_length=50, blank=True, default="")
    family_reading = models.CharField(_("family reading"), max_length=150, blank=True, default="")
    given_reading = models.CharField(_("given reading"), max_length=150, blank=True, default="")
    culture = models.CharField(
        _("name culture"), max_length=16, blank=True, default="", choices=choices.language_choices
    )
    company_name = models.CharField(_("company name"), max_length=300, blank=True, default="")
    domain = models.CharField(_("domain"), max_length=253, blank=True, default="")
    job_title = models.CharField(_("job title"), max_length=150, blank=True, default="")
    emails = columns.PointsField(_("e-mail"), kind="email")
    phones = columns.PointsField(_("phone"), kind="phone")
    email = models.CharField(_("main e-mail"), max_length=254, blank=True, default="", editable=False)
    phone = models.CharField(_("main phone"), max_length=20, blank=True, default="", editable=False)
    language = models.CharField(_("language"), max_length=16, blank=True, default="", choices=choices.language_choices)
    country = models.CharField(_("country"), max_length=2, blank=True, default="", choices=choices.country_choices)
    city = models.CharField(_("city"), max_length=200, blank=True, default="")
    message = models.TextField(_("message"), max_length=10_000, blank=True, default="")
    product = models.ForeignKey(
        "catalog.Product",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("interested in"),
    )
    tags = columns.TagsField(_("tags"))
    source = models.CharField(_("source"), max_length=12, blank=True, default="", choices=choices.Source.choices)
    channel = models.CharField(_("first channel"), max_length=16, blank=True, default="")
    campaign = models.CharField(_("first campaign"), max_length=200, blank=True, default="")
    referrer = models.CharField(_("came from"), max_length=500, blank=True, default="")
    landing = models.CharField(_("landed on"), max_length=500, blank=True, default="")
    captured_at = models.DateTimeField(_("came in"), default=timezone.now, editable=False)
    last_enquiry_at = models.DateTimeField(_("asked last"), default=timezone.now, editable=False)
    enquiries = models.PositiveIntegerField(_("enquiries"), default=1, editable=False)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.NEW)
    unfit_reason = models.CharField(
        _("why no match"), max_length=12, blank=True, default="", choices=UnfitReason.choices
    )
    score = models.PositiveSmallIntegerField(_("score"), default=0, editable=False)
    score_reasons = models.JSONField(default=list, editable=False)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices, default=Grade.D, editable=False)
    due_at = models.DateTimeField(_("answer due"), null=True, editable=False)
    first_due_at = models.DateTimeField(_("answer was due"), null=True, editable=False)
    half_at = models.DateTimeField(null=True, editable=False)
    three_quarters_at = models.DateTimeField(null=True, editable=False)
    nine_tenths_at = models.DateTimeField(null=True, editable=False)
    warned = models.PositiveSmallIntegerField(default=0, editable=False)
    target = models.ForeignKey(
        "ResponseTarget", models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    breached_at = models.DateTimeField(_("late since"), null=True, editable=False)
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
    converted_at = models.DateTimeField(_("converted"), null=True, editable=False)
    converted_by = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("converted by"),
    )
    outcome = models.JSONField(default=dict, editable=False)
    score_then = models.PositiveSmallIntegerField(_("score when converted"), null=True, editable=False)
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField(is_indexed=True)

    figures = frozenset({
        "score", "score_reasons", "grade", "enquiries", "last_enquiry_at", "due_at", "first_due_at", "breached_at",
        "half_at", "three_quarters_at", "nine_tenths_at", "warned", "target",
    })  # fmt: skip

    when_erased: ClassVar[erasing.Rules] = {"contact": erasing.Erase()}

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        constraints = [
            RowCheck(
                name="leads_lead_can_be_told_apart",
                condition=Q(family_name__gt="")
                | Q(given_name__gt="")
                | Q(company_name__gt="")
                | Q(email__gt="")
                | Q(phone__gt=""),
                violation_error_message=_("Give at least a name, a company, an e-mail address or a telephone number."),
            ),
            RowCheck(
                name="leads_lead_converted_whole",
                condition=Q(status=Status.CONVERTED, converted_at__isnull=False)
                | (~Q(status=Status.CONVERTED) & Q(converted_at=None)),
                violation_error_message=_("Convert a lead with its own button: it becomes a contact by that."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], condition=LIVE, name="leads_lead_sort"),
            models.Index(fields=["captured_at", "id"], condition=LIVE, name="leads_lead_captured"),
            models.Index(fields=["owner", "captured_at", "id"], condition=LIVE, name="leads_lead_owner"),
            models.Index(fields=["status", "captured_at", "id"], condition=LIVE, name="leads_lead_status"),
            models.Index(fields=["score", "id"], condition=LIVE, name="leads_lead_score"),
            in_territory("leads_lead_placed", "captured_at"),
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="leads_lead_updated"),
            models.Index(fields=["due_at", "id"], condition=LIVE & Q(due_at__isnull=False), name="leads_lead_due"),
            models.Index(
                fields=["due_at", "id"],
                condition=LIVE & Q(owner=None, status__in=["new", "working", "nurturing"]),
                name="leads_lead_queue",
            ),
            models.Index(fields=["contact"], condition=Q(contact__isnull=False), name="leads_lead_contact"),
            models.Index(fields=["company"], condition=Q(company__isnull=False), name="leads_lead_company"),
        ]

    def __str__(self) -> str:
        return self.name.display() or self.company_name or self.email or self.phone

    @property
    def name(self) -> PersonName:
        return PersonName(
            family=self.family_name,
            given=self.given_name,
            middle=self.middle_name,
            prefix=self.name_prefix,
            suffix=self.name_suffix,
            family_reading=self.family_reading,
            given_reading=self.given_reading,
            culture=self.culture,
        )

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def is_late(self, now: dt.datetime) -> bool:
        return self.due_at is not None and self.due_at < now

    def part_gone(self, now: dt.datetime) -> int:
        """Which part of the time to answer is gone, as far as people are told: 0, 50, 75 or 90 per cent."""
        moments = {part: getattr(self, name) for part, name in PARTS.items()}
        return max((part for part, moment in moments.items() if moment and moment <= now), default=0)

    def normalise(self) -> None:
        for column in ONE_LINE:
            value = getattr(self, column)
            if value:
                setattr(self, column, text.clean(value))
        self.message = text.clean_long(self.message)
        region = self.country or (phones.region_of(self.language) if self.language else "")
        reach.settle_points(self, "emails", "email")
        reach.settle_points(self, "phones", "phone", region)
        self.email, self.phone = _first(self.emails), _first(self.phones)
        name = self.name
        shown = self.company_name or self.email or self.phone
        self.sort_key = name.sort_key or text.sort_key(shown)
        self.folded_names = folded(*name.forms, self.company_name) or folded(shown)
        if self.status != Status.UNQUALIFIED:
            self.unfit_reason = ""

    def clean(self) -> None:
        if self.domain:
            try:
                self.domain = links.domain_of(self.domain)
            except Malformed as problem:
                raise ValidationError({"domain": problem.message}) from problem
        if self.channel and channels.named(self.channel) is None:
            raise ValidationError({"channel": _("There is no such channel.")})


def _first(points: list[dict[str, str]]) -> str:
    """The matching form of the address to use first."""
    chosen = next((point for point in points if point.get("primary")), points[0] if points else {})
    return str(chosen.get("key", ""))


ONE_LINE = (
    "family_name", "given_name", "middle_name", "name_prefix", "name_suffix", "family_reading", "given_reading",
    "company_name", "job_title", "city", "campaign", "referrer", "landing",
)  # fmt: skip
