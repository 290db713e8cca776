"""The table of operators, from which screens and API docs are made."""

import pytest

from kizuna.base import conditions
from kizuna.base.conditions.operators import MEASURES, OPPOSITES, operators_of_measure
from kizuna.base.conditions.readings import _READERS


@pytest.mark.parametrize("kind", conditions.KINDS)
def test_every_kind_of_field_has_operators_with_words_and_an_input(kind: str) -> None:
    operators = conditions.operators_for(kind)
    assert len({operator.name for operator in operators}) == len(operators) > 1
    for operator in operators:
        assert str(operator.label)
        assert (operator.arity == "none") == (operator.input == "none")
    assert kind in _READERS


def test_only_people_can_be_me() -> None:
    def personal(target: str) -> set[str]:
        return {each.name for each in conditions.operators_for("relation", target=target)} & {"is_me", "is_my_team"}

    assert personal("user") == {"is_me", "is_my_team"}
    assert personal("team") == {"is_my_team"}
    assert personal("company") == set()


def test_an_opposite_is_an_operator_and_so_is_what_it_denies() -> None:
    names = {operator.name for kind in conditions.KINDS for operator in conditions.operators_for(kind)}
    assert set(OPPOSITES) <= names
    assert set(OPPOSITES.values()) <= names


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_a_measure_is_compared_like_the_fields_it_is_taken_of(measure: conditions.Measure) -> None:
    for kind in measure.kinds or ("number",):
        names = {operator.name for operator in operators_of_measure(measure.name, kind)}
        assert names <= {operator.name for operator in conditions.operators_for(kind)}
        assert measure.name == "count" or measure in conditions.measures_for(kind)


def test_nothing_is_never_a_sum() -> None:
    assert "is_empty" not in {operator.name for operator in operators_of_measure("sum", "number")}
    assert "is_empty" in {operator.name for operator in operators_of_measure("max", "number")}
