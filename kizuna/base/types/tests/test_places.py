"""The middle of a city for an address: only where it is clear which city is meant."""

from collections.abc import Iterator

import pytest

from kizuna.base.types import places, postal
from kizuna.base.types.positions import CITY, Position


def near(found, lat, lon):
    return found is not None and found.precision == CITY and found.km_to(Position.of(lat, lon)) < 20


@pytest.mark.parametrize(
    ("country", "region", "city", "lat", "lon"),
    [
        ("JP", "神奈川県", "横浜市西区", 35.44, 139.64),
        ("JP", "神奈川県", "Yokohama", 35.44, 139.64),
        ("JP", "東京都", "渋谷区", 35.68, 139.70),
        ("KR", "서울특별시", "강남구", 37.55, 126.99),
        ("KR", "경기도", "성남시 분당구", 37.44, 127.14),
        ("KR", "부산광역시", "해운대구", 35.10, 129.03),
        ("DE", "", "München", 48.14, 11.58),
        ("DE", "", "Munich", 48.14, 11.58),
        ("DK", "", "København K", 55.68, 12.57),
        ("US", "IL", "Springfield", 39.80, -89.64),
    ],
)
def test_a_city_is_found_by_any_of_its_names(country, region, city, lat, lon):
    assert near(places.of_city(country, region, city), lat, lon)


@pytest.mark.parametrize(
    ("country", "region", "city"),
    [
        ("", "", "Paris"),
        ("JP", "", ""),
        ("JP", "", "名もない町"),
        ("US", "", "Springfield"),
        ("ZZ", "", "Berlin"),
        ("GB", "", "x" * 200),
    ],
)
def test_nothing_is_said_where_nothing_is_known(country, region, city):
    assert places.of_city(country, region, city) is None


YOKOHAMA = {"country": "JP", "region": "神奈川県", "city": "横浜市西区", "line1": "みなとみらい2-2-1"}
SAPPORO = {"country": "JP", "region": "北海道", "city": "札幌市中央区"}


def test_a_position_follows_the_address_until_somebody_sets_it():
    first = places.following(None, YOKOHAMA)
    moved = places.following(first, SAPPORO)
    assert near(first, 35.44, 139.64)
    assert near(moved, 43.06, 141.35)
    assert places.following(moved, {}) is None
    here = Position.of(35.4557, 139.6317)
    assert places.following(here, SAPPORO) == here


def test_what_a_geocoder_found_stays_as_long_as_the_address():
    found = Position.of(35.4557, 139.6317).found_for(places.basis(YOKOHAMA))
    assert places.following(found, {**YOKOHAMA, "label": "home"}) == found
    assert near(places.following(found, SAPPORO), 43.06, 141.35)


@pytest.mark.parametrize("typed", ["Yokohama", "yokohama, Japan", "横浜市", "横浜、日本", "YOKOHAMA, JP"])
def test_a_city_is_found_by_its_name_alone(typed: str) -> None:
    found = places.named(typed)
    assert found is not None
    assert (round(found.lat), round(found.lon), found.precision) == (35, 140, "city")


@pytest.mark.parametrize(
    "typed", ["Springfield", "Nowhere, Japan", "Yokohama, Atlantis", "population", "Europe/Andorra", ",", ""]
)
def test_what_could_be_several_cities_or_is_none_is_not_guessed(typed: str) -> None:
    assert places.named(typed) is None


def somewhere(code: str) -> list[postal.Place]:
    known = {
        "2200004": [postal.Place("神奈川県", "横浜市西区", "北幸", Position.of(35.4668, 139.6201))],
        "0600000": [postal.Place("北海道", "札幌市中央区")],
    }
    return known.get(code, [])


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(postal._providers, "JP", somewhere)
    for cached in (postal.find, places.named):
        cached.cache_clear()
    yield
    for cached in (postal.find, places.named):
        cached.cache_clear()


def test_a_postal_code_says_more_than_the_city_where_its_place_is_known(codes: None) -> None:
    found = places.following(None, YOKOHAMA | {"postal_code": "220-0004"})
    assert found is not None
    assert (found.lat, found.precision, found.is_approximate) == (35.4668, "postal", True)
    other = places.following(found, SAPPORO | {"postal_code": "060-0000"})
    assert near(other, 43.06, 141.35)
    assert other is not None
    assert other.precision == "city"
    alone = places.following(None, {"country": "JP", "postal_code": "060-0000"})
    assert near(alone, 43.06, 141.35)
    assert places.following(None, {"country": "JP", "postal_code": "999-9999"}) is None


def test_a_place_is_found_by_its_postal_code_alone(codes: None) -> None:
    found = places.named("〒220-0004")
    assert found is not None
    assert found.precision == "postal"
    assert places.named("999-9999") is None
