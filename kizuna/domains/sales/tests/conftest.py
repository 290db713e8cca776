"""Deals in a pipeline, and those who work on them."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.domains.sales.models import CloseReason, Opportunity, Pipeline, Stage

Make = Callable[..., Any]


def made(key: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


@pytest.fixture
def sales(db: None) -> Pipeline:
    """The pipeline that Kizuna brings: Enquiry, Qualified, Quote sent, Negotiation, Won, Lost."""
    return Pipeline.objects.get(name="Sales")


@pytest.fixture
def stage(sales: Pipeline) -> Make:
    """`stage("Negotiation")`"""
    return lambda name: Stage.objects.get(pipeline=sales, name=name)


@pytest.fixture
def deal(sales: Pipeline) -> Make:
    """`deal("Roof garden", "3960000 JPY", owner=haruto)`"""

    def make(name: str, amount: str | None = None, *, stage: Stage | None = None, **values: Any) -> Opportunity:
        if owner := values.pop("owner", None):
            values["owner"] = owner.pk
        found = made("opportunity", name=name, amount=amount, stage=stage and stage.pk, **values)
        found.refresh_from_db()
        return found

    return make


@pytest.fixture
def too_expensive(db: None) -> CloseReason:
    return CloseReason.objects.get(name="Too expensive")
