"""The hours of a shop, as its people write them down."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from kizuna.base.hours import queries
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Invalid

pytestmark = pytest.mark.django_db


def made(**values: object) -> object:
    return records.create(actor=SYSTEM, resource=registry.get("businesshours"), values={"name": "Shop"} | values)


def test_every_hour_counts_until_somebody_says_when_they_are_there() -> None:
    night = dt.datetime(2026, 11, 22, 3, tzinfo=dt.UTC)
    assert queries.usual().is_open(night)
    made(zone="Asia/Tokyo", is_default=True, monday="９-12, 13–18", holidays="2026-11-23 勤労感謝の日")
    usual = queries.usual()
    assert not usual.is_open(night)
    tokyo = ZoneInfo("Asia/Tokyo")
    assert not usual.is_open(dt.datetime(2026, 11, 23, 10, tzinfo=tokyo))
    assert usual.is_open(dt.datetime(2026, 11, 30, 10, tzinfo=tokyo))
    assert not usual.is_open(dt.datetime(2026, 11, 30, 12, 30, tzinfo=tokyo))


def test_only_one_can_be_the_usual() -> None:
    made(is_default=True)
    with pytest.raises(Invalid):
        made(is_default=True)


def test_what_is_wrong_is_said_beside_the_field() -> None:
    with pytest.raises(Invalid) as caught:
        made(monday="early", holidays="Christmas")
    assert set(caught.value.errors) == {"monday", "holidays"}
