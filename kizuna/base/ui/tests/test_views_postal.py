"""A postal code typed into a form."""

from typing import Any

import pytest
from django.test import Client

from kizuna.base.types import postal
from kizuna.base.types.postal import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def japan(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place("神奈川県", "横浜市西区", "北幸")
    monkeypatch.setitem(postal._providers, "JP", lambda code: [place] if code == "2200004" else [])
    postal.find.cache_clear()


def test_a_code_fills_an_address_and_an_unknown_one_is_said_to_be(client: Client, haruto: Any, japan: None) -> None:
    assert client.get("/postal-code", {"code": "220-0004"}).status_code == 302
    client.force_login(haruto)
    for country in ("JP", "日本", "Japan"):
        answer = client.get("/postal-code", {"code": "〒220-0004", "country": country}).json()
        assert answer == {"country": "JP", "region": "神奈川県", "city": "横浜市西区", "line1": "北幸"}
    assert client.get("/postal-code", {"code": "999-9999", "country": "JP"}).json().keys() == {"words"}
    for given in ({"code": "10115", "country": "DE"}, {"code": "2200004", "country": "Atlantis"}, {}):
        assert client.get("/postal-code", given).status_code == 204


def test_without_a_country_the_code_is_one_of_the_readers(client: Client, haruto: Any, japan: None) -> None:
    client.force_login(haruto)
    haruto.time_zone = "Asia/Tokyo"
    haruto.save()
    assert client.get("/postal-code", {"code": "2200004"}).json()["country"] == "JP"


def test_forms_ask_only_where_codes_are_known(
    client: Client, haruto: Any, japan: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(haruto)
    assert "<kizuna-postal" in client.get("/contacts/new").content.decode()
    monkeypatch.delitem(postal._providers, "JP")
    monkeypatch.setattr(postal, "_japan", lambda: None)
    assert "<kizuna-postal" not in client.get("/contacts/new").content.decode()
