"""Sequences, and people to go through them."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.consent.models import Purpose
from kizuna.customers.sequences.models import Sequence

Make = Callable[..., Any]
STEPS = (
    {
        "kind": "mail",
        "subject": "The sofas for {{ company | you }}",
        "body": "Dear {{ first name }},\n\nhere they are.",
    },
    {"kind": "call", "subject": "Call {{ name }}", "wait_days": 2},
    {"kind": "task", "subject": "Send the fabric samples", "wait_days": 3},
)


def made(key: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


def purpose(code: str) -> Purpose:
    """Of those that Kizuna brings; tests that commit find none."""
    found = Purpose.objects.filter(code=code).first()
    return found or Purpose.objects.create(code=code, name=code)


@pytest.fixture
def sequence(db: None) -> Make:
    """`sequence()`: after an enquiry, three steps; `sequence(purpose="marketing", steps=[…])`."""

    def make(name: str = "After an enquiry", *, of: str = "service", steps: Any = STEPS) -> Sequence:
        found = made("sequence", name=name, purpose=purpose(of).pk)
        for step in steps:
            made("sequencestep", sequence=found.pk, **step)
        return found

    return make


@pytest.fixture
def person(db: None) -> Make:
    """`person("Yoko", owner=haruto, country="JP")`: a contact with an address."""

    def make(name: str, *, owner: Any = None, **values: Any) -> Any:
        emails = [{"value": f"{name.lower()}@aoba.example"}]
        given = {"given_name": name, "emails": emails, "owner": owner.pk if owner else None}
        return made("contact", **given | values)

    return make


@pytest.fixture
def lead(db: None) -> Make:
    def make(name: str, *, owner: Any = None, **values: Any) -> Any:
        emails = [{"value": f"{name.lower()}@harbour.example"}]
        given = {"given_name": name, "emails": emails, "owner": owner.pk if owner else None}
        found = made("lead", **given | values)
        found.refresh_from_db()
        return found

    return make
