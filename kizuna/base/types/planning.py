"""How PostgreSQL goes about our questions: many short ones over large tables.

Compiling a query (JIT) pays for reports of minutes. Ours it made slower by seconds: the more rows a table has, the
more a question seems to cost, and the sooner it is compiled. And a page that names a record's neighbours joins more
tables than the eight that PostgreSQL puts in order by itself; it then read all of a table to find fifty rows.

Starting workers for parts of a question takes longer than most of our questions: only long ones get them.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created

JOINS = 12
"""Tables of one question whose order PostgreSQL finds by itself."""
WORKERS = 100_000
"""What starting workers counts as, in pages read in a row; PostgreSQL itself says 1,000."""


def tell(connection: Any, **_options: Any) -> None:
    """Once for each new connection."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET jit = off; SET join_collapse_limit = {JOINS}; SET from_collapse_limit = {JOINS};"
                f" SET parallel_setup_cost = {WORKERS}"
            )


connection_created.connect(tell)
