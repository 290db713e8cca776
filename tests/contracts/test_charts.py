"""Every kind of record can be drawn as a chart by every field that offers it, on either database."""

from __future__ import annotations

import pytest

from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.resources.grouping import WAYS, Grouping, Measure, divides, gather, measurable
from kizuna.base.resources.resource import Resource
from tests.contracts.samples import all_nouns, make, make_kind

pytestmark = pytest.mark.django_db


def _gathered(noun: Resource, actor: User, by: Grouping, measure: Measure) -> int:
    rows = noun.visible_to(actor)
    found = gather(rows, actor, actor.zone, by, None, measure)
    if not by.is_several:
        assert found.whole.count == rows.count(), f"{noun.key} by {by.field.name}"
    return found.whole.count


def test_every_field_that_offers_it_gathers_the_records_of_its_kind(alice: User) -> None:
    make_kind()
    make(registry.get("contact"), alice, "Aoba")
    made = 0
    for key in all_nouns():
        noun = registry.get(key)
        fields = noun.readable_fields(alice).values()
        measures = [Measure(WAYS[number % 4], one) for number, one in enumerate(fields) if measurable(one)]
        for number, field in enumerate(one for one in fields if divides(one)):
            measure = measures[number % len(measures)] if measures else Measure()
            made += _gathered(noun, alice, Grouping(field, "quarter"), measure)
        if hasattr(noun.model, "deleted_at") and not any(divides(one) for one in fields):
            raise AssertionError(f"{key} cannot be drawn")
    assert made
