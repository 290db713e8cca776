"""New records drawn up from what rows say: in memory, completed and checked, as they are stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import compress
from operator import is_not
from typing import Any

from kizuna.base.records import bulk, indexes
from kizuna.base.records.values import NEEDED, lacking, settle
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.fields.kept import prefill
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.values import Draft, Options
from kizuna.base.transfer.values.drafts import OWNER
from kizuna.base.types.errors import Invalid

Columns = dict[str, Any]
"""A record as it can go from one process to another: what its columns hold, without those that hold the default."""
_UNSTAMPED: Columns = dict.fromkeys(indexes.STAMPS)
"""Nobody has to ask the clock for what is taken out again."""


class Drawing:
    """Draws up the records of one import. `needed` are the fields that the importing person may not leave empty."""

    def __init__(self, resource: Resource, options: Options, needed: Collection[str]) -> None:
        self._resource, self._options, self._needed = resource, options, needed
        self._fields = resource.fields
        self._usual = bulk.blank(resource.model).__dict__
        self._look_ahead = indexes.looking_ahead(resource)
        self._behind: dict[str, frozenset[str]] = {}
        self._missing: dict[tuple[str, ...], frozenset[str]] = {}

    def record(self, values: Mapping[str, Any], owner_id: int | None) -> Any:
        """A record with these values, the ids of related records among them. Raises Invalid."""
        record = bulk.blank(self._resource.model)
        self._fill_in(record, values)
        record.owner_id = owner_id
        self._check(record)
        return record

    def ahead(self, draft: Draft) -> Columns | None:
        """The record that a row becomes if it is new, before anybody knows the related records that it names; and
        what indexes will hold of it. None where that cannot be told, for whatever reason: it is drawn up later, and
        what is wrong with it is said then.

        What is not known yet is missing from the record: reading it raises.
        """
        record = bulk.blank(self._resource.model, _UNSTAMPED)
        kept = record.__dict__
        for column in self._unknown(draft):
            kept.pop(column, None)
        try:
            self._fill_in(record, draft.values)
            if OWNER not in draft.wanted:
                record.owner_id = draft.values.get(OWNER, self._options.owner_id)
            self._check(record)
            self._look_ahead(record)
        except Exception:  # whatever it is, whoever draws it up later meets it again
            return None
        del kept["_state"]
        return dict(compress(kept.items(), map(is_not, kept.values(), map(self._usual.get, kept))))

    def finished(self, columns: Columns, draft: Draft, owner_id: int | None) -> Any:
        """A record that was drawn up ahead, now that the related ones are known."""
        record = bulk.blank(self._resource.model, columns)
        for name in draft.wanted:
            self._fields[name].assign(record, draft.values[name])
        record.owner_id = owner_id
        return record

    def _fill_in(self, record: Any, values: Mapping[str, Any]) -> None:
        prefill(record, self._resource)
        for name, value in values.items():
            self._fields[name].assign(record, value)

    def _check(self, record: Any) -> None:
        if empty := lacking(self._resource, self._needed, record):
            raise Invalid({name: [NEEDED] for name in empty})
        settle(record, self._resource)

    def _unknown(self, draft: Draft) -> Collection[str]:
        """The columns that only storing fills in, and those behind the relations that a row names."""
        named = tuple(draft.wanted)
        if named not in self._missing:
            self._missing[named] = indexes.STAMPS.union(*map(self._columns_of, named))
        return self._missing[named]

    def _columns_of(self, name: str) -> frozenset[str]:
        """The columns that a relation writes."""
        if name not in self._behind:
            one = self._fields[name]
            assert isinstance(one, Relation)
            record = bulk.blank(self._resource.model)
            before = dict(record.__dict__)
            one.assign(record, -1)
            found = {column for column, value in record.__dict__.items() if value != before.get(column)}
            self._behind[name] = frozenset(found - {"_state"})
        return self._behind[name]
