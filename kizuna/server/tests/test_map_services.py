"""Servers that maps may ask: only whole addresses that say what they are."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from kizuna.server.map_services import geocoder, tiles

WHOLE = "https://tiles.example/{z}/{x}/{y}.png"


def test_nothing_is_asked_by_default():
    assert tiles("", "") is None
    assert geocoder("") == ""


def test_pictures_come_from_one_origin():
    found = tiles(WHOLE, "© OpenStreetMap contributors")
    assert found is not None
    assert (found.url, found.origin) == (WHOLE, "https://tiles.example")


@pytest.mark.parametrize(
    "url",
    [
        "tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/map.png",
        "https://a.example;script-src */{z}/{x}/{y}.png",
        "https://user@tiles.example/{z}/{x}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
        "javascript://a/{z}/{x}/{y}",
    ],
)
def test_an_address_that_no_map_can_use_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="KIZUNA_TILE_URL"):
        tiles(url, "©")


def test_pictures_need_the_name_of_their_maker():
    with pytest.raises(ImproperlyConfigured, match="KIZUNA_TILE_ATTRIBUTION"):
        tiles(WHOLE, "")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "nominatim.example", "https://", "ftp://nominatim.example/search"]
)
def test_a_geocoder_that_cannot_be_asked_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="KIZUNA_GEOCODER_URL"):
        geocoder(url)
