"""Customers and their tasks, put there by Kizuna itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.contacts.models import Contact
from kizuna.customers.timeline.models import Task


@pytest.fixture
def person(db: None) -> Callable[..., Contact]:
    """Make a contact: `person("山本", "陽子", owner=haruto)`."""

    def make(family: str, given: str = "", *, owner: Any = None, **values: Any) -> Contact:
        values |= {"family_name": family, "given_name": given, "owner": owner.pk if owner else None}
        return records.create(actor=SYSTEM, resource=registry.get("contact"), values=values)  # type: ignore[return-value]

    return make


@pytest.fixture
def to_do(db: None) -> Callable[..., Task]:
    """Make a task: `to_do("Call", owner=haruto, due_on=today)`."""

    def make(title: str, *, owner: Any = None, **values: Any) -> Task:
        values |= {"title": title, "owner": owner.pk if owner else None}
        return records.create(actor=SYSTEM, resource=registry.get("task"), values=values)  # type: ignore[return-value]

    return make
