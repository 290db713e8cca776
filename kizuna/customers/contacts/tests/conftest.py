"""Ways to put customers into a test."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.contacts.models import Company, Contact, Relationship

Make = Callable[..., Any]


def made(key: str, owner: Any = None, **values: Any) -> Any:
    values["owner"] = owner.pk if owner else None
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


@pytest.fixture
def person(db: None) -> Make:
    """Make a contact: `person("山本", "陽子", owner=haruto)`."""

    def make(family: str = "", given: str = "", *, owner: Any = None, **values: Any) -> Contact:
        return made("contact", owner, family_name=family, given_name=given, **values)

    return make


@pytest.fixture
def firm(db: None) -> Make:
    """Make a company: `firm("青葉建設", owner=haruto)`."""

    def make(name: str, *, owner: Any = None, **values: Any) -> Company:
        return made("company", owner, name=name, **values)

    return make


@pytest.fixture
def relate(db: None) -> Make:
    """Relate a contact to another or to a company: `relate(yoko, "spouse", ken)`."""

    def make(one: Contact, kind: str, other: Contact | Company, *, owner: Any = None, **values: Any) -> Relationship:
        end = "to_company" if isinstance(other, Company) else "to_contact"
        return made("relationship", owner, from_contact=one.pk, kind=kind, **{end: other.pk}, **values)

    return make
