"""What a forecast is made of beside the deals: how they stood each day, what is to be reached, what managers think."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, ties
from kizuna.domains.sales.models.opportunities import Opportunity
from kizuna.domains.sales.models.pipelines import ForecastCategory, Kind, Pipeline, Stage


class Span(models.TextChoices):
    """How long a period of the forecast is."""

    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Fiscal year")


def standing_on(day: Any) -> Q:
    """Which states, or sums of them, are of the end of a day."""
    return Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gt=day))


class OpportunityStateQuerySet(models.QuerySet["OpportunityState"]):
    def as_of(self, day: Any) -> models.QuerySet[OpportunityState]:
        """How deals stood at the end of a day."""
        return self.filter(standing_on(day))


class OpportunityState(models.Model):
    """How a deal stood from one day on until another: a row for each change, not for each day.

    The row without `until_on` is how it stands. It stays when the deal goes to the trash or is merged: it tells how
    the pipeline stood then. Teams are not in it: it is told by the teams of today, so that what differs are the deals.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="states", db_index=False)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="+", db_index=False)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=4, choices=Kind.choices)
    amount = columns.MoneyField()
    probability = models.PositiveSmallIntegerField()
    forecast_category = models.CharField(max_length=9, choices=ForecastCategory.choices)
    closes_on = models.DateField(null=True)
    territory = models.ForeignKey("territories.Territory", models.PROTECT, null=True, related_name="+", db_index=False)

    objects = OpportunityStateQuerySet.as_manager()

    when_merged: ClassVar[ties.Rules] = {"opportunity": ties.Leave()}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(until_on__isnull=True), name="sales_state_one_at_a_time"
            ),
            models.CheckConstraint(
                name="sales_state_ends_after_it_begins", condition=Q(until_on=None) | Q(until_on__gt=F("from_on"))
            ),
        ]
        indexes = [
            models.Index(fields=["opportunity", "from_on"], name="sales_state_opportunity"),
            models.Index(
                fields=["closes_on", "from_on"],
                include=[
                    "until_on",
                    "opportunity",
                    "amount",
                    "amount_currency",
                    "forecast_category",
                    "stage",
                    "owner",
                    "pipeline",
                    "territory",
                ],
                name="sales_state_ends",
            ),
            models.Index(fields=["owner", "closes_on", "from_on"], name="sales_state_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id} from {self.from_on}"


class StageOutcome(models.Model):
    """How many deals that were once in an open stage were won, and lost, by the month in which they were closed. A job
    reckons it anew each night."""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+", db_index=False)
    month_on = models.DateField()
    won = models.PositiveIntegerField()
    lost = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "month_on"], name="sales_outcome_once")]

    def __str__(self) -> str:
        return f"{self.stage_id} {self.month_on}: {self.won}/{self.lost}"


class FiscalYear(models.Model):
    """In which month the company's year begins; one row."""

    begins_in = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="sales_fiscalyear_month", condition=Q(begins_in__gte=1) & Q(begins_in__lte=12)),
            models.CheckConstraint(name="sales_fiscalyear_one", condition=Q(pk=1)),
        ]

    def __str__(self) -> str:
        return f"{self.begins_in}"


class Quota(Record):
    """What a person or a team is to win in a period, or what is to be won in a territory. Its history says who set it,
    and what it was before."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("colleague"),
    )  # fmt: skip
    team = models.ForeignKey(
        "identity.Team", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("team"),
    )  # fmt: skip
    territory = models.ForeignKey(
        "territories.Territory", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("territory"),
    )  # fmt: skip
    span = models.CharField(_("period"), max_length=7, choices=Span.choices, default=Span.QUARTER)
    begins_on = models.DateField(_("first day"), help_text=_("The first day of the month, quarter or fiscal year."))
    amount = columns.MoneyField(_("amount"), null=False, blank=False)

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [
            RowCheck(
                name="sales_quota_of_somebody",
                condition=Q(person__isnull=False, team=None, territory=None)
                | Q(person=None, team__isnull=False, territory=None)
                | Q(person=None, team=None, territory__isnull=False),
                violation_error_message=_("A quota is that of a colleague, of a team or of a territory."),
            ),
            RowCheck(
                name="sales_quota_amount",
                condition=Q(amount__gte=0),
                violation_error_message=_("An amount is not below zero."),
            ),
            models.UniqueConstraint(
                fields=["person", "begins_on", "span"],
                condition=LIVE & Q(person__isnull=False),
                name="sales_quota_once",
                violation_error_message=_("They have a quota for this period: change it."),
            ),
            models.UniqueConstraint(
                fields=["team", "begins_on", "span"],
                condition=LIVE & Q(team__isnull=False),
                name="sales_quota_team_once",
                violation_error_message=_("The team has a quota for this period: change it."),
            ),
            models.UniqueConstraint(
                fields=["territory", "begins_on", "span"],
                condition=LIVE & Q(territory__isnull=False),
                name="sales_quota_territory_once",
                violation_error_message=_("The territory has a quota for this period: change it."),
            ),
        ]
        indexes = [models.Index(fields=["begins_on", "id"], condition=LIVE, name="sales_quota_begins")]

    def __str__(self) -> str:
        return f"{self.person or self.team or self.territory} {self.begins_on}"


class ForecastAdjustment(models.Model):
    """What a manager thinks instead of a figure, and why. Never changed: the latest counts, an amount of None takes it
    back."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    team = models.ForeignKey("identity.Team", models.PROTECT, null=True, related_name="+", db_index=False)
    span = models.CharField(max_length=7, choices=Span.choices)
    begins_on = models.DateField()
    category = models.CharField(max_length=9, choices=ForecastCategory.choices)
    amount = columns.MoneyField()
    note = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sales_adjustment_of_somebody",
                condition=Q(person=None, team__isnull=False) | Q(person__isnull=False, team=None),
            ),
        ]
        indexes = [models.Index(fields=["begins_on", "span"], name="sales_adjustment_period")]

    def __str__(self) -> str:
        return f"{self.person or self.team} {self.begins_on} {self.category}"
