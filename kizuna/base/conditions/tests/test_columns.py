"""What is known about a path, and which numbers fit into its column."""

from decimal import Decimal

import pytest
from django.db.models import Exists, F, Q

from kizuna.base.conditions.columns import column_at, fitted, has_subquery, is_plain
from kizuna.base.conditions.nodes import Within
from kizuna.base.conditions.tests.models import Person


@pytest.mark.parametrize(
    ("path", "ends_in", "many"),
    [
        ("age", "age", False),
        ("company_id", "company", False),
        ("company__parent__name", "name", False),
        ("clubs__name", "name", True),
        ("pk", "id", False),
        ("extra__shoe_size", None, False),
        ("nothing__here", None, False),
    ],
)
def test_a_path_ends_in_a_column_and_may_cross_many_rows(path, ends_in, many):
    column, crosses = column_at(Person, path)
    assert (column and column.name) == ends_in
    assert crosses is many


@pytest.mark.parametrize(
    ("column", "asked", "fitting"),
    [
        ("age", Within(Decimal("2.5"), None), (3, None)),
        ("age", Within(Decimal("2.5"), None, with_lower=False), (2, None)),
        ("age", Within(None, Decimal("-2.5")), (None, -3)),
        ("age", Within(Decimal("2.5"), Decimal("2.5")), None),
        ("age", Within(Decimal(32_768), None), None),
        ("age", Within(None, Decimal(32_768)), (None, None)),
        ("age", Within(Decimal(-32_768), Decimal(7)), (None, 7)),
        ("score", Within(Decimal("0.125"), Decimal("0.135")), (Decimal("0.13"), Decimal("0.13"))),
        ("score", Within(Decimal(1_000_000), None), None),
        ("ratio", Within(Decimal("0.1"), None), (0.1, None)),
    ],
)
def test_a_range_is_asked_for_in_numbers_that_the_column_holds(column, asked, fitting):
    found = fitted(asked, Person._meta.get_field(column))
    assert (found and (found.lower, found.upper)) == fitting


def test_a_query_inside_a_question_is_seen():
    assert has_subquery(Q(age=3) | (Q(name="x") & Q(pk__in=Person.objects.values("pk"))))
    assert has_subquery(Q(Exists(Person.objects.all())))
    assert not has_subquery(Q(age=3) & ~Q(name__in=["x"]))


def test_django_is_trusted_to_deny_plain_columns_only():
    assert is_plain(Q(age__gte=3) & ~Q(name="x"), Person)
    assert is_plain(Q(company__name__icontains="x"), Person)
    assert not is_plain(Q(extra__colour="red"), Person)
    assert not is_plain(Q(clubs__name="x"), Person)
    assert not is_plain(Q(F("age")), Person)
