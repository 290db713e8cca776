"""How fast many records are changed: an edit, tags, both taken back, and a hand-over with a message, beside a bare
UPDATE of the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from kizuna.base.bulk import services
from kizuna.base.bulk.models import Operation, Sheet
from kizuna.base.identity.models import User
from kizuna.base.resources.resource import Resource
from kizuna.base.search.selecting import Selection

Tell = Callable[[str], object]


def change_rows(
    count: int, resource: Resource, actor: User, *, owner: User, field: str, values: tuple[Any, Any], tell: Tell
) -> dict[str, Any]:
    """Give `count` records one value and then take it back, add a tag and take it back, hand all of them over to
    `owner` with a message, as jobs do it.

    `tell` hears of each when it is done. Returns rows a second of each, and of a bare UPDATE of the same column,
    version and moment.
    """
    ids = tuple(resource.model._default_manager.live().order_by("pk").values_list("pk", flat=True)[:count])
    tags = next(one.name for one in resource.writable_fields(actor).values() if one.kind == "tags")
    given = {"owner": owner.pk, "message": "You know them better."}

    def start(operation: Operation, **what: Any) -> Sheet:
        return services.start(actor=actor, resource=resource, operation=operation, selection=Selection(ids=ids), **what)

    def undo(sheet: Sheet) -> Callable[[], Sheet]:
        return lambda: services.undo(actor=actor, sheet=sheet)

    def timed(name: str, begin: Callable[[], Sheet]) -> tuple[Sheet, int]:
        return _timed(f"{name}: {len(ids):,} rows", begin, len(ids), tell)

    timed("Make alike", lambda: start(Operation.EDIT, changes={field: values[0]}))
    edited, edit_pace = timed("Edit", lambda: start(Operation.EDIT, changes={field: values[1]}))
    undone, undo_pace = timed("Take back", undo(edited))
    word = f"Bench {time.time_ns()}"
    tagged, tag_pace = timed("Tag", lambda: start(Operation.EDIT, changes={tags: {"add": [word]}}))
    untagged, untag_pace = timed("Take back", undo(tagged))
    handed, hand_over_pace = timed("Hand over", lambda: start(Operation.ACT, action="hand_over", arguments=given))
    paces = {"edit": edit_pace, "undo": undo_pace, "tag": tag_pace, "untag": untag_pace, "hand_over": hand_over_pace}
    paces["raw"] = round(_raw(resource, ids, field, values[1]))
    changed = [sheet.done_count for sheet in (edited, undone, tagged, untagged, handed)]
    figures = {f"{name}_rows_per_second": pace for name, pace in paces.items()}
    return {"database": connection.vendor, "rows": len(ids), "changed": changed} | figures


def _timed(words: str, begin: Callable[[], Sheet], count: int, tell: Tell) -> tuple[Sheet, int]:
    """What the work did, and rows a second, of which it tells."""
    started = time.perf_counter()
    found = services.carry_on(sheet_id=begin().pk)
    pace = round(count / (time.perf_counter() - started))
    tell(f"{words}, {pace:,} a second")
    return found, pace


def _raw(resource: Resource, ids: tuple[int, ...], field: str, value: Any) -> float:
    """Rows a second of one UPDATE with the same indexes, which is then taken back."""
    quote = connection.ops.quote_name
    table, column = quote(resource.model._meta.db_table), quote(resource.model._meta.get_field(field).column)
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    changes = f"SET {column} = %s, version = version + 1, updated_at = %s"
    with transaction.atomic(), connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute(f"UPDATE {table} {changes} WHERE id BETWEEN %s AND %s", [value, now, ids[0], ids[-1]])
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return len(ids) / seconds
