"""Related records, named by a row and found or made: the company of a contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.access import parts, policy
from kizuna.base.records import bulk
from kizuna.base.records.values import CLOSED, lacking, settle
from kizuna.base.resources.fields import Email, Field, FullName, Relation, Text
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.importing.foreseen import Foreseen
from kizuna.base.transfer.importing.made import Made
from kizuna.base.transfer.importing.matching import Ambiguous, Conflict, Matching
from kizuna.base.transfer.values import names
from kizuna.base.transfer.values.cells import cell_of
from kizuna.base.transfer.values.damage import LOST_IN_NAME, has_lost_letters
from kizuna.base.transfer.values.drafts import Said, Wanted
from kizuna.base.transfer.values.options import Options
from kizuna.base.types import text
from kizuna.base.types.errors import Denied, Invalid, fill

_KEPT = 50_000
_UNKNOWN = _("There is no %(noun)s “%(title)s”.")
_MAY_NOT = _("There is no %(noun)s “%(title)s”, and you may not make one.")


class Related:
    """Finds the records that one relation leads to; makes those that are not there, where the actor may.

    What a batch found is kept for the next ones when `keep` is called, after its transaction.
    """

    def __init__(self, relation: Relation, actor: Any, options: Options, foreseen: Foreseen | None) -> None:
        self.relation, self.actor, self.options = relation, actor, options
        self.target = relation.target
        self._matching = Matching(self.target, actor, self.target.match_keys, by_title=True, foreseen=foreseen)
        self._cells: dict[str, Any] = {}
        self._kept: dict[Wanted, int] = {}
        self._fresh: dict[Wanted, int] = {}
        self._problems: dict[Wanted, Invalid] = {}
        self._made = Made()
        part = parts.find(relation.resource.key)
        self._leads_to_whole = part is not None and part.field == relation.name
        self._closed: set[int] = set()
        """Ids of the wholes to which the actor may add no parts, where the relation leads to such."""
        self._called: dict[int, set[str]] = {}
        """By id, how people write the names of those whom records lead to now."""

    def load(self, wanted: Sequence[Wanted], made: Made) -> None:
        """Find or make, in memory, everything that a batch names, each once and in the order of the rows: what an
        earlier row makes, a later one may mean."""
        self._fresh, self._problems, self._made, self._called = {}, {}, made, {}
        missing = {one: said for one in wanted if one not in self._kept and (said := self._said(one))}
        if not missing:
            return
        coded = {one: self._coded(one) for one in missing}
        self._matching.load([*missing.values(), *coded.values()])
        if self._leads_to_whole:
            ids = [record.pk for record in self._matching.loaded() if record.pk > 0]
            self._closed |= policy.closed_wholes(self.actor, self.target.model, ids)
        for other in made.of(self.target):
            self._matching.learn(other.record, other.said)
        for one, said in missing.items():
            try:
                record = self._matching.find(said) or self._matching.find(coded[one])
                if record is None:
                    record = self._make(one, said)
                    self._fresh[one] = made.add(self.target, record, said)
                    self._matching.learn(record, said)
                else:
                    self._fresh[one] = made.number_of(record)
            except Invalid as error:
                self._problems[one] = error

    def recall(self, records: Iterable[Any]) -> None:
        """Read how the people are called to whom these records lead, where the batch names people who are not known by
        their names: "Quang Huy Phạm" is cut into other parts than somebody may have given him."""
        title = self.target.title_field
        if not isinstance(title, FullName) or not (self._problems or any(pk < 0 for pk in self._fresh.values())):
            return
        present = {pk for record in records if (pk := self.relation.read(record)) is not None}
        for pk, record in self._matching.seen(present).items():
            self._called[pk] = {text.fold(form) for form in title.read(record).forms}

    def _is_called(self, wanted: Wanted, kept: int) -> bool:
        """Whether a name that leads to nobody else is just how the one reads who is kept."""
        if wanted.parts or self._kept.get(wanted) or self._fresh.get(wanted, -1) > 0:
            return False
        return text.fold(wanted.title) in self._called.get(kept, ())

    def is_unclear(self, wanted: Wanted) -> bool:
        """Whether several records were found for this name."""
        return isinstance(self._problems.get(wanted), Ambiguous)

    def id_of(self, wanted: Wanted, kept: int | None = None, beside: Mapping[Resource, int] | None = None) -> int:
        """The record that was loaded for this name, or its number; of several with it the one that is `kept`, or that
        alone belongs to the records `beside` it. Raises Invalid."""
        found = self._meant(wanted, kept, beside or {})
        if found in self._closed and found != kept:
            raise Invalid({self.relation.name: [CLOSED]})
        return found

    def _meant(self, wanted: Wanted, kept: int | None, beside: Mapping[Resource, int]) -> int:
        if kept is not None and self._is_called(wanted, kept):
            return kept
        problem = self._problems.get(wanted)
        if isinstance(problem, Ambiguous):
            if kept in problem.ids and kept is not None:
                return kept
            if (only := self._belonging(problem.records, beside)) is not None:
                return only
        if problem is not None:
            found = problem.under(self.relation.name)
            raise Conflict(found.errors) if isinstance(problem, Conflict) else found
        return self._kept.get(wanted) or self._fresh[wanted]

    def _belonging(self, records: Sequence[Any], beside: Mapping[Resource, int]) -> int | None:
        """The one of these that leads to what the row leads to: the stage of that name in the pipeline it names."""
        for field in self.target.fields.values():
            if isinstance(field, Relation) and field.target in beside:
                records = [one for one in records if field.read(one) == beside[field.target]]
        return records[0].pk if len(records) == 1 else None

    def settle(self, stored: Mapping[int, int]) -> None:
        """Related records were stored: their ids by number. What nobody needed was not."""
        found = {one: stored.get(pk, pk) for one, pk in self._fresh.items()}
        self._fresh = {one: pk for one, pk in found.items() if pk > 0}

    def keep(self) -> None:
        """The batch is stored: what it found can be relied on."""
        if len(self._kept) > _KEPT:
            self._kept.clear()
        needed = self._made.used
        self._kept |= {one: pk for one, pk in self._fresh.items() if pk > 0 or pk in needed or not self._made.has(pk)}

    # ── one of them ──

    def _said(self, wanted: Wanted) -> Said | None:
        """What a name says about the record; None when it cannot be understood, with the reason in `_problems`."""
        said = Said()
        try:
            for name, typed in [*self._titled(wanted.title).items(), *wanted.parts]:
                said.values[name] = self._understand(name, typed)
        except Invalid as error:
            self._problems[wanted] = error
            return None
        for name in self.target.match_keys:
            if name in said.values:
                said.keys += [(name, key) for key in self.target.fields[name].keys(said.values[name])]
        return said

    def _coded(self, wanted: Wanted) -> Said:
        """What a text says that is nobody's title, but may be another of the keys by which records are known: the code
        of a sales channel, the domain of a company, the number of an order in a shop."""
        said = Said()
        for name in self.target.match_keys if wanted.title and not wanted.parts else ():
            field = self.target.fields[name]
            if isinstance(field, Text) and field.is_key and name != self.target.title:
                with suppress(Invalid):
                    said.keys += [(name, key) for key in field.keys(self._understand(name, wanted.title))]
        return said

    def _titled(self, title: str) -> dict[str, str]:
        if not title:
            return {}
        if "@" in title:
            for field in self.target.fields.values():
                if isinstance(field, Email) or (field.name in self.target.match_keys and field.widget == "points"):
                    return {field.name: title}
        if isinstance(self.target.title_field, FullName):
            return names.split(title)
        return {self.target.title: title}

    def _understand(self, name: str, typed: str) -> Any:
        if name not in self._cells:
            field = self.target.fields[name]
            reader = Reader.of(self.actor)
            self._cells[name] = cell_of(field, self.target, reader, self.options)
        return self._cells[name](typed)

    def _make(self, wanted: Wanted, said: Said) -> Any:
        """A new record in memory. Raises Invalid where there may be none."""
        if not said.values.keys() <= self._writable.keys() or not self._has_title(said):
            raise Invalid({"": [self._words(_UNKNOWN, wanted)]})
        if has_lost_letters(wanted.title):
            raise Invalid({"": [LOST_IN_NAME]})
        if not self._may_make:
            raise Invalid({"": [self._words(_MAY_NOT, wanted)]})
        record = bulk.blank(self.target.model)
        for name, value in said.values.items():
            self._writable[name].assign(record, value)
        record.owner_id = self.options.owner_id
        if lacking(self.target, self._needed, record):  # such as a stage, which is nothing without its pipeline
            raise Invalid({"": [self._words(_UNKNOWN, wanted)]})
        settle(record, self.target)
        return record

    @cached_property
    def _needed(self) -> list[str]:
        return [name for name, field in self._writable.items() if field.required]

    @cached_property
    def _writable(self) -> dict[str, Field]:
        """The fields of a new record at the other end; none where there can be no new one."""
        return self.target.writable_fields(self.actor) if "create" in self.target.operations else {}

    @cached_property
    def _may_make(self) -> bool:
        try:
            policy.check_owner(self.actor, self.target.model, "create", self.options.owner_id)
        except Denied:
            return False
        return True

    def _words(self, message: Any, wanted: Wanted) -> Any:
        title = wanted.title or wanted.parts[0][1]
        return fill(message, {"noun": str(self.target.label).lower(), "title": title})

    def _has_title(self, said: Said) -> bool:
        title = self.target.title_field
        if isinstance(title, FullName):
            return "family_name" in said.values or "given_name" in said.values
        return bool(said.values.get(title.name))
