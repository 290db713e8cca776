"""When somebody is there: hours of each weekday, in a zone, and days on which nobody is."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.identity.models.users import available_zones
from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import text
from kizuna.base.types.columns import SortKeyField
from kizuna.base.types.errors import Malformed
from kizuna.base.types.hours import Hours, read_holidays, read_spans, write_spans

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class BusinessHours(Record):
    """Each weekday says its hours as people write them: "9:00-12:00, 13:00-18:00"; nothing is closed."""

    name = models.CharField(_("name"), max_length=120)
    zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_default = models.BooleanField(
        _("usual hours"), default=False, help_text=_("Count where nothing else is said. One can be the usual.")
    )
    monday = models.CharField(_("Monday"), max_length=120, blank=True, default="9:00-18:00")
    tuesday = models.CharField(_("Tuesday"), max_length=120, blank=True, default="9:00-18:00")
    wednesday = models.CharField(_("Wednesday"), max_length=120, blank=True, default="9:00-18:00")
    thursday = models.CharField(_("Thursday"), max_length=120, blank=True, default="9:00-18:00")
    friday = models.CharField(_("Friday"), max_length=120, blank=True, default="9:00-18:00")
    saturday = models.CharField(_("Saturday"), max_length=120, blank=True, default="")
    sunday = models.CharField(_("Sunday"), max_length=120, blank=True, default="")
    holidays = models.TextField(
        _("holidays"),
        max_length=20_000,
        blank=True,
        default="",
        help_text=_("A day a line, with its name: 2027-01-01 New Year."),
    )
    sort_key = SortKeyField()

    class Meta:
        verbose_name = _("business hours")
        verbose_name_plural = _("business hours")
        constraints = [
            RowCheck(
                name="hours_named", condition=~Q(name=""), violation_error_message=_("Business hours need a name.")
            ),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=LIVE & Q(is_default=True),
                name="hours_one_default",
                violation_error_message=_("Other hours are the usual ones already."),
            ),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], condition=LIVE, name="hours_sort")]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name = text.clean(self.name)
        self.sort_key = text.sort_key(self.name)
        self.holidays = text.clean_long(self.holidays)
        for day in WEEK:
            try:
                setattr(self, day, write_spans(read_spans(getattr(self, day))))
            except Malformed:
                continue  # `clean` says what is wrong

    def clean(self) -> None:
        wrong = {}
        for name, read in [*((day, read_spans) for day in WEEK), ("holidays", read_holidays)]:
            try:
                read(getattr(self, name))
            except Malformed as problem:
                wrong[name] = problem.message
        if self.zone not in available_zones():
            wrong["zone"] = _("There is no such time zone. They are written like Asia/Tokyo.")
        if wrong:
            raise ValidationError(wrong)

    @property
    def hours(self) -> Hours:
        week = [read_spans(getattr(self, day)) for day in WEEK]
        return Hours(self.zone, week, frozenset(read_holidays(self.holidays)))
