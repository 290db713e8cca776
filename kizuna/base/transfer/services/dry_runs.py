"""A dry run: every row planned by the function that an import uses, foreseen instead of stored, and told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import acting
from kizuna.base.identity.system import SYSTEM
from kizuna.base.jobs import services as jobs
from kizuna.base.jobs.pauses import without_pauses
from kizuna.base.records import bulk
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import likeness
from kizuna.base.transfer.importing import (
    Fate,
    Foreseen,
    Plan,
    Planned,
    Supply,
    Understood,
    Verdict,
    attempt,
    foresee,
    plan_batch,
)
from kizuna.base.transfer.importing.reasons import Reasons
from kizuna.base.transfer.likeness import Asking, Likeness, Newcomer, Newcomers
from kizuna.base.transfer.mapping import Target, label_of
from kizuna.base.transfer.models import DryRun, Import, Line, State
from kizuna.base.transfer.queries import state_of
from kizuna.base.transfer.services.imports import locked_draft
from kizuna.base.transfer.services.running import BATCH
from kizuna.base.transfer.services.settling import plan_of, settle
from kizuna.base.transfer.verdicts import ALIKE, PARTLY, TWICE
from kizuna.base.types import text
from kizuna.base.types.errors import Problem, Refused

Tell = Callable[[DryRun], object]
Asked = Callable[[], bool]
_GOING_ON = (State.WAITING, State.RUNNING)
_TITLE, _STEP = 300, 50


@transaction.atomic
def start_dry_run(
    *, actor: Any, imported: Import, mapping: Sequence[str | None], options: Mapping[str, Any], later: bool = True
) -> DryRun:
    """Settle where the columns go, as `start_import` does, and find out what would become of every row: as a job, or
    with `later` false for a caller who runs it himself. Raises Denied, Refused or Invalid.
    """
    current = locked_draft(imported)
    earlier = DryRun.objects.filter(source=current).first()
    if earlier is not None and state_of(earlier) in _GOING_ON:
        raise Refused(_("Its rows are being checked already."))
    settle(actor, current, mapping, options)
    current.save(update_fields=["mapping", "options", "header_mark"])
    found = DryRun(pk=earlier.pk if earlier else None, source=current, asked_count=None)
    found.save()
    if later:
        from kizuna.base.transfer.jobs import try_out  # jobs call services; this is the one that starts one

        found.job_id = int(try_out.using(actor_id=actor.pk).enqueue(import_id=current.pk).id)
        found.save(update_fields=["job_id"])
    return found


def check_rows(*, import_id: int, tell: Tell = lambda found: None, stops: Asked = lambda: False) -> DryRun:
    """What a job does: a dry run, whose result is there at once, and then which of its new rows look like records that
    are here already. A run that ended in the midst of that begins anew."""
    resource = registry.get(Import.objects.get(pk=import_id).resource)
    asking = likeness.asking_of(resource)
    newcomers = Newcomers(asking.most if asking else 0)
    found = run_dry_run(import_id=import_id, tell=tell, stops=stops, newcomers=newcomers)
    if found.state == State.DONE and found.asked_count is None:
        _compare(found, resource, asking, newcomers.kept, stops)
    return found


def run_dry_run(
    *,
    import_id: int,
    tell: Tell = lambda found: None,
    stops: Asked = lambda: False,
    batch: int = BATCH,
    newcomers: Newcomers | None = None,
) -> DryRun:
    """Find out what an import would do, from the first row on: what was foreseen dies with its worker. The first of
    the new rows go to `newcomers`."""
    imported = Import.objects.select_related("created_by").get(pk=import_id)
    found = DryRun.objects.get(source=imported)
    if imported.state != State.DRAFT or _has_ended(found):
        return found
    actor = imported.created_by or SYSTEM
    Line.objects.filter(source=imported).delete()
    found.source, found.state, found.started_at = imported, State.RUNNING, timezone.now()
    found.position, found.counts, found.related = 0, {}, {}
    found.save()
    with translation.override(actor.language), acting(actor, via="import"):
        try:
            return _end(found, _go_through(found, actor, batch, tell, stops, newcomers or Newcomers(0)))
        except (Problem, FileNotFoundError) as error:
            return _end(found, State.FAILED, str(error))


def _has_ended(found: DryRun) -> bool:
    return found.is_over and (found.state != State.DONE or found.asked_count is not None)


def _go_through(found: DryRun, actor: Any, size: int, tell: Tell, stops: Asked, newcomers: Newcomers) -> State:
    imported = found.source
    with ExitStack() as stack:
        foreseen = stack.enter_context(Foreseen())
        plan = plan_of(actor, imported, foreseen)
        supply = stack.enter_context(Supply(plan, imported, size=size, position=0))
        stack.enter_context(without_pauses())
        telling = Telling(plan, imported, foreseen)
        for rows in supply:
            planned = attempt(plan, rows, foreseeing)
            with transaction.atomic():
                bulk.insert(Line, telling.lines(planned))
                _count(found, planned)
                found.save(update_fields=["position", "counts", "related"])
            newcomers.add(Newcomer(one.row.line, one.record) for one in planned.fates if one.verdict == Verdict.CREATE)
            tell(found)
            if stops():
                return State.CANCELLED
    return State.DONE


def foreseeing(plan: Plan, rows: Sequence[Understood]) -> Planned:
    """Exactly what an import stores, remembered for the rows that follow."""
    planned = plan_batch(plan, rows)
    foresee(plan, planned)
    plan.keep()
    return planned


def _count(found: DryRun, planned: Planned) -> None:
    for verdict, count in planned.counts.items():
        found.counts[verdict] = found.counts.get(verdict, 0) + count
    if planned.partly:
        found.counts[PARTLY] = found.counts.get(PARTLY, 0) + planned.partly
    found.related = Counter(found.related) + planned.related
    found.position += len(planned.fates)


def _end(found: DryRun, state: State, error: str = "") -> DryRun:
    found.state, found.finished_at, found.error = state, timezone.now(), error
    found.save(update_fields=["state", "finished_at", "error"])
    return found


# ── what is here already ──


def _compare(found: DryRun, resource: Resource, asking: Asking | None, rows: Sequence[Newcomer], stops: Asked) -> None:
    """Keep a line for each of these rows that looks like a record that is here, and for each that looks like one before
    it. It stands in nobody's way: whoever starts the import meanwhile, or another dry run, ends it."""
    actor, asked, alike = found.source.created_by or SYSTEM, 0, Counter[str]()
    meet = asking.among(actor, resource) if asking else None
    for start in range(0, len(rows) if asking else 0, _STEP):
        if stops():
            break
        step = rows[start : start + _STEP]
        lines = [
            _line_of_likeness(found.source, one, like)
            for one in step
            for like in (asking and asking.ask(actor, resource, one.record), meet and meet(one))
            if like
        ]
        with transaction.atomic():
            if not _is_wanted(found):
                return
            bulk.insert(Line, lines)
        asked += len(step)
        alike.update(line.verdict for line in lines)
    with transaction.atomic():
        if _is_wanted(found):
            found.asked_count, found.counts = asked, found.counts | alike
            found.save(update_fields=["asked_count", "counts"])


