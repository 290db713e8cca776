"""An import runs: batch after batch, each a transaction with its records, its rejected rows and its position."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import router, transaction
from django.utils import timezone, translation

from kizuna.base.events import acting, publish
from kizuna.base.events.origin import current_origin, originating
from kizuna.base.identity.models import User
from kizuna.base.identity.system import SYSTEM
from kizuna.base.jobs.pauses import without_pauses
from kizuna.base.records import bulk
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.events import ImportFinished
from kizuna.base.transfer.importing import Plan, Planned, Supply, Understood, attempt, plan_batch, store
from kizuna.base.transfer.importing.reasons import Reasons
from kizuna.base.transfer.models import COUNTED, Import, Line, Rejection, State
from kizuna.base.transfer.services.settling import plan_of
from kizuna.base.transfer.values import Options
from kizuna.base.types.errors import Problem
from kizuna.base.types.rows import unhurried
from kizuna.base.types.turns import wait_for_turn

BATCH = 2000
COLLECT_EVERY = 20
Tell = Callable[[Import], object]
Asked = Callable[[], bool]


def run_import(
    *, import_id: int, tell: Tell = lambda imported: None, stops: Asked = lambda: False, batch: int = BATCH
) -> Import:
    """Carry out a started import to its end, from wherever an earlier run was interrupted.

    `tell` hears of every batch, `stops` is asked after each whether to stop. Safe to call again: rows that are dealt
    with are not read twice, also when two workers run it at the same time.
    """
    imported = Import.objects.select_related("created_by").get(pk=import_id)
    if imported.state not in (State.WAITING, State.RUNNING):
        return imported
    actor = imported.created_by or SYSTEM
    with translation.override(actor.language), acting(actor, via="import"), caused_by(imported.event_id):
        return Run(imported, actor, batch).to_the_end(tell, stops)


@contextmanager
def caused_by(event_id: int | None) -> Iterator[None]:
    origin = current_origin()
    with originating(replace(origin, cause_id=event_id, depth=origin.depth + 1)):
        yield


@contextmanager
def as_quiet_as(imported: Import) -> Iterator[None]:
    """Inside the block nobody is told of what happens, where whoever imports wished so."""
    with originating(replace(current_origin(), is_quiet=Options.from_json(imported.options).is_quiet)):
        yield


class Run:
    """One run of an import."""

    def __init__(self, imported: Import, actor: User | Any, batch: int) -> None:
        self.imported, self.actor, self.batch = imported, actor, batch

    def to_the_end(self, tell: Tell, stops: Asked) -> Import:
        try:
            plan = plan_of(self.actor, self.imported)
            self._begin()
            with (
                Supply(plan, self.imported, size=self.batch, position=self.imported.position) as supply,
                without_pauses(),
            ):
                for number, rows in enumerate(supply, 1):
                    if number % COLLECT_EVERY == 0:
                        gc.collect(1)
                    if not self._deal_with(plan, rows):
                        return self.imported
                    tell(self.imported)
                    if stops():
                        return self._end(State.CANCELLED)
        except (Problem, FileNotFoundError) as error:
            return self._end(State.FAILED, str(error))
        return self._end(State.DONE)

    def _begin(self) -> None:
        Line.objects.filter(source=self.imported).delete()
        if self.imported.state == State.WAITING:
            self.imported.state, self.imported.started_at = State.RUNNING, timezone.now()
            self.imported.save(update_fields=["state", "started_at"])

    def _deal_with(self, plan: Plan, rows: Sequence[Understood]) -> bool:
        """One batch, all or nothing; False when another worker has taken the import over."""
        with transaction.atomic():
            current = Import.objects.select_for_update().get(pk=self.imported.pk)
            if current.state != State.RUNNING or current.position != self.imported.position:
                self.imported = current
                return False
            one_at_a_time(plan.resource)
            plan.renew_rights()
            with as_quiet_as(self.imported):
                planned = attempt(plan, rows, work)
            current.add(planned.counts, partly=planned.partly, related=planned.related)
            _write_rejections(plan, current, planned)
            current.save(update_fields=["position", "partly_count", "related", *COUNTED.values()])
        self.imported = current
        return True

    @transaction.atomic
    def _end(self, state: State, error: str = "") -> Import:
        imported = self.imported
        imported.state, imported.finished_at, imported.error = state, timezone.now(), error
        told = publish(
            ImportFinished(
                import_id=imported.pk,
                resource=imported.resource,
                state=state,
                created=imported.created_count,
                updated=imported.updated_count,
                unchanged=imported.unchanged_count,
                skipped=imported.skipped_count,
                conflicts=imported.conflict_count,
                rejected=imported.rejected_count,
                partly=imported.partly_count,
            )
        )
        imported.up_to_event = told.pk
        imported.save(update_fields=["state", "finished_at", "error", "up_to_event"])
        return imported


def work(plan: Plan, rows: Sequence[Understood]) -> Planned:
    """Exactly what a dry run shows, stored."""
    with transaction.atomic(), unhurried(router.db_for_write(Import)):
        planned = plan_batch(plan, rows)
        store(plan, planned)
    plan.keep()
    return planned


def one_at_a_time(resource: Resource) -> None:
    """Two imports into one resource take turns, batch by batch: else each would make what the other is making."""
    wait_for_turn(f"import {resource.key}")


def _write_rejections(plan: Plan, imported: Import, planned: Planned) -> None:
    rows = planned.to_mend
    if not rows:
        return
    width = len(imported.header)
    reasons = Reasons(plan.resource, imported.header, plan.mapping)
    found = [
        Rejection(
            source=imported,
            line=fate.row.line,
            cells=_padded(fate.row.cells, width),
            reason=reasons.of(fate),
            verdict=fate.verdict,
        )
        for fate in rows
    ]
    bulk.insert(Rejection, found)


def _padded(cells: Sequence[str], width: int) -> list[str]:
    """As many cells as the header has, or more; NUL cannot be stored on PostgreSQL."""
    return [cell.replace("\0", "") for cell in cells] + [""] * (width - len(cells))
