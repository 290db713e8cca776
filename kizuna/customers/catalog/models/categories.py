"""Category: a shelf of the catalogue, perhaps within a larger one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, text
from kizuna.base.types.names import folded


class Category(Record):
    """Products are put in one category each; what belongs to a category within it belongs to it too."""

    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("within category"),
    )
    about = models.TextField(_("about"), max_length=5000, blank=True, default="")
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            RowCheck(
                name="catalog_category_named",
                condition=~Q(name=""),
                violation_error_message=_("A category needs a name."),
            ),
            RowCheck(
                name="catalog_category_not_within_itself",
                condition=Q(parent=None) | ~Q(parent=F("id")),
                violation_error_message=_("A category cannot be within itself."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], condition=LIVE, name="catalog_category_sort"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="catalog_category_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name, self.about = text.clean(self.name), text.clean_long(self.about)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)
