"""Lesson: what was learned from a deal that was won or lost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, text
from kizuna.base.types.names import folded
from kizuna.domains.sales.models.opportunities import Opportunity


class Lesson(Record):
    """A case of the library: what worked in a deal, what did not, in words that others find again."""

    title = models.CharField(_("case"), max_length=300)
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="+", verbose_name=_("opportunity"))
    worked = models.TextField(_("what worked"), max_length=20_000, blank=True, default="")
    did_not_work = models.TextField(_("what did not"), max_length=20_000, blank=True, default="")
    tags = columns.TagsField(_("tags"))
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("case library")
        constraints = [
            RowCheck(
                name="sales_lesson_named", condition=~Q(title=""), violation_error_message=_("A case needs a name.")
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="sales_lesson_updated"),
            models.Index(fields=["sort_key", "id"], condition=LIVE, name="sales_lesson_sort"),
        ]

    def __str__(self) -> str:
        return self.title

    def normalise(self) -> None:
        self.title = text.clean(self.title)
        self.worked, self.did_not_work = text.clean_long(self.worked), text.clean_long(self.did_not_work)
        self.sort_key = text.sort_key(self.title)
        self.folded_names = folded(self.title)
