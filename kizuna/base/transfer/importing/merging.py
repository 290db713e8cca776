"""What becomes of a field that has a value when a row brings one: the one place that decides it."""

from __future__ import annotations

from typing import Any

from kizuna.base.resources.fields import Field, LongText, Points, Tags
from kizuna.base.transfer.values.policies import Policy
from kizuna.base.types.addresses import PARTS
from kizuna.base.types.points import together
from kizuna.base.types.tags import normalise_tags


def merged(field: Field, kept: Any, given: Any, policy: str = Policy.USUAL) -> Any:
    """Blank cells come here only where the policy says that they empty a field. Usually lists are united, what is kept
    first, and a single value gives way to the one given.

    Raises Invalid when a united list is too long.
    """
    if policy == Policy.KEEP or (policy == Policy.FILL and not field.is_empty(kept)):
        return kept
    if isinstance(field, Points) and field.point_kind == "phone" and kept and given:
        given = _as_known(kept, given)
    if policy in (Policy.OVERWRITE, Policy.MIRROR):
        return given
    if policy == Policy.APPEND and isinstance(field, LongText):
        return given if not kept else kept if given in kept else f"{kept}\n{given}"
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
    if field.point_kind == "address":
        new = [point for point in new if not any(_is_part_of(point, other) for other in kept)]
    return together([dict(point) for point in (*kept, *new)]) if new else kept


def _as_known(kept: list[dict[str, Any]], given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A number typed as it is kept is that number, whatever country this file is read in."""
    known = {point["value"]: point["key"] for point in kept}
    return [point | {"key": known.get(point["value"], point["key"])} for point in given]


def _is_part_of(given: dict[str, Any], kept: dict[str, Any]) -> bool:
    """Whether an address says nothing but what another one says, too: its blank parts are not known, or not sent."""
    return all(not given.get(part) or given.get(part) == kept.get(part) for part in PARTS)


def _key(point: dict[str, Any]) -> Any:
    return point.get("key")


def _account(point: dict[str, Any]) -> Any:
    """The same name may be used on several networks."""
    return point.get("key"), point.get("label")
