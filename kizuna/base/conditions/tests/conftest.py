"""Tables for the small world of this room's tests, made once beside the test database's own."""

from typing import Any

import pytest

from kizuna.base.conditions.tests.models import MODELS
from kizuna.base.testing import tables


@pytest.fixture(scope="session")
def _world_tables(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        tables.create_tables(MODELS)


@pytest.fixture
def world(_world_tables: None, db: None) -> None:
    """The tables of the small world, empty; what a test writes into them is undone."""
