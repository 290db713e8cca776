"""What a row may say of a record beside its fields: that somebody wants no letters, say. Rooms above register remarks.

A remark is said or it is not; a row that says no, or nothing, takes nothing back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from kizuna.base.events import publish
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.events import RemarksKept


@dataclass(frozen=True)
class Remark:
    """`headers` are what other products call such a column. `may(actor)` says who may import it; `known(ids)` of which
    of these records it is known already; `keep(actor, ids)` writes it down, in the transaction of the batch. `lasts`
    says why it stays when the import is taken back."""

    resource: str
    name: str
    label: Any
    headers: Sequence[str]
    may: Callable[[Any], bool]
    known: Callable[[Collection[int]], Collection[int]]
    keep: Callable[[Any, Sequence[int]], None]
    lasts: Any


_remarks: dict[tuple[str, str], Remark] = {}


def register(remark: Remark) -> None:
    """To be called in `apps.ready()`. One that is registered again replaces itself."""
    _remarks[remark.resource, remark.name] = remark


def find(resource: Resource, name: str) -> Remark | None:
    return _remarks.get((resource.key, name))


def offered(resource: Resource, actor: Any) -> list[Remark]:
    """Those that this person may import for a kind of record."""
    return [one for one in _remarks.values() if one.resource == resource.key and one.may(actor)]


def news(resource: Resource, said: Sequence[tuple[Any, Collection[str]]]) -> list[list[str]]:
    """For each (record, names of remarks) those names that are not known of it yet. One question for each remark."""
    ids = {record.pk for record, _names in said if record.pk and record.pk > 0}
    named = {name for _record, names in said for name in names}
    known = {name: set(_remarks[resource.key, name].known(ids)) if ids else set() for name in named}
    return [sorted(name for name in names if record.pk not in known[name]) for record, names in said]


def keep(actor: Any, resource: Resource, said: Sequence[tuple[Any, Collection[str]]]) -> None:
    """Write down what is new of records that are stored by now; each of them once."""
    found: dict[str, dict[int, None]] = {}
    for record, names in said:
        for name in names:
            found.setdefault(name, {})[record.pk] = None
    for name, ids in found.items():
        _remarks[resource.key, name].keep(actor, list(ids))
        publish(RemarksKept(resource=resource.key, name=name, ids=tuple(ids)), by=actor)
