"""What a schema promises, and what it refuses to promise."""

import pytest
from django.db.models import Q

from kizuna.base.conditions import ConditionField, StaticSchema
from kizuna.base.conditions.tests.models import Company, Person
from kizuna.base.conditions.tests.world import LEVELS, PEOPLE, STAGES


def test_a_field_of_an_unknown_kind_is_a_mistake_of_the_programmer():
    with pytest.raises(ValueError, match="unknown kind 'colour'"):
        ConditionField(name="hair", label="Hair", kind="colour", path="hair")


def test_a_field_needs_something_to_look_into():
    with pytest.raises(ValueError, match="no way to be looked up"):
        ConditionField(name="age", label="Age", kind="number")
    with pytest.raises(ValueError, match="no way to be looked up"):
        ConditionField(name="tags", label="Tags", kind="tags", path="tags")
    ConditionField(name="tags", label="Tags", kind="tags", lookup=lambda op, values: Q())
    with pytest.raises(ValueError, match="cannot have a lookup"):
        ConditionField(name="age", label="Age", kind="number", path="age", lookup=lambda op, values: Q())


def test_choices_may_be_made_when_they_are_asked_for():
    assert PEOPLE.field("stage").options() == STAGES
    assert PEOPLE.field("level").options() == LEVELS
    assert PEOPLE.field("age").options() is None


def test_schemas_may_name_each_other():
    targets = {}
    targets["company"] = StaticSchema(Company, targets=targets)
    people = StaticSchema(Person, targets=targets)
    assert people.target("company").target("company") is targets["company"]
    assert people.target("order") is None
    assert people.related("tasks") is None
    assert list(people.fields()) == list(people.all_related()) == []