def _is_wanted(found: DryRun) -> bool:
    """Whether what it found out still stands; nobody starts the import or another dry run before this is written."""
    draft = Import.objects.select_for_update().filter(pk=found.source_id, state=State.DRAFT).first()
    return draft is not None and DryRun.objects.filter(pk=found.pk, started_at=found.started_at).exists()


def _line_of_likeness(imported: Import, one: Newcomer, like: Likeness) -> Line:
    return Line(
        source=imported,
        number=one.line,
        verdict=TWICE if like.earlier else ALIKE,
        record_id=like.record_id,
        title=_title(one),
        likeness={
            "certainty": like.certainty,
            "reasons": [list(reason) for reason in like.reasons],
            **({"row": like.earlier.line, "title": _title(like.earlier)} if like.earlier else {}),
        },
    )


def _title(one: Newcomer) -> str:
    return text.truncate(str(one.record), _TITLE)


@transaction.atomic
def cancel_dry_run(*, actor: Any, imported: Import) -> None:
    """Stop finding out. Raises Refused when nothing is going on."""
    found = DryRun.objects.select_for_update().filter(source=imported).first()
    if found is None or state_of(found) not in _GOING_ON:
        raise Refused(_("Nothing is being checked."))
    if found.job_id is None or jobs.cancel_job(actor=actor, job_id=found.job_id).is_finished:
        _end(found, State.CANCELLED)


class Telling:
    """Lines for the rows of one file."""

    def __init__(self, plan: Plan, imported: Import, foreseen: Foreseen) -> None:
        self._plan, self._imported, self._foreseen = plan, imported, foreseen
        self._reasons = Reasons(plan.resource, imported.header, plan.mapping)
        self._compare = records.comparing(plan.resource)

    def lines(self, planned: Planned) -> list[Line]:
        """What is worth telling of a batch. Rows that change nothing are counted and not listed."""
        told = [fate for fate in planned.fates if fate.verdict != Verdict.UNCHANGED]
        changes = {id(fate): self._changes(fate) for fate in told if fate.verdict == Verdict.UPDATE}
        self._name_what_is_new(changes.values())
        partly = [self._line(fate, PARTLY) for fate in planned.fates if fate.is_partly]
        return [self._line(fate, fate.verdict.value, changes.get(id(fate))) for fate in told] + partly

    def _line(self, fate: Fate, group: str, changes: dict[str, Any] | None = None) -> Line:
        record = fate.record
        return Line(
            source=self._imported,
            number=fate.row.line,
            verdict=group,
            record_id=record.pk if record is not None and record.pk and record.pk > 0 else None,
            title=text.truncate(str(record), _TITLE) if record is not None else "",
            changes=changes,
            reason=self._reasons.of(fate) if fate.errors or group == PARTLY else self._remarks(fate),
        )

    def _remarks(self, fate: Fate) -> str:
        targets = [Target(name) for name in fate.remarks]
        return ", ".join(label_of(target, self._plan.resource) for target in targets)

    def _changes(self, fate: Fate) -> dict[str, Any]:
        assert fate.before is not None
        assert fate.after is not None
        return {name: list(change) for name, change in self._compare(fate.before, fate.after).items()}

    def _name_what_is_new(self, told: Iterable[dict[str, Any]]) -> None:
        """A related record that would be made has no number that anybody could look up: it is told by its title."""
        told = list(told)
        for name, one in self._plan.resource.fields.items():
            if isinstance(one, Relation):
                places = [changes[name] for changes in told if name in changes]
                titles = self._titles(one, {pk for pair in places for pk in pair if isinstance(pk, int) and pk < 0})
                for pair in places:
                    pair[:] = [titles.get(pk, pk) for pk in pair]

    def _titles(self, relation: Relation, numbers: Collection[int]) -> dict[int, str]:
        found = {}
        for pk, columns in self._foreseen.states(relation.target, numbers).items():
            record = bulk.blank(relation.target.model)
            record.__dict__.update(columns)
            found[pk] = str(record)
        return found
