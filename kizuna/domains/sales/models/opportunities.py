"""Opportunity: a deal on its way, and the stages that it has been through."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.territories.models import Placed, in_territory
from kizuna.base.types import columns, erasing, text
from kizuna.base.types.money import Money
from kizuna.base.types.names import folded
from kizuna.customers.contacts.models.choices import Source
from kizuna.domains.sales.models.pipelines import CloseReason, ForecastCategory, Kind, Pipeline, Stage
from kizuna.domains.sales.models.sums import Way

IS_OPEN = LIVE & Q(status="open")
FIGURES = (
    "amount", "amount_currency", "status", "stage", "forecast_category", "pipeline", "owner", "reason", "territory",
)  # fmt: skip
"""What pages of figures read of deals: they lie in the index, so that a year of deals is read without the deals."""


class Opportunity(Placed, Record):
    """A deal with a customer. Where it stands is its stage; pipeline, status and probability follow from that.

    `own_probability` is what somebody thinks, `probability` what counts: the own one, else that of the stage, 100 once
    won and 0 once lost. `rots_on` is the day from which it has stood in its stage for too long. `items` and
    `open_items` count the checklist of its stage. With lines (`has_lines`) the amount is what they come to.
    """

    name = models.CharField(_("name"), max_length=300)
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
    pipeline = models.ForeignKey(
        Pipeline, models.PROTECT, blank=True, related_name="+", db_index=False, verbose_name=_("pipeline")
    )
    stage = models.ForeignKey(
        Stage, models.PROTECT, blank=True, related_name="+", db_index=False, verbose_name=_("stage")
    )
    status = models.CharField(_("status"), max_length=4, choices=Kind.choices, default=Kind.OPEN, editable=False)
    amount = columns.MoneyField(_("amount"))
    has_lines = models.BooleanField(_("amount from lines"), default=False, editable=False)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    own_probability = models.PositiveSmallIntegerField(
        _("own probability"),
        null=True,
        blank=True,
        help_text=_("In per cent, 1 to 99, where you know better. Empty: as the stage says."),
    )
    probability = models.PositiveSmallIntegerField(_("probability"), default=10, editable=False)
    forecast_category = models.CharField(
        _("forecast category"),
        max_length=9,
        choices=ForecastCategory.choices,
        default=ForecastCategory.PIPELINE,
        help_text=_("As the stage says, each time it changes; yours until then."),
    )
    source = models.CharField(_("source"), max_length=12, blank=True, default="", choices=Source.choices)
    next_step = models.CharField(_("next step"), max_length=300, blank=True, default="")
    next_step_on = models.DateField(_("next step on"), null=True, blank=True)
    reason = models.ForeignKey(
        CloseReason,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("closing reason"),
    )
    about = models.TextField(_("about"), max_length=20_000, blank=True, default="")
    tags = columns.TagsField(_("tags"))
    entered_stage_at = models.DateTimeField(_("in this stage since"), default=timezone.now, editable=False)
    rots_on = models.DateField(_("rotting from"), null=True, editable=False)
    items = models.PositiveSmallIntegerField(_("items"), default=0, editable=False)
    open_items = models.PositiveSmallIntegerField(_("open items"), default=0, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    way = models.ForeignKey(Way, models.PROTECT, null=True, editable=False, related_name="+", db_index=False)
    """Which stages it has been in; None for one that is where it began. `services.ways` keeps it."""
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField(is_indexed=True)

    when_erased: ClassVar[erasing.Rules] = {"contact": erasing.Unlink()}
    figures: ClassVar[frozenset[str]] = frozenset({"has_lines", "items", "open_items", "way_id"})

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        constraints = [
            RowCheck(
                name="sales_opportunity_named",
                condition=~Q(name=""),
                violation_error_message=_("An opportunity needs a name."),
            ),
            RowCheck(
                name="sales_opportunity_amount",
                condition=Q(amount=None) | Q(amount__gte=0),
                violation_error_message=_("An amount is not below zero."),
            ),
            RowCheck(
                name="sales_opportunity_probability",
                condition=Q(status="won", probability=100)
                | Q(status="lost", probability=0)
                | Q(status="open", probability__gte=1, probability__lte=99),
                violation_error_message=_("Open deals have 1 to 99 per cent, won ones 100, lost ones 0."),
            ),
            RowCheck(
                name="sales_opportunity_own_probability",
                condition=Q(own_probability=None) | Q(own_probability__gte=1, own_probability__lte=99),
                violation_error_message=_("Give 1 to 99 per cent; winning and losing do the rest."),
            ),
            RowCheck(
                name="sales_opportunity_forecast",
                condition=Q(status="won", forecast_category="closed")
                | Q(status="lost", forecast_category="omitted")
                | Q(status="open", forecast_category__in=["omitted", "pipeline", "best_case", "commit"]),
                violation_error_message=_("In forecasts, what is won is closed, what is lost is omitted."),
            ),
            RowCheck(
                name="sales_opportunity_closed",
                condition=Q(status="open", closed_at=None) | (~Q(status="open") & Q(closed_at__isnull=False)),
                violation_error_message=_("A deal is closed exactly when it is won or lost."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], condition=LIVE, name="sales_opp_sort"),
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="sales_opp_updated"),
            models.Index(
                fields=["stage", "updated_at", "id"],
                include=["amount", "amount_currency", "probability", "next_step_on", "rots_on"],
                condition=LIVE,
                name="sales_opp_stage",
            ),  # with what the head of a column says of its cards
            models.Index(fields=["pipeline", "updated_at", "id"], condition=LIVE, name="sales_opp_pipeline"),
            models.Index(fields=["owner", "updated_at", "id"], condition=LIVE, name="sales_opp_owner"),
            models.Index(
                fields=["company", "updated_at"], condition=Q(company__isnull=False), name="sales_opp_company"
            ),
            models.Index(
                fields=["contact", "updated_at"], condition=Q(contact__isnull=False), name="sales_opp_contact"
            ),
            models.Index(fields=["closes_on", "id"], include=FIGURES, condition=LIVE, name="sales_opp_ends"),
            models.Index(
                fields=["pipeline", "created_at"],
                include=[*(name for name in FIGURES if name != "pipeline"), "closes_on", "way"],
                condition=LIVE,
                name="sales_opp_begins",
            ),
            models.Index(
                fields=["closes_on", "id"],
                include=["amount", "amount_currency", "pipeline", "owner", "territory"],
                condition=LIVE & Q(forecast_category=ForecastCategory.CLOSED),
                name="sales_opp_won_on",
            ),
            models.Index(
                fields=["owner", "closes_on", "id"],
                include=[
                    "amount",
                    "amount_currency",
                    "forecast_category",
                    "stage",
                    "pipeline",
                    "territory",
                    "deleted_at",
                ],
                name="sales_opp_whose",
            ),  # those in the trash, too: how they stood once is told by whose they are now
            in_territory("sales_opp_placed", "updated_at"),
            models.Index(fields=["owner", "closes_on"], condition=IS_OPEN, name="sales_opp_forecast"),
            models.Index(fields=["pipeline", "rots_on"], condition=IS_OPEN, name="sales_opp_rots"),
            models.Index(fields=["pipeline", "next_step_on"], condition=IS_OPEN, name="sales_opp_next_step"),
            models.Index(fields=["pipeline", "status", "closed_at"], condition=LIVE, name="sales_opp_closed"),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name, self.next_step = text.clean(self.name), text.clean(self.next_step)
        self.about = text.clean_long(self.about)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)

    @property
    def is_open(self) -> bool:
        return self.status == Kind.OPEN

    @property
    def weighted(self) -> Money | None:
        """The amount times the probability."""
        return None if self.amount is None else self.amount.times(Decimal(self.probability) / 100)

    def follow(self, stage: Stage) -> None:
        """Take from its stage what follows from it. What it means to enter one, services know."""
        self.stage, self.pipeline_id = stage, stage.pipeline_id
        is_new_kind = self.status != stage.kind
        self.status = stage.kind
        self.probability = stage.probability if stage.is_final else self.own_probability or stage.probability
        if not stage.is_final:
            self.closed_at = None
        elif is_new_kind or self.closed_at is None:
            self.closed_at = timezone.now()
        if is_new_kind:
            self.forecast_category = stage.forecast_category


class StageVisit(models.Model):
    """A deal was in a stage from one moment to another; the visit that has not ended is where it stands."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="visits", db_index=False)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(left_at__isnull=True), name="sales_visit_one_at_a_time"
            ),
            models.CheckConstraint(
                name="sales_visit_ends_after_it_begins", condition=Q(left_at=None) | Q(left_at__gte=F("entered_at"))
            ),
        ]
        indexes = [
            models.Index(fields=["opportunity", "entered_at"], name="sales_visit_opportunity"),
            models.Index(fields=["stage", "left_at"], include=["opportunity", "entered_at"], name="sales_visit_left"),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id} in {self.stage_id}"
