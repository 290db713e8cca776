"""Long work on very many small values, without the pauses that Python's collector of cyclic garbage makes."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_pauses() -> Iterator[None]:
    """The collector would look through every row of a batch, again and again, and find none.

    It is switched off for the work, and what was there before is set aside, so that it can be asked quickly: what makes
    a little garbage for each batch calls `gc.collect(1)` now and then.
    """
    was_on = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()
