"""What becomes of a batch: related records first, then each row finds its record or becomes one. All of it in memory:
an import stores what was planned here, and a dry run shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.identity.system import SYSTEM
from kizuna.base.records import indexes
from kizuna.base.records.values import NEEDED, settle
from kizuna.base.resources.fields import Points, Relation, Tags
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import remarks
from kizuna.base.transfer.importing import gates, repeats
from kizuna.base.transfer.importing.drawing import Columns
from kizuna.base.transfer.importing.fates import Changed, Fate, Planned
from kizuna.base.transfer.importing.matching import Conflict
from kizuna.base.transfer.importing.merging import merged
from kizuna.base.transfer.importing.plans import Plan
from kizuna.base.transfer.importing.understanding import Understood
from kizuna.base.transfer.values import Draft
from kizuna.base.transfer.values.damage import LOST, LOST_IN_NAME, undamaged
from kizuna.base.transfer.values.drafts import OWNER, Wanted
from kizuna.base.transfer.values.policies import Policy
from kizuna.base.transfer.verdicts import USED, Verdict
from kizuna.base.types import text
from kizuna.base.types.errors import Errors, Invalid

_NEUTRAL = Reader(actor=SYSTEM)
_MAY_NOT_CHANGE = _("This record exists, and you may not change it.")


def plan_batch(plan: Plan, rows: Sequence[Understood]) -> Planned:
    """What becomes of these rows. Reads the database, or what a dry run foresees, and writes nothing."""
    batch = Batch(plan)
    batch.let_in(rows)
    batch.apply()
    plan.meets_new = 2 * len(batch.planned.new) >= len(rows)
    return batch.planned


class Batch:
    def __init__(self, plan: Plan) -> None:
        self.plan, self.planned = plan, Planned()
        self._fields = plan.resource.fields
        self._drafts: list[tuple[Fate, Draft, Columns | None]] = []
        self._changeable: set[int] = set()
        self._explains = plan.foreseen is not None
        self._repeats = repeats.of(plan.resource)

    # ── let in ──

    def let_in(self, rows: Sequence[Understood]) -> None:
        """The rows that can be understood, and that no gate keeps out."""
        for one in rows:
            fate = Fate(one.row)
            self.planned.fates.append(fate)
            if one.row.problem is not None:
                fate.refuse({"": [one.row.problem]})
                continue
            draft = one.draft or self.plan.understanding.draft(one.row)
            if draft.errors:
                fate.refuse(draft.errors, draft.sources)
            else:
                fate.held, fate.sources = dict(draft.held), draft.sources
                self._drafts.append((fate, draft, one.columns))
        self._keep_out()

    def _keep_out(self) -> None:
        """Rows that may not come in, whatever else they say."""
        errors = gates.refused(self.plan.resource, [draft for _fate, draft, _columns in self._drafts])
        for place, said in errors.items():
            fate, draft, _columns = self._drafts[place]
            fate.refuse(said, draft.sources)
        if errors:
            self._drafts = [one for place, one in enumerate(self._drafts) if place not in errors]

    # ── apply ──

    def apply(self) -> None:
        """Every row to the record it is about, in memory."""
        plan, made = self.plan, self.planned.made
        drafts = [draft for _fate, draft, _columns in self._drafts]
        for name, related in plan.related.items():
            related.load(list(dict.fromkeys(one.wanted[name] for one in drafts if name in one.wanted)), made)
        plan.matching.load(drafts)
        for related in plan.related.values():
            related.recall(plan.matching.loaded())
        for other in made.of(plan.resource):
            plan.matching.learn(other.record, other.said)
        self._changeable = plan.matching.changeable()
        for fate, draft, columns in self._drafts:
            try:
                self._deal_with(fate, draft, columns)
            except Conflict as error:
                fate.refuse(error.errors, verdict=Verdict.CONFLICT)
            except Invalid as error:
                fate.refuse(error.errors)
        for one in self.planned.changed.values():
            if not _differ(one.record.__dict__, one.before):
                # Two rows that contradict each other: the second took back what the first did.
                for fate in one.fates:
                    fate.verdict = Verdict.UNCHANGED
        self._hear()
        self._hear_again()

    def _hear_again(self) -> None:
        """What rows add to what was said first: of several that say the same, one; of what is known already, none."""
        told = [fate for fate in self.planned.fates if fate.further and fate.verdict in USED]
        if not told or self._repeats is None:
            return
        news, heard = self._repeats.news([(fate.record, fate.further) for fate in told]), set[tuple[Any, ...]]()
        for fate, is_new in zip(told, news, strict=True):
            mark = (id(fate.record), *sorted(fate.further.items()))
            if not is_new or mark in heard:
                fate.further = {}
                continue
            heard.add(mark)
            if fate.verdict == Verdict.UNCHANGED and fate.record.pk and fate.record.pk not in self._changeable:
                fate.refuse({"": [_MAY_NOT_CHANGE]})
                fate.further = {}
            elif fate.verdict == Verdict.UNCHANGED:
                fate.verdict = Verdict.UPDATE
                fate.before = fate.after = dict(fate.record.__dict__)

    def _hear(self) -> None:
        """What rows say beside the fields of their records; what is news changes a record, too."""
        said = [
            (fate, draft.remarks) for fate, draft, _columns in self._drafts if draft.remarks and fate.verdict in USED
        ]
        if not said:
            return
        news = remarks.news(self.plan.resource, [(fate.record, names) for fate, names in said])
        before, heard = self._heard_before([fate.record for fate, _names in said]), set[tuple[int, str]]()
        for (fate, _names), found in zip(said, news, strict=True):
            new = [
                name for name in found if (id(fate.record), name) not in heard and (fate.record.pk, name) not in before
            ]
            heard |= {(id(fate.record), name) for name in new}
            if not new:
                continue
            if fate.verdict == Verdict.UNCHANGED and fate.record.pk and fate.record.pk not in self._changeable:
                fate.refuse({"": [_MAY_NOT_CHANGE]})
                continue
            fate.remarks = new
            if fate.verdict == Verdict.UNCHANGED:
                fate.verdict = Verdict.UPDATE
                fate.before = fate.after = dict(fate.record.__dict__)

    def _heard_before(self, found: Sequence[Any]) -> set[tuple[int, str]]:
        """What rows of earlier batches have said, in a dry run; in an import it is written down by now."""
        ids = {record.pk for record in found if record.pk}
        return self.plan.foreseen.heard(ids) if self.plan.foreseen is not None else set()

    def _deal_with(self, fate: Fate, draft: Draft, columns: Columns | None) -> None:
        plan, made = self.plan, self.planned.made
        record = plan.matching.find(draft)
        if not (plan.options.brings_new if record is None else plan.options.updates_known):
            fate.verdict, fate.record = Verdict.SKIP, record
            return
        if self._lead_on(fate, draft, record):
            columns = None  # it was drawn up with a related record that there is not
        if record is None:
            record = self._make(fate, draft, columns)
        else:
            self._merge(fate, draft, record)
            made.use_record(record)
        for name in draft.wanted.keys() & draft.values.keys():
            made.use(draft.values[name])
        plan.matching.learn(record, draft)

    def _lead_on(self, fate: Fate, draft: Draft, record: Any) -> bool:
        """The related records that a row names; whether some were not found, and are held back as other values are.
        Raises Invalid."""
        missing: Errors = {}
        unclear = [name for name, wanted in draft.wanted.items() if self.plan.related[name].is_unclear(wanted)]
        for name, wanted in draft.wanted.items() if not unclear else _last(draft.wanted, unclear):
            related = self.plan.related[name]
            kept = related.relation.read(record) if record is not None else None
            beside = self._beside(draft, record) if name in unclear else None
            try:
                draft.values[name] = related.id_of(wanted, kept, beside)
            except Conflict:
                raise
            except Invalid as error:
                missing |= error.errors
                if name == OWNER or related.relation.required or not draft.is_known:
                    raise
        fate.held |= missing
        return bool(missing)

    def _beside(self, draft: Draft, record: Any) -> dict[Resource, int]:
        """What a row leads to, or its record where it does not say. People are left out: who owns both says nothing."""
        found: dict[Resource, int] = {}
        for name, field in self._fields.items():
            if isinstance(field, Relation) and field.target_key != "user":
                value = draft.values.get(name) if name in draft.wanted else record and field.read(record)
                if value is not None:
                    found.setdefault(field.target, value)
        return found

    def _make(self, fate: Fate, draft: Draft, columns: Columns | None) -> Any:
        plan, values = self.plan, draft.values
        owner_id = values.get(OWNER, plan.options.owner_id)
        plan.check_owner("create", owner_id)
        missing = [name for name in plan.required if name not in values]
        if missing:
            raise Invalid({name: [NEEDED] for name in missing})
        if plan.naming.is_damaged(values):
            raise Invalid({plan.naming.column(values, draft.whole is not None): [LOST_IN_NAME]})
        drawing = plan.understanding.drawing
        record = drawing.record(values, owner_id) if columns is None else drawing.finished(columns, draft, owner_id)
        self.planned.new.append(record)
        fate.verdict, fate.record = Verdict.CREATE, record
        return record

    def _merge(self, fate: Fate, draft: Draft, record: Any) -> None:
        """Bring what a row says into a record that is known; nothing is left behind when it cannot be."""
        before = dict(record.__dict__)
        try:
            assigned = self._assign(fate, draft, record)
            if not assigned <= self.plan.apart:
                settle(record, self.plan.resource)
            is_changed = bool(assigned) and _differ(record.__dict__, before)
            if is_changed and record.pk and record.pk not in self._changeable:
                raise Invalid({"": [_MAY_NOT_CHANGE]})
        except Invalid:
            record.__dict__ = before
            raise
        fate.record = record
        self._forgive(fate, record)
        if not is_changed:
            return
        indexes.forget(record)
        fate.verdict = Verdict.UPDATE
        if self._explains:
            fate.before, fate.after = before, dict(record.__dict__)
        if record.pk:
            self.planned.changed.setdefault(record.pk, Changed(record, before)).fates.append(fate)

    def _assign(self, fate: Fate, draft: Draft, record: Any) -> set[str]:
        """The fields that got another value."""
        assigned: set[str] = set()
        same, policies, naming = self._same_name(draft, record), self.plan.options.policies, self.plan.naming
        once = self.plan.matching.once_said(draft, record)
        for name, given in (*draft.values.items(), *draft.emptied.items()):
            if name in same:
                continue
            one = self._fields[name]
            kept = one.read(record)
            if given == kept:
                continue
            if name in once and kept and not isinstance(one, Points | Tags):
                continue  # or the name that the record has now would be lost in turn
            policy = policies.get(name, Policy.USUAL)
            if policy == Policy.USUAL and self._stays(name, draft):
                policy = Policy.FILL
                if kept and name not in draft.defaulted:
                    fate.further[name] = given
            may_replace = not kept or policy not in (Policy.KEEP, Policy.FILL)
            if may_replace and name in naming.parts and naming.is_damaged({name: given}):
                fate.held[name] = [LOST if kept else LOST_IN_NAME]
                continue
            if kept and may_replace:
                whole = undamaged(one, kept, given)
                if whole is not given:
                    fate.held[name], given = [LOST], whole
                    policy = Policy.KEEP if policy in (Policy.OVERWRITE, Policy.MIRROR) else policy
            if name in draft.defaulted and not isinstance(one, Points | Tags):
                policy = Policy.KEEP if policy == Policy.KEEP else Policy.FILL  # a default is not what the row says
            value = merged(one, kept, given, policy)
            if value != kept and not (policy == Policy.USUAL and self._reads_the_same(name, kept, value)):
                if name == OWNER:
                    self.plan.check_owner("update", value)
                one.assign(record, value)
                assigned.add(name)
        return assigned

    def _stays(self, name: str, draft: Draft) -> bool:
        """Whether a field holds what was said first. A row that names its record by number corrects it."""
        return self._repeats is not None and name in self._repeats.fields and draft.record_id is None

    def _forgive(self, fate: Fate, record: Any) -> None:
        """A number that cannot be read from here, and stands in the record just as it was typed, is nothing to mend."""
        for path in list(fate.held):
            one = self._fields.get(path.partition(".")[0])
            if isinstance(one, Points) and path in fate.sources:
                typed = text.clean(fate.sources[path][1])
                if any(point.get("value") == typed for point in one.read(record) or ()):
                    del fate.held[path]

    def _reads_the_same(self, name: str, kept: Any, given: Any) -> bool:
        """Whether a reading differs in nothing but its kana or their width."""
        return name in self.plan.readings and bool(kept) and text.fold(kept) == text.fold(given)

    def _same_name(self, draft: Draft, record: Any) -> Sequence[str]:
        """Parts that were guessed from a whole name; where the record reads just so, its own parts are better."""
        if draft.whole is None:
            return ()
        typed, parts = draft.whole
        title = self.plan.resource.title_field
        return parts if text.fold(typed) == text.fold(title.to_text(title.read(record), _NEUTRAL)) else ()


def _last(wanted: Mapping[str, Wanted], names: Sequence[str]) -> list[tuple[str, Wanted]]:
    """These names behind the others, which may tell what they mean."""
    return sorted(wanted.items(), key=lambda one: one[0] in names)


def _differ(now: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether a column holds something else; names with an underscore before them are no columns."""
    for name, value in now.items():
        was = before.get(name, _UNREAD)
        if value is not was and value != was and name[0] != "_":
            return True
    return False


_UNREAD: Any = object()
