"""How a database means to answer: whether an index serves, as it would in a large table."""

from __future__ import annotations

from django.db import connection


def explained(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"{'EXPLAIN' if connection.vendor == 'postgresql' else 'EXPLAIN QUERY PLAN'} {sql}")
        return "\n".join(str(row) for row in cursor.fetchall())


def reluctant() -> None:
    """Have PostgreSQL plan as if the table were so large that reading or sorting all of it is out of the question."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for way in ("seqscan", "bitmapscan", "sort", "incremental_sort", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{way} = off")


def only(index: str) -> None:
    """Have PostgreSQL know no other index of this one's table until the transaction ends.

    Among the indexes of a small table it takes any: what it thinks of their sizes depends on who filled it before.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid <> %s::regclass"
                " AND indrelid = (SELECT indrelid FROM pg_index WHERE indexrelid = %s::regclass)",
                [index, index],
            )
