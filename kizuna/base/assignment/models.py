"""Rules that say who gets a record, who takes part in them, whose turn it is, and who is away."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.identity import SYSTEM
from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.resources.fields.questions import check
from kizuna.base.types import text
from kizuna.base.types.columns import SortKeyField
from kizuna.base.types.errors import Invalid

USER = settings.AUTH_USER_MODEL


def checked(about: str, tree: object) -> None:
    """Raise ValidationError if a condition cannot be asked of this kind of record."""
    try:
        check(about, tree, SYSTEM)
    except Invalid as problem:
        raise ValidationError({"condition": str(problem.message)}) from problem


class AssignmentRule(Record):
    """Of the rules of a kind of record the first whose condition fits decides: one of its members gets it.

    `keeps_owner`: who owns the contact or company already gets it, member or not.
    """

    kind = models.CharField(_("records"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveIntegerField(_("position"), default=0)
    condition = models.JSONField(_("for which"), default=dict, blank=True)
    way = models.CharField(_("way"), max_length=20, default="round_robin")
    keeps_owner = models.BooleanField(
        _("whoever knows them keeps them"),
        default=False,
        help_text=_("Who owns the contact or company already gets it, as long as they are there."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    sort_key = SortKeyField()

    class Meta:
        verbose_name = _("assignment rule")
        verbose_name_plural = _("assignment rules")
        constraints = [
            RowCheck(
                name="assignment_rule_named", condition=~Q(name=""), violation_error_message=_("A rule needs a name.")
            )
        ]
        indexes = [
            models.Index(fields=["kind", "position", "id"], condition=LIVE, name="assignment_rule_order"),
            models.Index(fields=["sort_key", "id"], condition=LIVE, name="assignment_rule_sort"),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name = text.clean(self.name)
        self.sort_key = text.sort_key(self.name)

    def clean(self) -> None:
        checked(self.kind, self.condition)


class AssignmentMember(Record):
    """A person, or everybody of a team, who takes part in a rule. At most `most` at a time; only records that meet
    `condition` ("who speaks Korean gets those in Korean")."""

    rule = models.ForeignKey(AssignmentRule, models.PROTECT, related_name="members", verbose_name=_("rule"))
    user = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("person")
    )
    team = models.ForeignKey(
        "identity.Team", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("team")
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, help_text=_("Who has twice the weight gets twice as many.")
    )
    most = models.PositiveIntegerField(
        _("at most at a time"), null=True, blank=True, help_text=_("Of those that keep them busy. Empty: no limit.")
    )
    condition = models.JSONField(_("only those"), default=dict, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("member of a rule")
        verbose_name_plural = _("members of rules")
        constraints = [
            RowCheck(
                name="assignment_member_is_somebody",
                condition=Q(user=None, team__isnull=False) | Q(user__isnull=False, team=None),
                violation_error_message=_("Name a person or a team."),
            ),
            RowCheck(
                name="assignment_member_weight",
                condition=Q(weight__gte=1, weight__lte=100),
                violation_error_message=_("A weight lies between 1 and 100."),
            ),
            models.UniqueConstraint(
                fields=["rule", "user"],
                condition=LIVE & Q(user__isnull=False),
                name="assignment_member_once",
                violation_error_message=_("This person takes part in the rule already."),
            ),
            models.UniqueConstraint(
                fields=["rule", "team"],
                condition=LIVE & Q(team__isnull=False),
                name="assignment_member_team_once",
                violation_error_message=_("This team takes part in the rule already."),
            ),
        ]
        indexes = [models.Index(fields=["rule", "position", "id"], name="assignment_member_order")]

    def __str__(self) -> str:
        return str(self.user or self.team)

    def clean(self) -> None:
        if self.rule_id:
            checked(self.rule.kind, self.condition)


class Turn(models.Model):
    """How long somebody has waited for their turn in a rule: who was given one paid the weights of all who could have
    had it, and who could have had it earned their own. Those who were away neither pay nor earn."""

    rule = models.ForeignKey(AssignmentRule, models.CASCADE, related_name="turns", db_index=False)
    user = models.ForeignKey(USER, models.CASCADE, related_name="+", db_index=False)
    credit = models.IntegerField(default=0)
    given = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "user"], name="assignment_one_turn")]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.user_id}"


class Absence(Record):
    """Days on which its owner is away, the first and the last included, as the calendar of their own zone counts."""

    since_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            RowCheck(
                name="assignment_absence_since_until",
                condition=Q(since_on__lte=F("until_on")),
                violation_error_message=_("It cannot end before it begins."),
            )
        ]
        indexes = [
            models.Index(fields=["owner", "until_on"], condition=LIVE, name="assignment_absence_until"),
            models.Index(fields=["since_on", "id"], condition=LIVE, name="assignment_absence_since"),
            models.Index(fields=["owner", "since_on", "id"], condition=LIVE, name="assignment_absence_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.since_on}"

    def normalise(self) -> None:
        self.note = text.clean(self.note)
