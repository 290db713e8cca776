"""Asking a geocoder that speaks the search of Nominatim."""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from kizuna.base.types.addresses import Address
from kizuna.base.types.errors import Malformed
from kizuna.base.types.positions import Position

PATIENCE = 15  # seconds
LARGEST = 200_000  # bytes of an answer


class Unreachable(Exception):
    """The geocoder did not answer as one; asked again later."""


def find(address: Address) -> Position | None:
    """Where an address is; None when the geocoder does not know. Raises Unreachable."""
    asked = {"format": "jsonv2", "limit": "1", "q": address.one_line("en")}
    if address.country:
        asked["countrycodes"] = address.country.lower()
    url = f"{settings.GEOCODER_URL}{'&' if '?' in settings.GEOCODER_URL else '?'}{urlencode(asked)}"
    request = urllib.request.Request(url, headers={"User-Agent": f"Kizuna ({settings.PUBLIC_URL})"})  # noqa: S310 - http(s) only, see settings
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return _first(json.loads(answer.read(LARGEST)))
    except (OSError, ValueError) as error:
        raise Unreachable(str(error)) from error


def _first(found: Any) -> Position | None:
    """The first place of an answer. Raises ValueError for what is none."""
    if not isinstance(found, list):
        raise ValueError("This is not the answer of a geocoder.")
    if not found:
        return None
    place = found[0]
    if not isinstance(place, dict):
        raise ValueError("This is not the answer of a geocoder.")
    try:
        return Position.of(place.get("lat"), place.get("lon"))
    except Malformed:
        return None
