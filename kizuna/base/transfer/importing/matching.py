"""Is this record known already? One query for the keys of a whole batch, one for the records that have them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from kizuna.base.access import policy
from kizuna.base.records import bulk
from kizuna.base.resources import redirects
from kizuna.base.resources.fields import Brought, Email, FullName
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.importing.foreseen import Foreseen, Pair, columns_pair
from kizuna.base.transfer.values.combined import combined, compared_title
from kizuna.base.transfer.values.damage import is_damaged
from kizuna.base.transfer.values.drafts import Said
from kizuna.base.types import text
from kizuna.base.types.errors import Denied, Invalid, fill
from kizuna.base.types.names import PersonName

_NAME = ("family_name", "given_name")
_SEVERAL = ngettext_lazy(
    "%(count)d record fits this row.", "%(count)d records fit this row, and nothing tells which one is meant.", "count"
)
_OTHER_RECORD = _("The record with this ID is another one, or you may not see it.")


class Conflict(Invalid):
    """A row that can be understood, and does not tell which record it means."""


class Ambiguous(Conflict):
    """Several records fit."""

    def __init__(self, records: Sequence[Any]) -> None:
        super().__init__({"": [fill(_SEVERAL, {"count": len(records)})]})
        self.records = records
        self.ids = {record.pk for record in records}


class Matching:
    """Finds the records that rows speak of, among those the actor may see.

    `match` ranks the keys: fields, or several of them together (`values.combined`), of which one is sought by an index
    and the others are compared here. The first one decides alone; a key of a lower rank counts only where nothing of a
    higher rank and not the title says otherwise: two people may share a telephone number. A row without any key is
    known only by a record without one that says all the same: the same file again changes nothing.
    """

    def __init__(
        self,
        resource: Resource,
        actor: Any,
        match: Sequence[str],
        *,
        by_title: bool = False,
        foreseen: Foreseen | None = None,
    ) -> None:
        self.resource, self.actor, self._foreseen = resource, actor, foreseen
        self._locks = foreseen is None and not by_title
        self._sees = cache(self._asks_policy)
        self._combined = combined(resource, match)
        self._ranked = tuple(match)
        self._by_name = by_title and isinstance(resource.title_field, Brought)
        """Whether titles come with Kizuna, which writes no keys, and are shown in the language of whoever looks."""
        self._by_title = by_title and (self._by_name or resource.title not in match)
        self._known: dict[tuple[str, str], list[Any]] = {}
        self._by_id: dict[int, Any] = {}
        self._merged: dict[int, tuple[int, Any]] = {}
        """Of ids that were merged into another record: that one, and the record as it was."""
        self._former: dict[Pair, dict[int, int]] = {}
        """Of keys that no record has any more: the merged records that had them, and which stand for these."""
        self._changed: set[int] = set()
        """Ids of the records that earlier rows of a dry run made or changed."""

    def _asks_policy(self, operation: str, owner_id: int | None) -> bool:
        try:
            policy.check_owner(self.actor, self.resource.model, operation, owner_id)
        except Denied:
            return False
        return True

    # ── loading ──

    def load(self, said: Iterable[Said]) -> None:
        """Read the records that a batch may speak of."""
        self._known.clear()
        self._by_id.clear()
        self._changed.clear()
        batch = list(said)
        found = self._ids(batch)
        named = {one.record_id for one in batch if one.record_id}
        self._merged = self._stand_ins(named)
        ids = {pk for pks in found.values() for pk in pks} | named | {into for into, _old in self._merged.values()}
        self._fetch(ids)
        for key, pks in found.items():
            self._known[key] = [self._by_id[pk] for pk in pks if pk in self._by_id]
        by_title = batch if self._by_title else [one for one in batch if not one.keys and one.record_id is None]
        if by_title:
            self._load_titles(by_title)
        if self._combined:
            self._load_combined(batch)

    def _fetch(self, ids: Collection[int]) -> None:
        """The records with these ids that the actor may see, as they are, or as a dry run has them."""
        wanted = set(ids) - self._by_id.keys()
        if not wanted:
            return
        rows = self.resource.visible_to(self.actor).filter(pk__in=[pk for pk in wanted if pk > 0])
        if self._locks:
            rows = rows.order_by("pk").select_for_update(of=("self",))
        self._by_id |= {record.pk: record for record in rows}
        if self._foreseen is None:
            return
        for pk, columns in self._foreseen.states(self.resource, wanted).items():
            self._changed.add(pk)
            if not self._sees("read", columns["owner_id"]):
                self._by_id.pop(pk, None)
            elif pk < 0 or pk in self._by_id:
                record = self._by_id.setdefault(pk, bulk.blank(self.resource.model))
                record.__dict__.update(columns)

    def seen(self, ids: Collection[int]) -> dict[int, Any]:
        """Those of these records that the actor may see."""
        self._fetch(ids)
        return {pk: self._by_id[pk] for pk in ids if pk in self._by_id}

    def loaded(self) -> list[Any]:
        """The records that the batch may speak of."""
        return list(self._by_id.values())

    def _stand_ins(self, ids: set[int]) -> dict[int, tuple[int, Any]]:
        """The records that stand for merged ones: those with these ids, and those that had a key."""
        into = redirects.survivors(self.resource.key, ids) if ids and self.resource.mergeable else {}
        into |= {old: stands for olds in self._former.values() for old, stands in olds.items()}
        rows = self.resource.model._default_manager.filter(pk__in=into)
        return {record.pk: (into[record.pk], record) for record in rows} if into else {}

    def _ids(self, batch: Sequence[Said]) -> dict[tuple[str, str], list[int]]:
        wanted = {key for one in batch for key in one.keys}
        if self._combined:
            wanted = {pair for pair in wanted if pair[0] not in self._combined} | self._anchors(batch)
        found: dict[Pair, list[int]] = {}
        former: dict[Pair, dict[int, int]] = {}
        for kind, key, pk, old in bulk.holders(self.resource.key, wanted):
            if old is None:
                found.setdefault((kind, key), []).append(pk)
            else:
                former.setdefault((kind, key), {})[old] = pk
        if self._foreseen is not None:
            self._foresee(wanted, found)
        self._former = {pair: olds for pair, olds in former.items() if not found.get(pair)}
        return found | {pair: sorted(set(olds.values())) for pair, olds in self._former.items()}

    def _foresee(self, wanted: Collection[Pair], found: dict[Pair, list[int]]) -> None:
        """What the database says, put right by what earlier rows of a dry run made and changed."""
        assert self._foreseen is not None
        now: dict[Pair, list[int]] = {}
        for kind, key, pk in self._foreseen.having(self.resource, wanted):
            now.setdefault((kind, key), []).append(pk)
        changed = self._foreseen.states(self.resource, {pk for pks in found.values() for pk in pks}).keys()
        for pair, pks in found.items():
            found[pair] = [pk for pk in pks if pk not in changed]
        for pair, pks in now.items():
            found.setdefault(pair, []).extend(pks)

    def _anchors(self, batch: Sequence[Said]) -> set[Pair]:
        """By which the records are found that may have the same of several fields."""
        return {pair for one in batch for several in self._combined.values() for pair in several.sought(one.values.get)}

    def _load_combined(self, batch: Sequence[Said]) -> None:
        """What the loaded records, and those of the same titles, are in several fields together."""
        by_title = {one.name for one in self._combined.values() if not one.anchor}
        named = [one for one in batch if any(kind in by_title for kind, _key in one.keys)]
        self._fetch({pk for columns, wanted in self._titled(named) for pk in self._holding(columns, wanted, ())})
        for pk in sorted(self._by_id, key=abs):
            self._learn(self._by_id[pk], self._together(self._by_id[pk]))

    def _together(self, record: Any) -> Iterator[Pair]:
        """What a record is in several fields together."""
        return ((name, key) for name in self._combined for key in self._keys(record, name))

    def _load_titles(self, batch: Sequence[Said]) -> None:
        """Records by their title, or an e-mail address of their own, for rows that have no keys."""
        kinds = () if self._by_title else self._ranked
        ids = {pk for columns, wanted in self._asked(batch) for pk in self._holding(columns, wanted, kinds)}
        self._fetch(ids)
        for pk in sorted(ids & self._by_id.keys(), key=abs):
            record = self._by_id[pk]
            self._learn(record, self._titles(_read(record)))

    def _asked(self, batch: Sequence[Said]) -> Iterator[tuple[Sequence[str], set[tuple[str, ...]]]]:
        """Columns, and what to look for in them: the title as it is written and as it is sorted, and addresses."""
        for one in self._addresses():
            yield (one,), {(_plain(said.values.get(one)),) for said in batch}
        yield from self._titled(batch)

    def _titled(self, batch: Sequence[Said]) -> Iterator[tuple[Sequence[str], set[tuple[str, ...]]]]:
        title, named = self.resource.title_field, [said.values for said in batch]
        if isinstance(title, FullName):
            yield _NAME, {tuple(values.get(part, "") for part in _NAME) for values in named}
            yield (title.sort_path or "",), {(_name(values).sort_key,) for values in named}
        else:
            shown = {_plain(values.get(title.name)) for values in named}
            if self._by_name and isinstance(title, Brought):
                shown = {name for one in shown for name in title.stored(one)}
            yield (title.path,), {(one,) for one in shown}
            if title.sort_path != title.path:
                yield (title.sort_path or "",), {(text.sort_key(_plain(values.get(title.name))),) for values in named}

    def _holding(self, columns: Sequence[str], wanted: set[tuple[str, ...]], without: Sequence[str]) -> list[int]:
        """Ids of records whose columns hold one of these, and that have none of the keys `without`."""
        own = {column.name for column in self.resource.model._meta.concrete_fields}
        if not own.issuperset(columns):
            return []
        told = {one for one in wanted if any(one)}
        found = bulk.records_holding(self.resource.model, columns, told, without=(self.resource.key, without))
        if self._foreseen is not None:
            pairs = [columns_pair(columns, values) for values in told]
            found += [pk for _kind, _key, pk in self._foreseen.having(self.resource, pairs)]
        return found

    def _addresses(self) -> list[str]:
        return [field.path for field in self.resource.fields.values() if isinstance(field, Email)]

    def _titles(self, read: Any) -> list[tuple[str, str]]:
        """What stands in for keys where there are none."""
        found = [self._title(read), *[_plain(read(one)) for one in self._addresses()]]
        return [("", one) for one in found if one]

    def changeable(self) -> set[int]:
        """Ids of the loaded records that the actor may change by an import."""
        found = {
            pk
            for pk in self._changed & self._by_id.keys()
            if all(self._sees(right, self._by_id[pk].owner_id) for right in ("update", "import"))
        }
        stored = [pk for pk in self._by_id if pk not in self._changed]
        if stored:
            rows = self.resource.model.objects.permitted(self.actor, "update").permitted(self.actor, "import")
            found.update(rows.filter(pk__in=stored).values_list("pk", flat=True))
        return found

    # ── finding ──

    def find(self, said: Said) -> Any | None:
        """The record that is meant, None for a new one. Raises Invalid when it cannot be told."""
        if said.record_id is not None:
            return self._by_number(said)
        for rank, name in enumerate(self._ranked):
            found = self._having([*(key for key in said.keys if key[0] == name), *self._names(said)])
            if rank:
                found = [record for record in found if self._agrees_once(said, record, rank)]
            if found:
                return self._only(said, found)
        if self._by_title:
            found = self._having(self._titles(said.values.get))
            return self._only(said, found) if found else None
        if not said.keys:
            twins = self._having(self._titles(said.values.get))
            return next((record for record in twins if self._says_the_same(said, record)), None)
        return None

    def _names(self, said: Said) -> list[tuple[str, str]]:
        """The titles of records that a row may mean by a name that comes with Kizuna."""
        title = self.resource.title_field
        if not self._by_name or not isinstance(title, Brought):
            return []
        return [("", text.fold(name)) for name in title.stored(_plain(said.values.get(title.name)))]

    def learn(self, record: Any, said: Said) -> None:
        """Know a record that was made or changed in this batch by what a row said of it."""
        self._learn(record, said.keys)
        if self._combined:
            self._learn(record, self._together(record))
        if self._by_title or not said.keys:
            self._learn(record, self._titles(said.values.get))

    def _learn(self, record: Any, keys: Iterable[tuple[str, str]]) -> None:
        for key in keys:
            if record.pk not in self._former.get(key, {record.pk: record.pk}).values():
                del self._former[key], self._known[key]  # who has it comes before who had it
            known = self._known.setdefault(key, [])
            if not any(one is record for one in known):
                known.append(record)

    def _by_number(self, said: Said) -> Any:
        """By its ID, if one more thing agrees: an ID from another Kizuna means somebody else here. The ID of a merged
        record means the one that stands for it; what the merged one said agrees as well."""
        into, old = self._merged.get(said.record_id or 0, (said.record_id or 0, None))
        record = self._by_id.get(into)
        if record is not None and any(one is not None and self._is_meant(said, one) for one in (record, old)):
            return record
        raise Conflict({"id": [_OTHER_RECORD]})

    def _is_meant(self, said: Said, record: Any) -> bool:
        here, there = self._title(said.values.get), self._title(_read(record))
        by_key = any(key in self._keys(record, name) for name, key in (*said.keys, *said.agreeing))
        return here == there or by_key or self._was_called(said, record)

    def _having(self, keys: Iterable[tuple[str, str]]) -> list[Any]:
        """The records with any of these keys, each once."""
        return list({id(record): record for key in keys for record in self._known.get(key, ())}.values())

    def _was(self, said: Said, record: Any) -> list[Any]:
        """A record, and those for which it stands by a key of a row."""
        olds = [old for key in said.keys for old, stands in self._former.get(key, {}).items() if stands == record.pk]
        return [record, *(self._merged[old][1] for old in dict.fromkeys(olds) if old in self._merged)]

    def once_said(self, said: Said, record: Any) -> set[str]:
        """The fields in which a row says what a merged record said that this one stands for."""
        return {pair[0] for pair in said.keys if self._former and record.pk in self._former.get(pair, {}).values()}

    def _agrees_once(self, said: Said, record: Any, rank: int) -> bool:
        return any(self._agrees(said, one, rank) for one in self._was(said, record))

    def _agrees(self, said: Said, record: Any, rank: int) -> bool:
        """Whether nothing that weighs more says that this is another record."""
        for name in self._ranked[:rank]:
            given = {key for kind, key in said.keys if kind == name}
            if given and (kept := self._keys(record, name)) and not given & kept:
                return False
        here, there = self._title(said.values.get), self._title(_read(record))
        return not here or not there or here == there or self._was_called(said, record)

    def _was_called(self, said: Said, record: Any) -> bool:
        """Whether the title of a row is that of a record, with letters lost; a name in either order."""
        title, read = self.resource.title_field, _read(record)
        if not isinstance(title, FullName):
            return is_damaged(_plain(said.values.get(title.name)), _plain(read(title.name)))
        here = " ".join(said.values.get(name, "") for name in _NAME)
        return any(is_damaged(here, " ".join(map(read, names))) for names in (_NAME, _NAME[::-1]))

    def _says_the_same(self, said: Said, record: Any) -> bool:
        """Whether a record without keys holds everything that a row without keys says."""
        fields = self.resource.fields
        return not any(self._keys(record, name) for name in self._ranked) and all(
            fields[name].read(record) == given for name, given in said.values.items() if name in fields
        )

    def _only(self, said: Said, found: list[Any]) -> Any:
        if len(found) > 1:
            title = self._title(said.values.get)
            same = [record for record in found if title in {self._title(_read(one)) for one in self._was(said, record)}]
            if len(same) != 1:
                raise Ambiguous(found)
            found = same
        return found[0]

    def _keys(self, record: Any, name: str) -> set[str]:
        if name in self._combined:
            return set(self._combined[name].keys(self._reads(record)))
        field = self.resource.fields[name]
        return field.keys(field.read(record))

    def _reads(self, record: Any) -> Any:
        fields = self.resource.fields
        return lambda name: fields[name].read(record) if name in fields else None

    def _title(self, read: Any) -> str:
        return compared_title(self.resource, read)


def ways(resource: Resource) -> list[Sequence[str]]:
    """The columns by which records of a kind are looked for by their titles."""
    title = resource.title_field
    found: list[Sequence[str]] = [(field.path,) for field in resource.fields.values() if isinstance(field, Email)]
    if isinstance(title, FullName):
        found.append(_NAME)
    else:
        found.append((title.path,))
    found += [(title.sort_path,)] if title.sort_path and (title.sort_path,) not in found else []
    own = {column.name for column in resource.model._meta.concrete_fields}
    return [way for way in found if own.issuperset(way)]


def _read(record: Any) -> Any:
    return lambda name: getattr(record, name, None)


def _name(values: Mapping[str, Any]) -> PersonName:
    """The parts of a name by which it is sorted."""
    read = [values.get(part, "") for part in (*_NAME, "middle_name", "family_reading", "given_reading")]
    family, given, middle, family_reading, given_reading = read
    return PersonName(family, given, middle, family_reading=family_reading, given_reading=given_reading)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else ""
