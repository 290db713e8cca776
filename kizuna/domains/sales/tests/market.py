"""A market for tests: companies at places, and territories that take them."""

import datetime as dt
from typing import Any

from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.territories.models import Territory
from kizuna.domains.sales.tests.conftest import made

LATER = (timezone.localdate() + dt.timedelta(days=7)).isoformat()
EARLIER = (timezone.localdate() - dt.timedelta(days=7)).isoformat()
MILLION = {"amount": "1000000", "currency": "JPY"}


def of(country: str) -> dict[str, Any]:
    return {"field": "country", "op": "is", "value": country}


def at(city: str) -> dict[str, Any]:
    return {"field": "city", "op": "is", "value": city}


def territory(name: str, **values: Any) -> Territory:
    values = {key: getattr(value, "pk", value) for key, value in values.items()}
    return made("territory", name=name, **values)


def company(name: str, city: str = "横浜市", country: str = "JP", **values: Any) -> Any:
    return made("company", name=name, addresses=[{"country": country, "city": city}], **values)


def change(record: Any, **changes: Any) -> Any:
    return records.update(actor=SYSTEM, record=record, changes=changes)


def where(record: Any) -> str:
    record.refresh_from_db()
    return record.territory.name if record.territory else ""
