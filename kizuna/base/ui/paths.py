"""The way of a record through the columns of its board, on top of its page: a click calls the verb of a drop."""

from __future__ import annotations

from typing import Any

from kizuna.base.resources.fields import Relation
from kizuna.base.ui.boards import MOST_LANES
from kizuna.base.ui.finding import may
from kizuna.base.ui.related_lanes import RelatedLanes
from kizuna.base.ui.shown import ShownRecord


def path(shown: ShownRecord) -> dict[str, Any] | None:
    """What `ui/parts/path.html` needs; None where no verb moves the record along."""
    resource, record = shown.resource, shown.record
    field = shown.fields.get(resource.board_by)
    verb = resource.moves.get(resource.board_by)
    if verb is None or not isinstance(field, Relation) or getattr(record, "is_deleted", False):
        return None
    current = field.read(record)
    lanes = RelatedLanes(field, shown.actor, _board_of(field, current), MOST_LANES)
    place = next((number for number, row in enumerate(lanes.rows) if row.id == current), None)
    is_over = place is not None and lanes.rows[place].is_end
    may_move = field.name in shown.writable and may(shown.actor, resource, record, verb.name)
    return {
        "label": field.label,
        "name": field.name,
        "url": f"{shown.url}/actions/{verb.name}" if may_move else "",
        "steps": [
            {
                "label": row.label,
                "value": row.id,
                "icon": row.icon,
                "tone": row.tone if row.id == current else "",
                "current": row.id == current,
                "done": place is not None and not is_over and number < place,
                "is_end": row.is_end,
            }
            for number, row in enumerate(lanes.rows)
        ],
    }


def _board_of(field: Relation, current: int | None) -> str:
    """The board on which the record lies."""
    how = field.target.as_lanes
    if how is None or not how.within or current is None:
        return ""
    id_path = field.target.fields[how.within].id_path
    return str(field.target.model._default_manager.filter(pk=current).values_list(id_path, flat=True).first() or "")
