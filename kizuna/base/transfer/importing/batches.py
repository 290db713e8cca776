"""One batch: related records first, then each row finds its record or becomes one, then all is stored at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.identity.system import SYSTEM
from kizuna.base.layouts import queries as layouts
from kizuna.base.records import bulk
from kizuna.base.records import services as records
from kizuna.base.records.values import NEEDED, lacking, settle
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.fields.kept import prefill
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.importing.matching import Matching
from kizuna.base.transfer.importing.merging import merged
from kizuna.base.transfer.importing.relations import Related
from kizuna.base.transfer.mapping.targets import Target
from kizuna.base.transfer.reading import Row
from kizuna.base.transfer.values import Draft, Drafts, Options, Sources
from kizuna.base.types import text
from kizuna.base.types.errors import Denied, Errors, Invalid

_NEUTRAL = Reader(actor=SYSTEM)
_MAY_NOT_CHANGE = _("This record exists, and you may not change it.")
_MAY_NOT_OWN = _("You may not give records to this owner.")


class Plan:
    """Everything that holds for all batches of one import. Raises Denied or Invalid when it cannot be carried out."""

    def __init__(self, resource: Resource, actor: Any, mapping: Sequence[Target | None], options: Options) -> None:
        self.resource, self.actor, self.options, self.mapping = resource, actor, options, mapping
        permissions = policy.permissions_of(actor)
        if not {"create", "import"} <= set(resource.operations) or not permissions.can(resource.key, "import"):
            raise Denied()
        self._may_own = cache(self._asks_policy)
        self.may_create = self._may_own("create", options.owner_id)
        if not self.may_create and not permissions.can(resource.key, "update"):
            raise Denied()
        self.drafts = Drafts(resource, actor, mapping, options)
        self.matching = Matching(resource, actor, options.match, locks=True)
        named = dict.fromkeys(target.field for target in mapping if target)
        relations = {name: resource.fields[name] for name in named if name in resource.fields}
        self.related = {
            name: Related(one, actor, options) for name, one in relations.items() if isinstance(one, Relation)
        }
        self.required = [name for name, one in resource.writable_fields(actor).items() if one.required]
        self.needed = layouts.needed(resource, actor)

    def _asks_policy(self, operation: str, owner_id: int | None) -> bool:
        """Whether records of this owner lie within what the actor may import and `operation`."""
        try:
            for right in ("import", operation):
                policy.check_owner(self.actor, self.resource.model, right, owner_id)
        except Denied:
            return False
        return True

    def keep(self) -> None:
        """The batch is stored: what was found for it holds for the next ones."""
        for related in self.related.values():
            related.keep()

    def check_owner(self, operation: str, owner_id: int | None) -> None:
        """Raises Invalid under "owner"."""
        if not self._may_own(operation, owner_id):
            raise Invalid({"owner": [_MAY_NOT_OWN]})


@dataclass(frozen=True)
class Rejected:
    """A row that cannot be used, why, and the cells that are to blame as far as that is known."""

    row: Row
    errors: Errors
    sources: Sources = field(default_factory=dict)


@dataclass
class Outcome:
    """What became of the rows of a batch."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rejected += other.rejected


@dataclass
class Changed:
    """A stored record that rows of this batch changed, and what it held before."""

    record: Any
    before: dict[str, Any]
    rows: int = 0


def work(plan: Plan, rows: Sequence[Row]) -> Outcome:
    """Carry out a batch, inside the caller's transaction. Rows that cannot be used are rejected.

    Raises what the database or a handler raises when it refuses a row that looked fine; the caller rolls back and
    tries the rows one by one.
    """
    batch = Batch(plan)
    batch.understand(rows)
    batch.apply()
    batch.store()
    return batch.outcome


