"""In whose name we sell."""

from __future__ import annotations

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Denied
from kizuna.customers.catalog.queries import seller_for

pytestmark = pytest.mark.django_db


def made(actor=SYSTEM, **values: object):
    return records.create(actor=actor, resource=registry.get("seller"), values={"currency": "JPY"} | values)


def test_customers_hear_from_the_firm_that_speaks_their_language() -> None:
    assert seller_for("ja") is None
    made(name="Hinata Living Europe GmbH", language="en", rank=2)
    usual = made(name="ひなたリビング株式会社", rank=3)
    korean = made(name="히나타리빙코리아", language="ko", rank=9)
    assert seller_for("ko") == korean
    assert seller_for("ja") == seller_for() == usual


def test_only_who_may_decides_in_whose_name_we_sell(alice, mika) -> None:
    with pytest.raises(Denied):
        made(mika, name="Mika & Co.")
    assert made(alice, name="ひなたリビング株式会社", registration=" t1234567890123 ").registration == "T1234567890123"
