"""Migrations are applied faster than Django does it, and make the same of a database."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from kizuna.server.migrating import drawing_no_more_than_needed
from tests.database import EmptyDatabase

KEY = ("id", models.BigAutoField(primary_key=True))


TABLES = {
    "sqlite": "SELECT name, sql FROM sqlite_master",
    "postgresql": "SELECT table_name, column_name || data_type || is_nullable FROM information_schema.columns"
    " WHERE table_schema = 'public' UNION SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    " UNION SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
}


def build(*rooms: str) -> set[Any]:
    """The tables of these rooms, made from nothing: their columns, constraints and indexes."""
    executor = MigrationExecutor(connection)
    executor.migrate([key for key in executor.loader.graph.leaf_nodes() if key[0] in rooms])
    with connection.cursor() as cursor:
        cursor.execute(TABLES[connection.vendor])
        return set(cursor.fetchall())


def test_the_tables_are_those_that_django_builds(empty_database: EmptyDatabase) -> None:
    rooms = "access", "events", "saved_views"
    with empty_database():
        by_django = build(*rooms)
    with empty_database(), drawing_no_more_than_needed():
        assert build(*rooms) == by_django
    assert {"identity_user", "saved_views_savedview"} <= {name for name, _made in by_django}


class LookAround(operations.SeparateDatabaseAndState):
    """A step that follows the relations of the models that it is given."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for apps in (from_state.apps, to_state.apps):
            page, book, shelf = (apps.get_model("library", name) for name in ("Page", "Book", "Shelf"))
            assert page._meta.get_field("book").remote_field.model is book
            assert book._meta.get_field("shelf").remote_field.model is shelf
            assert [one.related_model for one in book._meta.related_objects] == [page]
            assert [one.related_model for one in shelf._meta.related_objects] == [book]


def a_shelf_with_a_book(apps: Any, editor: Any) -> None:
    shelf = apps.get_model("library", "Shelf").objects.create()
    book = apps.get_model("library", "Book").objects.create(shelf=shelf)
    apps.get_model("library", "Page").objects.create(book=book)


def a_book_on_every_rack(apps: Any, editor: Any) -> None:
    racks = apps.get_model("library", "Rack").objects.filter(book__page__isnull=False)
    assert [rack.storey for rack in racks] == [2]


class Library(Migration):
    atomic = False
    operations = [
        operations.CreateModel("Shelf", [KEY]),
        operations.CreateModel("Book", [KEY, ("shelf", models.ForeignKey("library.Shelf", models.CASCADE))]),
        operations.CreateModel("Page", [KEY, ("book", models.ForeignKey("library.Book", models.CASCADE))]),
        operations.AddField("Shelf", "floor", models.IntegerField(default=1)),
        operations.AlterField("Shelf", "floor", models.IntegerField(default=2)),
        operations.AddConstraint("Shelf", models.CheckConstraint(condition=models.Q(floor__lt=9), name="low")),
        LookAround(),
        operations.AddIndex("Shelf", models.Index(fields=["floor"], name="by_floor")),
        operations.RunPython(a_shelf_with_a_book),
        operations.RemoveConstraint("Shelf", "low"),
        operations.RemoveIndex("Shelf", "by_floor"),
        operations.RenameModel("Shelf", "Rack"),
        operations.AddField("Book", "next", models.ForeignKey("self", models.CASCADE, null=True)),
        operations.RenameField("Rack", "floor", "storey"),
        operations.AddIndex("Rack", models.Index(fields=["storey"], name="by_storey")),
        operations.AlterField("Rack", "id", models.AutoField(primary_key=True)),
        operations.RunPython(a_book_on_every_rack),
    ]


@pytest.mark.parametrize("atomic", [False, True])
def test_a_step_that_looks_further_sees_what_the_others_left(empty_database: EmptyDatabase, atomic: bool) -> None:
    with empty_database(), drawing_no_more_than_needed():
        state = ProjectState()
        state.apps  # noqa: B018 - drawn, as Django has it when a migration begins
        with connection.schema_editor(atomic=atomic) as editor:
            Library("0001", "library").apply(state, editor)
