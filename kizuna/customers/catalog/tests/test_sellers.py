"""In whose name we sell."""

from __future__ import annotations

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Denied
from kizuna.customers.catalog.queries import own_currency, seller_for

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


def test_without_a_seller_we_reckon_in_the_currency_of_most_prices_else_of_our_language(settings) -> None:
    settings.LANGUAGE_CODE = "ko"
    assert own_currency() == "KRW"
    for price in ("10 EUR", "12 EUR", "900 JPY"):
        records.create(actor=SYSTEM, resource=registry.get("product"), values={"name": price, "price": price})
    assert own_currency() == "EUR"
    made(name="Hinata", currency="JPY")
    assert own_currency() == "JPY"
