"""How contacts and companies are reached: the points in storage form, and the primary ones repeated in columns."""

from __future__ import annotations

from typing import Any

from kizuna.base.types import phones, places
from kizuna.base.types.errors import Invalid
from kizuna.base.types.points import normalise_points


def settle(record: Any, *, language: str = "") -> None:
    """Normalise the points of a record and fill `email`, `phone`, `country`, `region`, `city` and an approximate
    `position` from the primary ones.

    Numbers without country code are of the country of the address, or where the `language` is spoken. Raises Invalid
    with paths such as "emails.0.value".
    """
    home = settle_addresses(record)
    record.country, record.region, record.city = home.get("country", ""), home.get("region", ""), home.get("city", "")
    region = record.country or (phones.region_of(language) if language else "")
    settle_points(record, "emails", "email")
    settle_points(record, "phones", "phone", region)
    if hasattr(record, "handles"):
        settle_points(record, "handles", "handle")
    record.email = _primary(record.emails).get("key", "")
    record.phone = _primary(record.phones).get("key", "")


def settle_addresses(record: Any) -> dict[str, Any]:
    """Bring the addresses into storage form and have the position follow the primary one, which is returned."""
    settle_points(record, "addresses", "address")
    home = _primary(record.addresses)
    record.position = places.following(record.position, home)
    return home


def settle_points(record: Any, name: str, kind: str, region: str = "") -> None:
    """Bring one list of points into storage form. A list that has its keys has been through here or a field."""
    points = getattr(record, name)
    for point in points or ():
        if not isinstance(point, dict) or "key" not in point:
            break
    else:
        return
    try:
        setattr(record, name, normalise_points(kind, points, region=region))
    except Invalid as error:
        raise error.under(name) from error


def _primary(points: list[dict[str, Any]]) -> dict[str, Any]:
    """The stored point to use first; {} if there is none. This runs for every row of an import."""
    for point in points:
        if point.get("primary"):
            return point
    return points[0] if points else {}
