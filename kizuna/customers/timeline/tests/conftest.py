"""Ways to put customers, notes and tasks into a test."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry

Make = Callable[..., Any]


@pytest.fixture
def make(db: None) -> Make:
    """Make a record of any kind: `make("task", title="Call back", owner=haruto, contact=yoko)`."""

    def create(key: str, *, owner: Any = None, **values: Any) -> Any:
        given = {name: getattr(value, "pk", value) for name, value in values.items()}
        given["owner"] = owner.pk if owner else None
        return records.create(actor=SYSTEM, resource=registry.get(key), values=given)

    return create
