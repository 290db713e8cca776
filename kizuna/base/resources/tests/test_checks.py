"""A wrong declaration is one clear sentence when Kizuna starts."""

from typing import Any

import pytest

from kizuna.base.resources import checks
from kizuna.base.resources.resource import Resource, Section
from kizuna.base.testing.library.models import Book


def test_every_declaration_of_kizuna_is_in_order() -> None:
    assert checks.check_resources() == []


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"title": "label"}, "title names “label”, which is no field."),
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
