"""A wrong declaration is one clear sentence when Kizuna starts."""

from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.db import models

from kizuna.base.resources import checks
from kizuna.base.resources.resource import Resource, Section
from kizuna.base.testing.library.models import Book


def test_every_declaration_of_kizuna_is_in_order() -> None:
    assert checks.check_resources() == []


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"title": "label"}, "title names “label”, which is no field."),
        ({"read_only": ("colour",)}, "read_only names “colour”, which is no column."),
        (
            {"group": "library"},
            "group is “library”; the navigation has: top, customers, sales, marketing, service, insight.",
        ),
        ({"columns": ("title", "colour")}, "columns names “colour”, which is no field."),
        ({"board_by": "shelf"}, "board_by names “shelf”, which is no field."),
        ({"panel_labels": {"pages": "Pages"}}, "panel_labels names “pages”, which is no relation."),
        ({"sections": (Section("Book", "colour"),)}, "the section “Book” names “colour”, which is no field."),
        ({"sort": "-colour"}, "sort names “-colour”, by which rows cannot be sorted."),
    ],
)
def test_what_is_no_field_is_named(declared: dict[str, Any], sentence: str) -> None:
    books = type("Books", (Resource,), {"model": Book, "title": "title", **declared})
    assert sentence in list(checks.mistakes_of(books()))


def test_what_leads_where_no_screen_can_follow_is_named() -> None:
    class Shelf(models.Model):  # noqa: DJ008 - nobody reads it
        name = models.CharField(max_length=20)
        books = models.ManyToManyField(Book, related_name="+")
        kind = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "library"
            apps = Apps()

    shelves = type("Shelves", (Resource,), {"model": Shelf})
    assert list(checks.mistakes_of(shelves())) == [
        "“kind” leads to “contenttype”, which is no resource; exclude it, or register that.",
        "“books” leads to many, which no form can fill; make what stands between them a model, too.",
    ]
