"""Placing a record where a geocoder, or its postal code, says that its address is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.cache import cache
from django.db import transaction

from kizuna.base.geocoding import finding
from kizuna.base.identity.system import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.fields import MapPosition, Points
from kizuna.base.resources.resource import Resource
from kizuna.base.types import places
from kizuna.base.types.addresses import Address
from kizuna.base.types.positions import ADDRESS, EXACT, Position

BATCH = 1000
PAUSE = 1  # second between two questions, as the rules of public geocoders ask
AWAY = 600  # seconds in which a geocoder that did not answer is asked nothing: each question holds a worker up


def fields_of(resource: Resource) -> tuple[MapPosition, Points] | None:
    """The position and the postal addresses of a kind of record; None where it lacks one of them."""
    fields = resource.declared.values()
    position = next((one for one in fields if isinstance(one, MapPosition)), None)
    addresses = next((one for one in fields if isinstance(one, Points) and one.point_kind == "address"), None)
    return (position, addresses) if position and addresses else None


def take_turn() -> bool:
    """Whether the geocoder may be asked now: once a second, over all processes of this database."""
    return cache.add("geocoding", True, timeout=PAUSE)


def leave_alone() -> None:
    """It did not answer: nobody asks it for a while."""
    cache.set("geocoding-away", True, timeout=AWAY)


def is_away() -> bool:
    return cache.get("geocoding-away") is not None


def find_place(*, resource: str, record_id: int) -> Position | None:
    """Ask where the main address of a record is, and put it there; None where nothing was to do or nothing is known.

    Raises Stale when somebody changed the record meanwhile: the job asks again.
    """
    kind = registry.get(resource)
    fields = fields_of(kind)
    record = kind.model._default_manager.live().filter(pk=record_id).first()
    if fields is None or record is None:
        return None
    position, addresses = fields
    home = _main(addresses.read(record))
    if not home or _is_settled(position.read(record), home):
        return None
    found = finding.find(Address.of(home))
    if found is None:
        return None
    placed = found.found_for(places.basis(home))
    records.update(actor=SYSTEM, record=record, changes={position.name: placed}, version=record.version)
    return placed


def place_again(*, resource: str, after: int = 0) -> Iterator[int]:
    """Place the records of a kind by what is known of postal codes and cities now; answers the last id of each batch.

    What somebody set, or a geocoder found, stays. Nobody changed the records: there is no history of this.
    """
    kind = registry.get(resource)
    fields = fields_of(kind)
    if fields is None:
        return
    position, addresses = fields
    columns = [position.path, *kind.model._meta.get_field(position.path).companions]
    while True:
        with transaction.atomic():
            rows = kind.model._default_manager.live().select_for_update(of=("self",)).filter(pk__gt=after)
            batch = list(rows.order_by("pk")[:BATCH])
            moved = [record for record in batch if _follow(record, position, addresses)]
            kind.model._default_manager.bulk_update(moved, columns)
        if not batch:
            return
        after = batch[-1].pk
        yield after


def _follow(record: Any, position: MapPosition, addresses: Points) -> bool:
    """Put the record where its main address is known to be; whether that is elsewhere than before."""
    before = position.read(record)
    found = places.following(before, _main(addresses.read(record)))
    position.assign(record, found)
    return found != before


def _main(points: list[dict[str, Any]]) -> dict[str, Any]:
    return next((point for point in points or () if point.get("primary")), {})


def _is_settled(position: Position | None, home: dict[str, Any]) -> bool:
    """Whether somebody set it, or it was found for this address already."""
    if position is None:
        return False
    return position.precision == EXACT or (position.precision == ADDRESS and position.basis == places.basis(home))
