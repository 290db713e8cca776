"""How long the jobs take that look at everything that was sold: the daily snapshot and what is reckoned at night."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from kizuna.domains.sales.services import note_states
from kizuna.domains.sales.services.states import reckon_outcomes
from kizuna.intelligence.prediction.services import find_affinities

JOBS: dict[str, Callable[[], int]] = {
    "How every deal stands": note_states,
    "The same again, nothing changed": note_states,
    "What became of deals in each stage": reckon_outcomes,
    "What goes with what": find_affinities,
}


def measure(tell: Callable[[str], None]) -> list[dict[str, Any]]:
    """Each once, in this process."""
    found = []
    for name, job in JOBS.items():
        started = time.perf_counter()
        rows = job()
        seconds = time.perf_counter() - started
        tell(f"{name}: {seconds:.1f} s, {rows:,} rows written")
        found.append({"name": name, "seconds": round(seconds, 2), "rows": rows})
    return found
