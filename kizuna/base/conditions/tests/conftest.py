"""Tables for the small world of this room's tests, made once beside the test database's own."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from kizuna.base.conditions.tests.models import MODELS


@pytest.fixture(scope="session")
def _world_tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        existing = set(connection.introspection.table_names())
        with connection.schema_editor() as editor:
            for model in MODELS:
                if model._meta.db_table not in existing:
                    editor.create_model(model)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for model in reversed(MODELS):
            editor.delete_model(model)


@pytest.fixture
def world(_world_tables: None, db: None) -> None:
    """The tables of the small world, empty; what a test writes into them is undone."""
