"""Territories, who works in them, and how the tree is to be drawn anew."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import text, ties
from kizuna.base.types.columns import SortKeyField

USER = settings.AUTH_USER_MODEL


class Shape(Record):
    """What a territory is, whether it stands or is only drawn. `rules` are {kind of record: condition}."""

    name = models.CharField(_("name"), max_length=120)
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        default=0,
        help_text=_("Where several fit, the highest number gets the record; of equal ones the deepest."),
    )
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    rules = models.JSONField(default=dict, blank=True)
    sort_key = SortKeyField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name = text.clean(self.name)
        self.sort_key = text.sort_key(self.name)


def _shape_checks(prefix: str) -> list[models.BaseConstraint]:
    return [
        RowCheck(name=f"{prefix}_named", condition=~Q(name=""), violation_error_message=_("A territory needs a name.")),
        RowCheck(
            name=f"{prefix}_since_until",
            condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_from__lte=F("valid_until")),
            violation_error_message=_("It cannot end before it begins."),
        ),
        RowCheck(
            name=f"{prefix}_not_in_itself",
            condition=Q(parent=None) | ~Q(parent=F("id")),
            violation_error_message=_("A territory cannot lie in itself."),
        ),
    ]


class Territory(Shape):
    """A part of the market. It lies in another one, takes the records that meet its condition and those of all above
    it, and is worked by its members: people named, and everybody of its team."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("parent territory"),
    )
    team = models.ForeignKey(
        "identity.Team", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("team")
    )
    leader = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("leader")
    )

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        constraints = _shape_checks("territories_territory")
        indexes = [
            models.Index(fields=["sort_key", "id"], condition=LIVE, name="territories_sort"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="territories_parent"),
            models.Index(fields=["leader"], condition=Q(leader__isnull=False), name="territories_led_by"),
            models.Index(fields=["team"], condition=Q(team__isnull=False), name="territories_of_team"),
        ]


class TerritoryMember(Record):
    """Somebody who works in a territory beside its team, from a day to a day."""

    territory = models.ForeignKey(
        Territory, models.PROTECT, related_name="members", db_index=False, verbose_name=_("territory")
    )
    user = models.ForeignKey(USER, models.PROTECT, related_name="+", db_index=False, verbose_name=_("person"))
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("member of a territory")
        verbose_name_plural = _("members of territories")
        constraints = [
            RowCheck(
                name="territories_member_since_until",
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_from__lte=F("valid_until")),
                violation_error_message=_("It cannot end before it begins."),
            ),
            models.UniqueConstraint(
                fields=["territory", "user"],
                condition=LIVE,
                name="territories_member_once",
                violation_error_message=_("This person works in the territory already."),
            ),
        ]
        indexes = [
            models.Index(fields=["territory", "id"], name="territories_member_order"),
            models.Index(fields=["user"], condition=LIVE, name="territories_member_of"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.territory}"

    @staticmethod
    def working_on(day: dt.date) -> Q:
        """Those who work there on a day."""
        begun = Q(valid_from=None) | Q(valid_from__lte=day)
        return LIVE & begun & (Q(valid_until=None) | Q(valid_until__gte=day))


class Realignment(Record):
    """The tree drawn anew, and what became of it. `position` is how far its work has come; `before` of its drafts, what
    the tree was."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        APPLIED = "applied", _("Applied")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")

    WORKING = (State.RUNNING, State.UNDOING)

    name = models.CharField(_("name"), max_length=120)
    about = models.TextField(_("about"), max_length=5000, blank=True, default="")
    applies_on = models.DateField(_("on"), null=True, blank=True, help_text=_("Empty: as soon as somebody applies it."))
    gives_out = models.BooleanField(
        _("new owners by the assignment rules"),
        default=False,
        help_text=_("What moves is given out by the assignment rules. Otherwise owners stay."),
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT, editable=False)
    moved = models.PositiveIntegerField(_("moved"), default=0, editable=False)
    applied_at = models.DateTimeField(_("applied"), null=True, editable=False)
    planned_by = models.ForeignKey(
        USER, models.PROTECT, null=True, editable=False, related_name="+", db_index=False, verbose_name=_("planned by")
    )
    position = models.JSONField(default=dict, editable=False)
    preview = models.JSONField(null=True, editable=False)
    """What would move (`queries.Flow`), reckoned by a job; None once the drawing changed."""
    problem = models.CharField(_("problem"), max_length=500, blank=True, default="", editable=False)
    sort_key = SortKeyField()

    class Meta:
        verbose_name = _("realignment")
        verbose_name_plural = _("realignments")
        constraints = [
            RowCheck(
                name="territories_realignment_named",
                condition=~Q(name=""),
                violation_error_message=_("A realignment needs a name."),
            )
        ]
        indexes = [models.Index(fields=["updated_at", "id"], condition=LIVE, name="territories_realigned")]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name, self.about = text.clean(self.name), text.clean_long(self.about)
        self.sort_key = text.sort_key(self.name)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class TerritoryDraft(Shape):
    """A territory as a realignment draws it. `territory` is the one that stands now (None: a new one), `base` how it
    stood when the draft was begun: only what differs from that is applied. In the trash it is not drawn: the territory
    is archived."""

    realignment = models.ForeignKey(
        Realignment, models.PROTECT, related_name="drafts", db_index=False, verbose_name=_("realignment")
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("stands now"),
    )  # fmt: skip
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("parent territory"),
    )
    base = models.JSONField(default=dict, editable=False)
    before = models.JSONField(null=True, editable=False)

    class Meta:
        verbose_name = _("drafted territory")
        verbose_name_plural = _("drafted territories")
        constraints = _shape_checks("territories_draft")
        indexes = [models.Index(fields=["realignment", "sort_key", "id"], name="territories_drafts")]


class Move(models.Model):
    """A record that a realignment moved, and to whom it went."""

    realignment = models.ForeignKey(Realignment, models.CASCADE, related_name="moves", db_index=False)
    resource = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    went_from = models.BigIntegerField(null=True)
    went_to = models.BigIntegerField(null=True)
    owned_before = models.BigIntegerField(null=True)
    owned_after = models.BigIntegerField(null=True)

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Leave()}
    rows_called: ClassVar = _("moves between territories")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["realignment", "resource", "record_id"], name="territories_moved_once")
        ]

    def __str__(self) -> str:
        return f"{self.resource}:{self.record_id}"


class Placed(models.Model):
    """What lies in a territory. `territory_pinned_at` is when somebody chose it; empty: the rules did."""

    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("territory")
    )
    territory_pinned_at = models.DateTimeField(_("territory chosen"), null=True, editable=False)

    class Meta:
        abstract = True


def in_territory(name: str, order: str) -> Any:
    """The index by territory of what lies in one, in the order of its list: it takes no room where there are none."""
    return models.Index(fields=["territory", order, "id"], condition=LIVE & Q(territory__isnull=False), name=name)
