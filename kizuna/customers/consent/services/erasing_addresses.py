"""Which addresses an erasure puts on the suppression list: those that the person has, and had."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from kizuna.base.events.models import Subject
from kizuna.base.resources.models import Key
from kizuna.customers.contacts.models import Contact

POINTS = ("email", "phone")
COLUMNS = ("emails", "phones")
"""Where a contact has its addresses of these two kinds; events tell of them by these names."""


def addresses_of(people: Collection[Contact]) -> set[tuple[str, str]]:
    """Each with the kind of point that it is; `people` are one person: the contact, and what was merged into it."""
    found = {address for person in people for point in POINTS for address in _keys(point, getattr(person, f"{point}s"))}
    return found | _former([person.pk for person in people])


def _former(ids: Collection[int]) -> set[tuple[str, str]]:
    """Those that the log tells of, but for what a merge brought, which may be taken apart since, and what somebody else
    has now."""
    told = Subject.objects.filter(resource="contact", record_id__in=ids, changes__has_any_keys=list(COLUMNS))
    found: set[tuple[str, str]] = set()
    for changes in told.exclude(event__name__startswith="merging.").values_list("changes", flat=True).iterator():
        for point in POINTS:
            for side in (changes or {}).get(f"{point}s") or ():
                found |= _keys(point, side)
    theirs = Key.objects.filter(resource="contact", kind__in=COLUMNS, key__in={key for _point, key in found})
    others = theirs.exclude(record_id__in=ids).values_list("kind", "key")
    return found - {(kind.removesuffix("s"), key) for kind, key in others}


def _keys(point: str, entries: Any) -> set[tuple[str, str]]:
    return {(point, one["key"]) for one in entries or () if isinstance(one, dict) and one.get("key")}
