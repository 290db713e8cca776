"""The index made anew in the background, a slice at a time."""

from __future__ import annotations

from kizuna.base.jobs import cancelled, progress, task
from kizuna.base.resources import registry
from kizuna.base.search import index

SLICE = 20
"""Batches per job: what is repeated if a worker is killed."""


@task(priority=-10)
def rebuild(resource: str, after: int = 0, then: list[str] | None = None) -> None:
    """Index the records of a resource above the id `after`, then those of the resources in `then`."""
    remaining = list(then or [])
    for count, last in enumerate(index.rebuild(registry.get(resource), after=after), 1):
        progress(note=f"{resource} #{last}")
        if cancelled():
            return
        if count == SLICE:
            rebuild.enqueue(resource=resource, after=last, then=remaining)
            return
    if remaining:
        rebuild.enqueue(resource=remaining[0], then=remaining[1:])
