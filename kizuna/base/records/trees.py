"""Records that stand above each other: subsidiaries, shelves within shelves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from kizuna.base.types.errors import Refused
from kizuna.base.types.turns import wait_for_turn


def refuse_circles(*, model: type[models.Model], parent: str, ids: Iterable[int], message: Any) -> None:
    """Raise Refused under `parent`, a foreign key to `model` itself, if one of the records stands above itself.

    To be asked in the transaction that moved them; until it ends nobody else is told that theirs is a tree, for two
    moves at once could hang each one's root beneath the other's. One query per storey, however many were moved.
    """
    wait_for_turn(f"move {model._meta.db_table}")
    above: dict[int, int | None] = {pk: pk for pk in ids}
    seen: set[tuple[int, int | None]] = set()
    while above:
        rows = model._default_manager.filter(pk__in={at for at in above.values() if at is not None})
        parents: dict[int, int | None] = dict(rows.values_list("pk", f"{parent}_id"))
        above = {pk: parents.get(at) for pk, at in above.items() if at is not None}
        if any(pk == at for pk, at in above.items()):
            raise Refused(message, field=parent)
        above = {pk: at for pk, at in above.items() if at is not None and (pk, at) not in seen}
        seen.update(above.items())
