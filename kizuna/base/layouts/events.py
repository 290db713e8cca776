"""What changes on forms and pages of records."""

from dataclasses import dataclass

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class LayoutChanged(Event):
    """The fields of a kind of record, or the panels of Home ("home"), stand otherwise for a role (None: for everybody).

    The layout itself is the event's subject and holds what stood before and after.
    """

    layout_id: int
    resource: str
    role_id: int | None
