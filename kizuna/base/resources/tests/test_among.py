"""Rows that have a key or a part of a name: the same page whichever way the database goes to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base import conditions
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.resources.table import Sort, Table
from kizuna.base.types import among

pytestmark = pytest.mark.django_db


def asked(actor: User, key: str, field: str, op: str, value: Any) -> Any:
    resource = registry.get(key)
    tree = conditions.parse(json.dumps({"field": field, "op": op, "value": value}))
    schema = ResourceSchema(resource, actor)
    return resource.visible_to(actor).filter(conditions.compile(tree, schema=schema, viewer=actor))


def titles(actor: User, key: str, rows: Any, sort: str) -> list[str]:
    resource = registry.get(key)
    table = Table(resource, actor, columns=[resource.title_field], sort=Sort.of(resource, actor, sort), rows=rows)
    reader = Reader.of(actor)
    return [resource.title_field.to_text(row.values[0], reader) for row in table.page().rows]


@pytest.fixture
def shelf(db: None) -> None:
    for number in range(12):
        subjects = ["Poetry"] if number % 3 else ["History"]
        records.create(
            actor=SYSTEM, resource=registry.get("book"), values={"title": f"Book {number:02}", "subjects": subjects}
        )


@pytest.mark.parametrize("are_many", [False, True])
def test_a_page_of_one_subject_is_the_same_from_either_end(
    shelf: None, alice: User, monkeypatch: pytest.MonkeyPatch, are_many: bool
) -> None:
    if are_many:
        monkeypatch.setattr(among, "_read_few", lambda ids, values, connection, many: None)
        monkeypatch.setattr(among, "_are_many", lambda ids, values, connection, many: True)
    rows = asked(alice, "book", "subjects", "has_any", ["history"])
    assert titles(alice, "book", rows, "-title") == ["Book 09", "Book 06", "Book 03", "Book 00"]
    assert rows.count() == 4
    others = asked(alice, "book", "subjects", "has_none", ["history"])
    assert len(titles(alice, "book", others, "title")) == others.count() == 8


def test_matches_are_passed_ahead_only_as_far_as_it_matters_and_only_for_a_page(shelf: None, alice: User) -> None:
    rows = asked(alice, "book", "subjects", "has_any", ["poetry"])
    with CaptureQueriesContext(connection) as captured:
        assert rows.count() == 8
    assert not [query for query in captured if "LIMIT" in query["sql"]]
    with CaptureQueriesContext(connection) as captured:
        titles(alice, "book", rows, "title")
    ahead = f"LIMIT {among.MANY}" if connection.vendor == "postgresql" else f"OFFSET {among.MANY - 1}"
    assert [ahead in query["sql"] for query in captured] == [True, False]


@pytest.mark.parametrize(("many", "are_sorted"), [(4, False), (5, True)])
def test_few_are_sorted_and_many_are_met_in_the_order(
    shelf: None, alice: User, monkeypatch: pytest.MonkeyPatch, many: int, are_sorted: bool
) -> None:
    """Four books are about history."""
    monkeypatch.setattr(among.among, "__kwdefaults__", {"many": many})
    with CaptureQueriesContext(connection) as captured:
        titles(alice, "book", asked(alice, "book", "subjects", "has_any", ["history"]), "title")
    assert ("IS TRUE" not in captured[-1]["sql"]) is are_sorted


NAMES = ("田中 太郎", "中田 花子", "田村 中也", "김민수", "Ann Marie", "Hannah", 'Odd "quoted" name', "%_ percent")


@pytest.fixture
def authors(db: None) -> dict[str, Any]:
    resource = registry.get("author")
    return {name: records.create(actor=SYSTEM, resource=resource, values={"name": name}) for name in NAMES}


def found(alice: User, value: str, op: str = "contains") -> Sequence[str]:
    return sorted(titles(alice, "author", asked(alice, "author", "name", op, value), "name"))


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("田中", ["田中 太郎"]),
        ("中", ["中田 花子", "田中 太郎", "田村 中也"]),
        ("中太", []),
        ("민수", ["김민수"]),
        ("ann", ["Ann Marie", "Hannah"]),
        ("nn", ["Ann Marie", "Hannah"]),
        ("n m", ["Ann Marie"]),
        ('"quoted"', ['Odd "quoted" name']),
        ('" OR "', []),
        ("%_", ["%_ percent"]),
        ("%%%", []),
    ],
)
def test_a_part_of_a_name_finds_exactly_the_names_that_have_it(
    authors: dict[str, Any], alice: User, typed: str, names: list[str]
) -> None:
    assert found(alice, typed) == sorted(names)


def test_names_are_found_as_they_are_now(authors: dict[str, Any], alice: User) -> None:
    hanako = authors["中田 花子"]
    renamed = records.update(actor=SYSTEM, record=hanako, changes={"name": "Nakata Hanako"}, version=hanako.version)
    assert found(alice, "中田") == []
    assert found(alice, "nakata", "starts_with") == ["Nakata Hanako"]
    records.delete(actor=SYSTEM, record=renamed, version=renamed.version)
    assert found(alice, "nakata") == []
    registry.get("author").model.objects.filter(pk=hanako.pk).delete()
    assert found(alice, "hanako") == []


def test_what_was_written_comes_back_as_it_was(authors: dict[str, Any]) -> None:
    stored = registry.get("author").model.objects.get(pk=authors["田中 太郎"].pk)
    assert stored.folded_names == authors["田中 太郎"].folded_names == "\n田中 太郎\n"
