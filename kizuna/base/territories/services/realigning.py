"""Realignments: the tree drawn anew, looked at, applied now or on a day, and taken back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.assignment import kinds as assignable
from kizuna.base.assignment import services as assignment
from kizuna.base.events import Touched, acting, publish
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import editions, registry
from kizuna.base.resources.actions import action
from kizuna.base.territories import kinds, queries, trees
from kizuna.base.territories.events import (
    RealignmentFinished,
    RealignmentPlanned,
    RealignmentStarted,
    RealignmentUndone,
    RealignmentWithdrawn,
)
from kizuna.base.territories.models import Move, Realignment, Territory, TerritoryDraft
from kizuna.base.territories.services.keeping import holding_back, tree_changed
from kizuna.base.territories.services.placing import Placing, next_ids, place
from kizuna.base.types.errors import Problem, Refused

State = Realignment.State


@transaction.atomic
def begin_drafts(*, realignment_ids: Collection[int]) -> None:
    """Draw the tree of today for new realignments: what is changed in the drawing counts once it is applied."""
    for realignment in Realignment.objects.filter(pk__in=realignment_ids):
        levels: dict[int, list[Territory]] = defaultdict(list)
        known = {one.pk: one for one in Territory.objects.live()}
        for node, depth in trees.stored().walk():
            levels[depth].append(known[node.id])
        drafts: dict[int | None, int] = {None: 0}
        for _depth, level in sorted(levels.items()):  # what lies above has its id already
            made = TerritoryDraft.objects.bulk_create(_drafts_of(realignment, level, drafts))
            drafts |= {draft.territory_id: draft.pk for draft in made}
    ask_for_previews(realignment_ids=realignment_ids)


def _drafts_of(
    realignment: Realignment, level: Sequence[Territory], above: Mapping[int | None, int]
) -> list[TerritoryDraft]:
    return [
        TerritoryDraft(
            realignment=realignment, territory=one, base=queries.drawn(one, one.parent_id), name=one.name,
            priority=one.priority, valid_from=one.valid_from, valid_until=one.valid_until, is_active=one.is_active,
            rules=one.rules, sort_key=one.sort_key, created_by_id=realignment.created_by_id,
            updated_by_id=realignment.created_by_id, owner_id=realignment.owner_id,
            parent_id=above.get(one.parent_id) or None,
        )
        for one in level
    ]  # fmt: skip


@transaction.atomic
def refuse_late_drafts(*, draft_ids: Collection[int]) -> None:
    """What was applied stays as it was drawn; a draft lies in another of the same realignment."""
    rows = TerritoryDraft.objects.filter(pk__in=draft_ids).select_related("realignment", "parent")
    for draft in rows:
        if draft.realignment.state not in (State.DRAFT, State.PLANNED):
            raise Refused(_("This realignment is applied: plan another one."))
        if draft.parent is not None and draft.parent.realignment_id != draft.realignment_id:
            raise Refused(_("Choose a territory of the same realignment."), field="parent")


@transaction.atomic
def forget_previews(*, draft_ids: Collection[int]) -> None:
    """The drawing changed: what it would move is to be reckoned anew."""
    touched = Realignment.objects.filter(drafts__in=draft_ids, state__in=(State.DRAFT, State.PLANNED))
    ask_for_previews(realignment_ids=list(touched.values_list("pk", flat=True).distinct()))


@transaction.atomic
def ask_for_previews(*, realignment_ids: Collection[int]) -> None:
    """Reckon what realignments would move, in a job."""
    from kizuna.base.territories.jobs import look_ahead as job  # jobs call services

    Realignment.objects.filter(pk__in=realignment_ids).update(preview=None)
    for pk in realignment_ids:
        job.enqueue(realignment_id=pk)


def look_ahead(*, realignment_id: int) -> int:
    """Reckon what a realignment would move on its day, as the base is now; returns how many records."""
    editions.look_again()
    found = Realignment.objects.filter(pk=realignment_id, preview__isnull=True).first()
    if found is None:
        return 0
    drawn_at = _drawn_at(found)
    flows = queries.flows(queries.drafted(found), day=found.applies_on)
    with transaction.atomic():
        held = Realignment.objects.select_for_update(of=("self",)).get(pk=realignment_id)
        if _drawn_at(held) != drawn_at:
            return 0  # somebody draws on: another job reckons
        held.preview = {"at": timezone.now().isoformat(), "flows": [one.to_json() for one in flows]}
        held.save(update_fields=["preview"])
    return sum(one.count for one in flows)


def _drawn_at(found: Realignment) -> tuple[Any, int]:
    """Another value whenever somebody draws on."""
    known = TerritoryDraft.objects.filter(realignment=found).aggregate(at=Max("updated_at"), count=Sum("version"))
    return known["at"], known["count"]


@action(
    label=_("Apply"),
    done=_("New division applied."),
    icon="player-play",
    own_right=True,
    confirm=_("The tree changes, and records move as the preview says. You can take it back."),
    when=lambda realignment: realignment.state == State.DRAFT,
)
def apply_realignment(*, actor: Any, realignment: Realignment) -> Realignment:
    """Change the tree as drawn and move the records, in a job; with a day to come, on that day.

    Refused when somebody else has applied it already, and when the drawing is no tree."""
    held = _held(realignment, State.DRAFT)
    if queries.drafted(held).has_circle():
        raise Refused(_("A territory cannot lie in itself or in one beneath it."))
    if held.applies_on and held.applies_on > trees.today():
        held.state, held.planned_by_id = State.PLANNED, actor.pk
        _keep(held, RealignmentPlanned(realignment_id=held.pk), actor)
        return held
    return _start(actor, held)


def _start(actor: Any, held: Realignment) -> Realignment:
    with holding_back():
        _write_tree(actor, held)
    tree_changed(fields=())
    held.state, held.position, held.moved, held.problem = State.RUNNING, {}, 0, ""
    held.planned_by_id = held.planned_by_id or actor.pk
    _keep(held, RealignmentStarted(realignment_id=held.pk), actor)
    _enqueue(held)
    return held


@action(
    label=_("Back to draft"),
    done=_("Back to draft."),
    icon="arrow-back-up",
    when=lambda realignment: realignment.state == State.PLANNED,
)
def withdraw_realignment(*, actor: Any, realignment: Realignment) -> Realignment:
    """It is not carried out on its day, and can be changed again."""
    held = _held(realignment, State.PLANNED)
    held.state, held.planned_by_id = State.DRAFT, None
    _keep(held, RealignmentWithdrawn(realignment_id=held.pk), actor)
    return held


@action(
    label=_("Take back"),
    done=_("Taken back."),
    icon="arrow-back-up",
    own_right=True,
    confirm=_("The tree becomes what it was, records go back to where they belonged, and so do their owners."),
    when=lambda realignment: realignment.state == State.APPLIED,
)
def undo_realignment(*, actor: Any, realignment: Realignment) -> Realignment:
    """Change the tree back to what it was before, and move the records back, in a job; owners that the realignment
    changed, and nobody since, become what they were."""
    held = _held(realignment, State.APPLIED)
    with holding_back():
        _write_tree_back(actor, held)
    tree_changed(fields=())
    held.state, held.position = State.UNDOING, {}
    _keep(held, RealignmentUndone(realignment_id=held.pk), actor)
    _enqueue(held)
    return held


def _held(realignment: Realignment, *states: str) -> Realignment:
    """The row, locked. Raises Refused where somebody was faster."""
    held = Realignment.objects.select_for_update(of=("self",)).get(pk=realignment.pk)
    if held.state not in states:
        raise Refused(_("This realignment is not what it was: look at it again."))
    return held


def _keep(held: Realignment, told: Any, actor: Any) -> None:
    held.version += 1
    held.save(update_fields=["state", "position", "moved", "problem", "planned_by", "applied_at", "version"])
    publish(told, subjects=[Touched("realignment", held.pk)], by=actor)


def _enqueue(held: Realignment) -> None:
    from kizuna.base.territories.jobs import carry_on as job  # jobs call services

    job.enqueue(realignment_id=held.pk)


# The tree -----------------------------------------------------------------------------------------------------------


def _write_tree(actor: Any, held: Realignment) -> None:
    """What the drafts change, field by field; what others changed in the meantime stays."""
    found = queries.redrawn(held)
    made: dict[int, int] = {}
    for one in found:
        if one.draft.territory_id is None:
            values = _values(one.now | {"parent": None})
            made[one.id] = records.create(actor=actor, resource=registry.get("territory"), values=values).pk
    known = Territory.objects.live().in_bulk([*made.values(), *(one.id for one in found)])
    for one in found:
        territory = known.get(made.get(one.id, one.id))
        if territory is None or not one.changes:
            continue
        changes = {"parent": one.now["parent"]} if one.id in made else one.changes
        one.draft.before = queries.drawn(territory, territory.parent_id) if one.id not in made else {}
        one.draft.territory_id = territory.pk
        one.draft.save(update_fields=["before", "territory"])
        if "parent" in changes:
            changes = changes | {"parent": made.get(changes["parent"], changes["parent"])}
        records.update(actor=actor, record=territory, changes=_values(changes))


def _write_tree_back(actor: Any, held: Realignment) -> None:
    """Fields as they were before, where nobody changed them since; territories that the realignment made are
    archived."""
    found = queries.redrawn(held)
    known = Territory.objects.live().in_bulk([one.draft.territory_id for one in found if one.draft.territory_id])
    for one in found:
        territory = known.get(one.draft.territory_id or 0)
        if territory is None or one.draft.before is None:
            continue
        now, before = queries.drawn(territory, territory.parent_id), one.draft.before
        changed = {name: before[name] for name in one.changes if name in before and now[name] == one.now[name]}
        records.update(actor=actor, record=territory, changes=_values(changed if before else {"is_active": False}))


def _values(drawn: dict[str, Any]) -> dict[str, Any]:
    """As fields of a territory: a condition for each kind of record."""
    values = {name: value for name, value in drawn.items() if name != "rules"}
    if "rules" in drawn:
        values |= {f"takes_{kind.key}": drawn["rules"].get(kind.key, {}) for kind in kinds.placeable()}
    return values


# The records --------------------------------------------------------------------------------------------------------

Tell = Callable[[Realignment], object]


def carry_on(*, realignment_id: int, tell: Tell = lambda held: None) -> int:
    """Move what is to be moved, batch after batch, from wherever an earlier run was interrupted; returns how many
    records moved. Two workers at once do nothing twice: each batch locks the realignment and goes on where it is."""
    editions.look_again()
    while True:
        with acting(SYSTEM, via="job"), transaction.atomic():
            held = Realignment.objects.select_for_update(of=("self",)).get(pk=realignment_id)
            if held.state not in Realignment.WORKING or not _deal_with_some(held):
                return held.moved
        tell(held)


def _deal_with_some(held: Realignment) -> bool:
    """One batch of one kind; False at the end."""
    order = kinds.placeable()
    place_in, last = held.position.get("kind", 0), held.position.get("last", 0)
    if place_in >= len(order):
        _finish(held)
        return False
    kind = order[place_in]
    ids = next_ids(kind, last)
    if not ids:
        held.position = {"kind": place_in + 1, "last": 0}
        held.save(update_fields=["position"])
        return True
    rows = kind.model._default_manager.filter(pk__gt=last, pk__lte=ids[-1])
    moved = place(kind.key, rows, realignment_id=held.pk)
    if held.state == State.RUNNING:
        _note(held, kind, moved)
    else:
        _give_back(held, kind, ids)
    held.position = {"kind": place_in, "last": ids[-1]}
    held.moved += len(moved) if held.state == State.RUNNING else 0
    held.save(update_fields=["position", "moved"])
    return True


def _finish(held: Realignment) -> None:
    is_applied = held.state == State.RUNNING
    held.state = State.APPLIED if is_applied else State.UNDONE
    if is_applied:
        held.applied_at = timezone.now()
    _keep(held, RealignmentFinished(realignment_id=held.pk, moved=held.moved), SYSTEM)


def _note(held: Realignment, kind: kinds.Placeable, moved: Sequence[Placing]) -> None:
    """Write down what moved, and give it out if that was asked for."""
    owners: dict[int, int | None] = {}
    if held.gives_out and assignable.find(kind.key):
        decided = assignment.assign(resource=kind.key, ids=[one.record_id for one in moved], anew=True)
        owners = {one.record_id: one.owner_id for one in decided}
    Move.objects.bulk_create(
        (
            Move(
                realignment=held, resource=kind.key, record_id=one.record_id, went_from=one.before,
                went_to=one.after, owned_before=one.owner_id,
                owned_after=owners.get(one.record_id) or one.owner_id,
            )
            for one in moved
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def _give_back(held: Realignment, kind: kinds.Placeable, ids: Sequence[int]) -> None:
    """Owners that the realignment changed and nobody since."""
    rows = Move.objects.filter(realignment=held, resource=kind.key, record_id__range=(ids[0], ids[-1]))
    changed = {one.record_id: one for one in rows if one.owned_before and one.owned_before != one.owned_after}
    if not changed:
        return
    resource = registry.get(kind.key)
    field = resource.fields["owner"]
    found = kind.model._default_manager.live().filter(pk__in=changed).order_by("pk").select_for_update(of=("self",))
    batch = [
        (record, {field: changed[record.pk].owned_before})
        for record in found
        if record.owner_id == changed[record.pk].owned_after
    ]
    records.change_each(actor=SYSTEM, resource=resource, batch=batch)


def apply_planned(*, today: dt.date) -> int:
    """Apply what is planned for today or was for a day before; returns how many. What can no longer be applied becomes
    a draft again and says why."""
    done = 0
    for planned in Realignment.objects.live().filter(state=State.PLANNED, applies_on__lte=today).order_by("pk"):
        actor = planned.planned_by or SYSTEM
        try:
            with transaction.atomic():
                policy.check(actor, "apply_realignment", planned)
                _start(actor, _held(planned, State.PLANNED))
            done += 1
        except Problem as problem:
            with translation.override(actor.language):
                _give_up(planned, str(problem.message)[:500])
    return done


@transaction.atomic
def _give_up(planned: Realignment, problem: str) -> None:
    held = Realignment.objects.select_for_update(of=("self",)).get(pk=planned.pk)
    if held.state == State.PLANNED:  # nobody was faster
        held.state, held.problem = State.DRAFT, problem
        _keep(held, RealignmentWithdrawn(realignment_id=held.pk, problem=problem), SYSTEM)
