"""Where to find what was merged into something else: old ids stay good for ever."""

from __future__ import annotations

from collections.abc import Iterable

from kizuna.base.resources.models import Redirect

LARGEST = 2**63 - 1
"""No record has a larger number, and no database takes one."""


def survivors(resource: str, ids: Iterable[int]) -> dict[int, int]:
    """The record that stands for each of these ids, of those that were merged into one."""
    asked = [pk for pk in ids if 0 < pk <= LARGEST]
    rows = Redirect.objects.filter(resource=resource, record_id__in=asked, into_id__isnull=False)
    return {pk: into for pk, into in rows.values_list("record_id", "into_id") if into is not None}


def survivor(resource: str, record_id: int) -> int | None:
    """The record that stands for this id now; None when it was not merged."""
    return survivors(resource, [record_id]).get(record_id)
