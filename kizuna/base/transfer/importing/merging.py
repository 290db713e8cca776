"""What becomes of a field that has a value when a row brings one: the one place that decides it."""

from __future__ import annotations

from typing import Any

from kizuna.base.resources.fields import Field, Points, Tags
from kizuna.base.types.points import together
from kizuna.base.types.tags import normalise_tags


def merged(field: Field, kept: Any, given: Any) -> Any:
    """Blank cells never come here. Lists are united, what is kept first; a single value gives way to the one given.

    Raises Invalid when a united list is too long.
    """
    if isinstance(field, Points):
        return _united_points(field, kept, given) if kept else given
    if isinstance(field, Tags):
        return normalise_tags([*kept, *given]) if kept else given
    return given


def _united_points(field: Points, kept: list[dict[str, Any]], given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A point that is kept stays as it is, with its label; new ones follow. Both kinds know their country."""
    identity = _account if field.point_kind == "handle" else _key
    known = {identity(point) for point in kept}
    new = [point | {"primary": False} for point in given if identity(point) not in known]
    return together([dict(point) for point in (*kept, *new)]) if new else kept


def _key(point: dict[str, Any]) -> Any:
    return point.get("key")


def _account(point: dict[str, Any]) -> Any:
    """The same name may be used on several networks."""
    return point.get("key"), point.get("label")
