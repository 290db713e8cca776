"""Each kind of field says in JSON Schema what it reads and writes."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from kizuna.base.resources import fields
from kizuna.base.resources.reader import Reader
from kizuna.base.types.money import Money

READER = Reader(actor=None)

KINDS: list[tuple[fields.Field, list[Any]]] = [
    (fields.Text("name", "Name", required=True), ["Yoko", "日向"]),
    (fields.Text("name", "Name"), ["", "Yoko"]),
    (fields.LongText("about", "About"), ["one\ntwo", ""]),
    (fields.Choice("stage", "Stage", choices=[("lead", "Lead"), ("customer", "Customer")]), ["lead", ""]),
    (fields.Number("pages", "Pages", minimum=0, maximum=9), [0, 9, None]),
    (fields.Number("rating", "Rating", places=2), [Decimal("4.50"), Decimal("-1.00"), None]),
    (fields.MoneyAmount("price", "Price"), [Money(Decimal("12.00"), "EUR"), None]),
    (fields.Flag("is_rare", "Rare"), [True, False]),
    (fields.Day("born_on", "Born"), [dt.date(1979, 5, 4), None]),
    (fields.Moment("seen_at", "Seen"), [dt.datetime(2026, 11, 20, 6, 30, tzinfo=dt.UTC), None]),
    (fields.Tags("tags", "Tags"), [["VIP", "秋"], []]),
    (
        fields.Points("emails", "E-mail", point_kind="email"),
        [[{"value": "Y@a.example", "key": "y@a.example", "label": "work", "primary": True, "verified": False}], []],
    ),
]


@pytest.mark.parametrize(("field", "values"), KINDS, ids=lambda part: repr(part)[:30])
def test_what_is_read_fits_the_schema_and_may_be_written_again(field: fields.Field, values: list[Any]) -> None:
    read, write = Draft202012Validator(field.json_schema()), Draft202012Validator(field.input_schema())
    for value in values:
        shown = field.to_json(value)
        read.validate(shown)
        write.validate(shown)
        assert field.to_json(field.parse(shown, READER)) == shown


def test_a_needed_value_may_not_be_null() -> None:
    assert not Draft202012Validator(fields.Text("name", "Name", required=True).input_schema()).is_valid(None)
    assert Draft202012Validator(fields.Text("name", "Name").input_schema()).is_valid(None)


@pytest.mark.parametrize("given", [3, {"id": 3}, {"id": 3, "title": "Aoba"}])
def test_a_relation_is_given_by_number_or_as_it_is_read(given: Any) -> None:
    relation = fields.Relation("company", "Company", target="company")
    Draft202012Validator(relation.input_schema()).validate(given)


def test_points_are_given_as_texts_or_with_their_labels() -> None:
    write = Draft202012Validator(fields.Points("emails", "E-mail", point_kind="email").input_schema())
    write.validate(["yoko@aoba.example", {"value": "y@a.example", "label": "home"}])
    assert not write.is_valid([{"value": "y@a.example", "label": "moon"}])
