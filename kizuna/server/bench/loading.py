"""Contacts in any number, with companies, notes, tasks, owners and teams in proportion."""

from __future__ import annotations

import time
from collections.abc import Callable

from kizuna.customers.contacts.demo import volume as contacts_volume
from kizuna.customers.timeline.demo import volume as timeline_volume
from kizuna.server.bench import copies

DRAWN = 10_000
"""So many are drawn one by one, which takes the time; the rest are copies of them, made inside the database."""


def load(*, contacts: int, tell: Callable[[str], None]) -> None:
    """Fill an empty database. More than `DRAWN` contacts are made in multiples of it."""
    started = time.monotonic()
    times = max(1, round(contacts / DRAWN))
    made = contacts_volume.load_volume(contacts=min(contacts, DRAWN), tell=tell)
    timeline_volume.load_volume(above=made.above, tell=tell)
    tell(f"{times} of each …")
    copies.multiply(times)
    tell(f"{made.contacts * times:,} contacts in {time.monotonic() - started:.0f} s.")