class Batch:
    def __init__(self, plan: Plan) -> None:
        self.plan, self.outcome = plan, Outcome()
        self._drafts: list[Draft] = []
        self._new: list[Any] = []
        self._changed: dict[int, Changed] = {}
        self._changeable: set[int] = set()

    # ── understand ──

    def understand(self, rows: Sequence[Row]) -> None:
        make = self.plan.drafts.draft
        for row in rows:
            if row.problem is not None:
                self._reject(row, {"": [row.problem]})
                continue
            draft = make(row)
            if draft.errors:
                self._reject(row, draft.errors, draft.sources)
            else:
                self._drafts.append(draft)

    def _reject(self, row: Row, errors: Errors, sources: Sources | None = None) -> None:
        self.outcome.rejected.append(Rejected(row, errors, sources or {}))

    # ── apply ──

    def apply(self) -> None:
        """Every row to the record it is about, in memory."""
        for name, related in self.plan.related.items():
            related.load(list(dict.fromkeys(one.wanted[name] for one in self._drafts if name in one.wanted)))
        self.plan.matching.load(self._drafts)
        self._find_changeable()
        for draft in self._drafts:
            try:
                record = self.plan.matching.find(draft)
                for name, wanted in draft.wanted.items():
                    related = self.plan.related[name]
                    kept = related.relation.read(record) if record is not None else None
                    draft.values[name] = related.id_of(wanted, kept)
                if record is None:
                    record = self._make(draft)
                else:
                    self._merge(draft, record)
            except Invalid as error:
                self._reject(draft.row, error.errors)
            else:
                self.plan.matching.learn(record, draft)

    def _find_changeable(self) -> None:
        known = self.plan.matching.loaded
        if known:
            model, actor = self.plan.resource.model, self.plan.actor
            rows = model.objects.permitted(actor, "update").permitted(actor, "import").filter(pk__in=known)
            self._changeable = set(rows.values_list("pk", flat=True))

    def _make(self, draft: Draft) -> Any:
        plan, values = self.plan, draft.values
        owner_id = values.get("owner", plan.options.owner_id)
        plan.check_owner("create", owner_id)
        missing = [name for name in plan.required if name not in values]
        if missing:
            raise Invalid({name: [NEEDED] for name in missing})
        record = bulk.blank(plan.resource.model)
        prefill(record, plan.resource)
        for name, value in values.items():
            plan.resource.fields[name].assign(record, value)
        record.owner_id = owner_id
        if empty := lacking(plan.resource, plan.needed, record):
            raise Invalid({name: [NEEDED] for name in empty})
        settle(record, plan.resource)
        self._new.append(record)
        self.outcome.created += 1
        return record

    def _merge(self, draft: Draft, record: Any) -> None:
        """Bring what a row says into a record that is known; nothing is left behind when it cannot be."""
        before = dict(record.__dict__)
        try:
            is_changed = self._assign(draft, record)
            if is_changed:
                settle(record, self.plan.resource)
                is_changed = _columns(record.__dict__) != _columns(before)
            if is_changed and record.pk and record.pk not in self._changeable:
                raise Invalid({"": [_MAY_NOT_CHANGE]})
        except Invalid:
            record.__dict__ = before
            raise
        if is_changed and record.pk:
            self._changed.setdefault(record.pk, Changed(record, before)).rows += 1
        self.outcome.updated += is_changed
        self.outcome.unchanged += not is_changed

    def _assign(self, draft: Draft, record: Any) -> bool:
        is_changed = False
        same = self._same_name(draft, record)
        for name, given in draft.values.items():
            if name in same:
                continue
            one = self.plan.resource.fields[name]
            kept = one.read(record)
            value = merged(one, kept, given)
            if value != kept:
                if name == "owner":
                    self.plan.check_owner("update", value)
                one.assign(record, value)
                is_changed = True
        return is_changed

    def _same_name(self, draft: Draft, record: Any) -> Sequence[str]:
        """Parts that were guessed from a whole name; where the record reads just so, its own parts are better."""
        if draft.whole is None:
            return ()
        typed, parts = draft.whole
        title = self.plan.resource.title_field
        return parts if text.fold(typed) == text.fold(title.to_text(title.read(record), _NEUTRAL)) else ()

    # ── store ──

    def store(self) -> None:
        plan = self.plan
        if self._new:
            records.create_many(actor=plan.actor, resource=plan.resource, records=self._new, is_settled=True)
        changed = []
        for one in self._changed.values():
            if _columns(one.record.__dict__) == _columns(one.before):
                # Two rows that contradict each other: the second took back what the first did.
                self.outcome.updated -= one.rows
                self.outcome.unchanged += one.rows
            else:
                changed.append((one.record, one.before))
        if changed:
            records.store_changes(actor=plan.actor, resource=plan.resource, changed=changed)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name[0] != "_"}
