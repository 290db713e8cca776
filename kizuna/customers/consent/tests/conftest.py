"""People with addresses, and what they said."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.consent import queries, services
from kizuna.customers.consent.models import Purpose, Source
from kizuna.customers.contacts.models import Contact

NOON = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
"""Noon in Tokyo and Seoul."""


@pytest.fixture
def yoko(haruto: Any) -> Contact:
    return person("山本", "yoko@aoba.example", country="JP", owner=haruto)


@pytest.fixture
def minseo(haruto: Any) -> Contact:
    phones = [{"value": "+821012345678"}]
    return person("김", "minseo@hanbit.example", country="KR", time_zone="Asia/Seoul", owner=haruto, phones=phones)


def person(name: str, email: str = "", *, country: str = "", owner: Any = None, **values: Any) -> Contact:
    given: dict[str, Any] = {"family_name": name, "owner": owner.pk if owner else None, **values}
    if email:
        given["emails"] = [{"value": email}]
    if country:
        given["addresses"] = [{"country": country, "city": "Somewhere"}]
    made = records.create(actor=SYSTEM, resource=registry.get("contact"), values=given)
    assert isinstance(made, Contact)
    return made


@pytest.fixture
def say(db: None) -> Callable[..., Any]:
    """What somebody said: `say(yoko, "granted", days=30)`."""

    def put(contact: Contact, state: str, *, purpose: str = "marketing", channel: str = "email", days: float = 10,
            source: str = Source.PREFERENCES, **more: Any) -> Any:  # fmt: skip
        return services.keep(
            by=SYSTEM, contact_id=contact.pk, purpose=queries.purpose_named(purpose), channel=channel, state=state,
            source=source, happened_at=NOON - dt.timedelta(days=days), **more,
        )  # fmt: skip

    return put


@pytest.fixture
def marketing(db: None) -> Purpose:
    return queries.purpose_named("marketing")
