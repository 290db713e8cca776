"""What comes again and again: one record stands for the next day of a series, and leaves a following one behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.columns import TagsField
from kizuna.base.types.repetition import from_rrule


class Series(models.Model):
    """`repeats` is an RRULE. The series began on `series_from`; the record stands for `series_on` in it, wherever it
    was moved to; `left_out` are its days on which there is none. `follows` is the record before it."""

    repeats = models.CharField(_("repetition"), max_length=200, blank=True, default="")
    series_rule = models.CharField(max_length=200, blank=True, default="", editable=False)
    series_from = models.DateField(null=True, editable=False)
    series_on = models.DateField(null=True, editable=False)
    left_out = TagsField(editable=False)
    follows = models.OneToOneField("self", models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        abstract = True

    def settle_series(self, day: dt.date | None) -> None:
        """Another rule is another series: it begins on the record's day."""
        if not self.repeats:
            self.series_rule, self.series_from, self.series_on, self.left_out = "", None, None, []
        elif self.series_rule != self.repeats or self.series_from is None:
            self.series_rule, self.left_out = self.repeats, []
            self.series_from = self.series_on = day

    @property
    def days_left_out(self) -> set[dt.date]:
        return {dt.date.fromisoformat(day) for day in self.left_out}

    def days_after(self, day: dt.date) -> Iterator[dt.date]:
        """The days of its series later than `day` and than this one, in order; none where it does not come again."""
        if not self.repeats or self.series_from is None or self.series_on is None:
            return iter(())
        rule = from_rrule(self.repeats)
        return rule.days_after(max(self.series_on, day), self.series_from, left_out=self.days_left_out)

    def next_day(self, *, after: dt.date | None = None) -> dt.date | None:
        """The day of its series after this one, and after `after`; None when it does not come again."""
        return next(self.days_after(after or dt.date.min), None)

    def leave_out(self, day: dt.date) -> None:
        """There is none on this day, in memory."""
        self.left_out = sorted({*self.left_out, day.isoformat()})
