"""Figures over the API: the groups of all that match, each with the filter that finds its records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.access.models import FieldRule
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry

pytestmark = pytest.mark.django_db

Programs = Callable[[User], Any]


@pytest.fixture
def shelf(haruto: User) -> None:
    told = {
        "Kokoro": {"status": "held", "pages": 248, "price": "10 EUR"},
        "Botchan": {"status": "wanted", "pages": 100, "price": "5 EUR"},
        "Mon": {"status": "held", "is_rare": True},
    }
    for title, values in told.items():
        records.create(actor=haruto, resource=registry.get("book"), values={"title": title, **values})


def test_each_figure_brings_the_filter_that_finds_its_records(shelf: None, program: Programs, haruto: User) -> None:
    caller = program(haruto)
    answer = caller.get("/books/chart", by="status", split="is_rare").json()
    assert {(one["label"], one["part"]): one["count"] for one in answer["items"]} == {
        ("Wanted", "No"): 1, ("On the shelf", "No"): 1, ("On the shelf", "Yes"): 1,
    }  # fmt: skip
    for one in answer["items"]:
        assert len(caller.ask("/books", one["filter"]).json()["items"]) == one["count"]


def test_numbers_and_amounts_are_written_as_fields_write_them(shelf: None, program: Programs, haruto: User) -> None:
    caller = program(haruto)
    pages = caller.get("/books/chart", by="status", measure="average:pages").json()
    assert {one["label"]: one["value"] for one in pages["items"]} == {"Wanted": "100", "On the shelf": "248"}
    price = caller.get("/books/chart", by="status", measure="sum:price").json()
    assert {"amount": "10.00", "currency": "EUR"} in [one["value"] for one in price["items"]]


def test_what_cannot_be_asked_is_refused_by_name(shelf: None, program: Programs, haruto: User) -> None:
    FieldRule.objects.create(role=haruto.roles.get(), resource="book", field="pages", access="hidden")
    for asked in ({"by": "summary"}, {"by": "status", "measure": "sum:pages"}, {"span": "decade"}, {"filter": "{"}):
        answer = program(haruto).get("/books/chart", **asked)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["parameter"] in asked
    assert program(haruto).get("/reviews/chart").status_code == 200
