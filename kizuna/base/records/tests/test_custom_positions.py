"""Places as custom fields: found in circles, by an index, and given by the name of a city."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from kizuna.base import conditions
from kizuna.base.conditions.nearness import within
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.records.custom import storage
from kizuna.base.records.models import CustomField
from kizuna.base.resources import registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.testing.library.models import Book
from kizuna.base.testing.plans import only, reluctant
from kizuna.base.types.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def extra(alice: Any) -> CustomField:
    return records.add_custom_field(
        actor=alice, resource=registry.get("book"), kind="position", labels="Extra", name="extra"
    )


def make(actor: Any, title: str, **values: Any) -> Any:
    return records.create(actor=actor, resource=registry.get("book"), values={"title": title, **values})


def found(actor: Any, op: str, value: Any = None) -> list[str]:
    resource = registry.get("book")
    tree = {"field": "extra", "op": op} | ({} if value is None else {"value": value})
    asked = conditions.compile(tree, schema=ResourceSchema(resource, actor), viewer=actor)
    return sorted(resource.visible_to(actor).filter(asked).values_list("title", flat=True))


def test_places_are_found_in_a_circle_across_the_date_line_by_an_index(extra: CustomField, mika: Any) -> None:
    for title, place in (("Here", "Yokohama"), ("Far", "-17.7, 179.9"), ("Beyond", "-17.7, -179.9"), ("Nowhere", "")):
        make(mika, title, extra=place)
    connection.check_constraints()  # PostgreSQL makes no index while some of this transaction are to be checked
    run_waiting()

    assert found(mika, "within", {"lat": -17.7, "lon": 180, "km": 50}) == ["Beyond", "Far"]
    assert found(mika, "within", {"lat": 35.44, "lon": 139.64, "km": 20}) == ["Here"]
    assert found(mika, "is_empty") == ["Nowhere"]
    box = within(registry.get("book").fields["extra"].path, (35_000_000, 139_000_000, 36_000_000, 140_000_000))
    reluctant()
    only(storage.index_name(extra))
    assert storage.index_name(extra) in Book.objects.filter(box, deleted_at__isnull=True).explain()


@pytest.mark.usefixtures("extra")
def test_a_place_that_is_no_city_is_refused_in_words(mika: Any) -> None:
    with pytest.raises(Invalid, match="a city and its country"):
        make(mika, "Kokoro", extra="Springfield")
