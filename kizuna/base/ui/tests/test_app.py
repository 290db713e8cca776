"""Kizuna on a home screen: the manifest, its icons, and what every page says of them."""

import json
import struct

import pytest
from django.contrib.staticfiles import finders

from kizuna.base.testing.visiting import page_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("asked", "language"), [("ja", "ja"), ("ko", "ko"), ("xx", "en"), ("", "en")])
def test_the_manifest_speaks_the_language_of_its_address_and_is_for_everybody(
    client, asked: str, language: str
) -> None:
    answer = client.get("/manifest.webmanifest", {"lang": asked}, headers={"accept-language": "de"})
    found = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (found["lang"], found["short_name"], found["display"]) == (language, "Kizuna", "standalone")
    assert found["name"].startswith("Kizuna")
    assert found["scope"] == found["id"] == "/", "the service worker at the top acts for all of it"


def test_its_icons_are_there_as_large_as_it_says_and_one_may_be_cut_to_any_shape(client) -> None:
    icons = json.loads(client.get("/manifest.webmanifest").content)["icons"]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    for icon in icons:
        path = finders.find(icon["src"].removeprefix("/static/"))
        assert path is not None
        with open(path, "rb") as picture:
            width, height = struct.unpack(">II", picture.read(24)[16:])
        assert icon["sizes"] == f"{width}x{height}"


def test_every_page_names_the_manifest_and_the_colours_of_its_theme(haruto, visit) -> None:
    page = page_of(visit(haruto).get("/"))
    assert 'rel="manifest" href="/manifest.webmanifest?lang=en"' in page
    assert page.count('name="theme-color"') == 2
    assert 'rel="apple-touch-icon"' in page
    type(haruto).objects.filter(pk=haruto.pk).update(theme="dark")
    dark = page_of(visit(haruto).get("/"))
    assert dark.count('name="theme-color"') == 1
    assert 'content="#111014"' in dark


def test_the_icon_is_where_browsers_look_for_it_and_costs_nothing(client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Cache-Control"]) == (302, "public, max-age=86400")
    assert finders.find(answer["Location"].removeprefix("/static/"))
    assert not answer.cookies
