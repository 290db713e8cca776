"""PostgreSQL is told how to plan on every connection."""

import pytest
from django.db import connection

from kizuna.base.types import planning


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite compiles nothing and joins in the order it finds."
)
@pytest.mark.django_db
def test_a_connection_compiles_nothing_orders_the_joins_of_a_page_and_starts_few_workers() -> None:
    with connection.cursor() as cursor:
        found = []
        for name in ("jit", "join_collapse_limit", "from_collapse_limit", "parallel_setup_cost"):
            cursor.execute(f"SHOW {name}")
            found.append(cursor.fetchone()[0])
    assert found == ["off", str(planning.JOINS), str(planning.JOINS), str(planning.WORKERS)]
