"""How far a change goes, for records that stand for more than themselves: one that repeats stands for all that follow.

A room says it for its kind of record when it is ready (`apps.py`): `reaches.register("meeting", Reaches(…))`. Forms
then have a choice, and a card that was dropped is asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources.fields import Choice
from kizuna.base.resources.resource import Resource
from kizuna.base.ui import controls

NAME = "reach"


@dataclass(frozen=True)
class Reaches:
    """`offered` are the choices for a record, the usual one first; none where it stands for itself alone. `change` does
    what `records.update` does, as far as `reach` says, and answers the record that was changed. Where that is another
    one, the action `take_back` of it undoes the change."""

    offered: Callable[[Any], Sequence[tuple[str, Any]]]
    change: Callable[..., Any]
    take_back: str


_reaches: dict[str, Reaches] = {}


def register(resource: str, how: Reaches) -> None:
    _reaches[resource] = how


def offered(resource: Resource, record: Record | None) -> Sequence[tuple[str, Any]]:
    how = _reaches.get(resource.key)
    return how.offered(record) if how and record is not None else ()


def control(resource: Resource, record: Record | None, actor: Any, chosen: str = "") -> dict[str, Any] | None:
    """The choice as a control of a form; None where there is nothing to choose."""
    choices = offered(resource, record)
    if not choices:
        return None
    field = Choice(NAME, _("What is changed"), choices=choices, required=True)
    return controls.control(field, chosen if chosen in dict(choices) else choices[0][0], actor)


def change(
    *, actor: Any, resource: Resource, record: Record, changes: Mapping[str, Any], version: int | None, reach: str
) -> Record:
    """Change the record as far as was chosen; without a choice the record itself, as everywhere else."""
    how = _reaches.get(resource.key)
    if how is None or reach not in dict(how.offered(record)):
        return records.update(actor=actor, record=record, changes=changes, version=version)
    found: Record = how.change(actor, record, changes=changes, reach=reach, version=version)
    return found


def undo_of(resource: Resource, record: Record, saved: Record) -> str:
    """What takes the change back, where it made a record of its own; "" else."""
    how = _reaches.get(resource.key)
    return f"{resource.record_url(saved.pk)}/actions/{how.take_back}" if how and saved.pk != record.pk else ""
