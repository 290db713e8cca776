"""Ways to put leads and customers into a test."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry

Make = Callable[..., Any]
YOKO = {"family_name": "青葉", "given_name": "洋子", "emails": ["yoko@aoba.example"], "company_name": "Aoba Hotel"}


@pytest.fixture
def make(db: None) -> Make:
    """Make a record of any kind: `make("lead", owner=haruto, **YOKO)`."""

    def create(key: str, *, owner: Any = None, **values: Any) -> Any:
        given = {name: getattr(value, "pk", value) for name, value in values.items()}
        given["owner"] = owner.pk if owner else None
        return records.create(actor=SYSTEM, resource=registry.get(key), values=given)

    return create
