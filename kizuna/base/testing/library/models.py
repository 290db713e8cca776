"""Authors and their books, with one column of every kind."""

from __future__ import annotations

from django.db import models

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import Record
from kizuna.base.types import text
from kizuna.base.types.columns import FoldedNamesField, MoneyField, PointsField, PositionField, SortKeyField, TagsField
from kizuna.base.types.names import folded


class Author(Record):
    name = models.CharField("name", max_length=200)
    reading = models.CharField("reading", max_length=200, blank=True, default="")
    emails = PointsField("e-mail addresses", kind="email")
    home = PositionField("home")
    sort_key = SortKeyField()
    folded_names = FoldedNamesField(is_indexed=True)

    class Meta:
        verbose_name = "author"
        verbose_name_plural = "authors"
        indexes = [models.Index(fields=["sort_key", "id"], name="library_author_list")]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.sort_key = text.sort_key(self.reading or self.name)
        self.folded_names = folded(self.name, self.reading)


class Book(Record):
    class Status(models.TextChoices):
        WANTED = "wanted", "Wanted"
        HELD = "held", "On the shelf"
        LENT = "lent", "Lent out"

    title = models.CharField("title", max_length=100)
    author = models.ForeignKey(Author, null=True, blank=True, on_delete=models.PROTECT, verbose_name="author")
    summary = models.TextField("summary", blank=True, default="")
    pages = models.PositiveIntegerField("pages", null=True, blank=True)
    rating = models.DecimalField("rating", max_digits=4, decimal_places=2, null=True, blank=True)
    price = MoneyField("price", null=True, blank=True)
    status = models.CharField("status", max_length=10, choices=Status, default=Status.HELD)
    is_rare = models.BooleanField("rare", default=False)
    published_on = models.DateField("published", null=True, blank=True)
    lent_at = models.DateTimeField("lent", null=True, blank=True)
    website = models.URLField("website", blank=True, default="")
    subjects = TagsField("subjects")

    class Meta:
        verbose_name = "book"
        verbose_name_plural = "books"
        constraints = [
            RowCheck(
                condition=models.Q(pages__gt=0) | models.Q(pages__isnull=True),
                name="library_book_has_pages",
                violation_error_message="A book has pages.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Review(Record):
    """What somebody wrote about a book: an entry on its timeline."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, verbose_name="book")
    body = models.TextField("review")

    class Meta:
        verbose_name = "review"
        verbose_name_plural = "reviews"

    def __str__(self) -> str:
        return self.body[:40]
