"""What Django empties the database with after a test that commits."""

from typing import Any

from django.core.management.commands import flush
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from kizuna.base.identity.services.roles import create_built_in_roles

SAME_ALWAYS = {"django_content_type", "auth_permission"}
"""What Django would write again, row by row."""


class Command(flush.Command):
    """Empties only the tables that hold something: PostgreSQL makes new files for each of two hundred it is told."""

    def handle(self, **options: Any) -> None:
        database = options["database"]
        connection = connections[database]
        with transaction.atomic(using=database), connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # who points to whom matters no more: all go
                cursor.execute("SET LOCAL session_replication_role = replica")
            for table in _filled(connection):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a model's table
        create_built_in_roles(using=database)


def _filled(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables with rows, by one question."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - SAME_ALWAYS
    asked = [
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"  # noqa: S608 - as above
        for table in sorted(tables)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [table for (table,) in cursor.fetchall()]
