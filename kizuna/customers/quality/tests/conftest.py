"""Records to look at, and looking at them."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.quality import services
from kizuna.customers.quality.models import Finding, Round


@pytest.fixture
def enter(db: None) -> Callable[..., Any]:
    """Enter a record: `enter("contact", haruto, family_name="山本")`."""

    def make(key: str, owner: Any = None, **values: Any) -> Any:
        given = {"owner": owner.pk if owner else None, **values}
        return records.create(actor=SYSTEM, resource=registry.get(key), values=given)

    return make


@pytest.fixture
def look(db: None) -> Callable[[], Round]:
    """A whole round."""
    return lambda: services.carry_out(round_id=Round.objects.create().pk)


@pytest.fixture
def found(db: None) -> Callable[[Any], set[str]]:
    """What is found about a record and open."""

    def read(record: Any) -> set[str]:
        rows = Finding.objects.open().filter(resource=record._meta.model_name, record_id=record.pk)
        return set(rows.values_list("code", flat=True))

    return read
