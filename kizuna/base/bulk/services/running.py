"""The work itself: batch after batch, each a transaction with its records, its events, its rows and its position."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, DataError, IntegrityError, connections, router, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.bulk.deeds import Deed, Versions, deed_of, words_of
from kizuna.base.bulk.events import BulkFinished
from kizuna.base.bulk.models import Kind, Outcome, Row, Sheet, State
from kizuna.base.events import acting, publish
from kizuna.base.events.origin import current_origin, originating
from kizuna.base.identity.models import User
from kizuna.base.identity.system import SYSTEM
from kizuna.base.notifications.services.reading import note
from kizuna.base.records import bulk, constraints
from kizuna.base.resources import editions, registry
from kizuna.base.search.selecting import Selection
from kizuna.base.types.errors import Problem
from kizuna.base.types.verdicts import Verdicts

LONGEST_REASON = 300
CHUNK = 1000
Tell = Callable[[Sheet], object]
Asked = Callable[[], bool]
_log = logging.getLogger(__name__)


def carry_on(
    *, sheet_id: int, tell: Tell = lambda sheet: None, stops: Asked = lambda: False, batch: int | None = None
) -> Sheet:
    """Carry out a sheet to its end, from wherever an earlier run was interrupted.

    `tell` hears of every batch, `stops` is asked after each whether to stop. Safe to call again: no record is dealt
    with twice, also when two workers run it at the same time.
    """
    sheet = Sheet.objects.select_related("created_by").get(pk=sheet_id)
    if sheet.is_over:
        return sheet
    actor = sheet.created_by or SYSTEM
    with (
        translation.override(actor.language),
        timezone.override(actor.zone),
        acting(actor, via=sheet.via),
        _caused_by(sheet.event_id),
    ):
        return Run(sheet, batch).to_the_end(tell, stops)


@contextmanager
def _caused_by(event_id: int | None) -> Iterator[None]:
    origin = current_origin()
    with originating(replace(origin, cause_id=event_id, depth=origin.depth + 1)):
        yield


class Run:
    """One run of a sheet."""

    def __init__(self, sheet: Sheet, batch: int | None) -> None:
        self.sheet, self.batch = sheet, batch

    def to_the_end(self, tell: Tell, stops: Asked) -> Sheet:
        try:
            self._begin()
            while self._deal_with_some():
                tell(self.sheet)
                if stops():
                    return end(self.sheet, State.CANCELLED)
                editions.look_again()  # a field that was removed meanwhile is written no more
        except Problem as problem:
            return end(self.sheet, State.FAILED, words_of(problem))
        return self.sheet

    @transaction.atomic
    def _begin(self) -> None:
        """Write down once which records are meant: what is changed may be what they are chosen by."""
        sheet = Sheet.objects.select_for_update().get(pk=self.sheet.pk)
        if sheet.is_over:
            self.sheet = sheet
            return
        if not sheet.is_gathered:
            sheet.total = gather(sheet, self._actor())
            sheet.is_gathered = True
        sheet.state, sheet.started_at = State.RUNNING, sheet.started_at or timezone.now()
        sheet.save(update_fields=["total", "is_gathered", "state", "started_at"])
        self.sheet = sheet

    def _actor(self) -> Any:
        """As they are now: who lost a right in the middle of it has lost it."""
        if self.sheet.created_by_id is None:
            return SYSTEM
        actor = User.objects.get(pk=self.sheet.created_by_id)
        policy.forget(actor)
        return actor

    def _deal_with_some(self) -> bool:
        """One batch, all or nothing; False at the end, or when somebody else goes on with it."""
        with transaction.atomic():
            # The selection may name a hundred thousand records, and they have been gathered.
            sheet = Sheet.objects.defer("selection").select_for_update().get(pk=self.sheet.pk)
            is_mine = sheet.state == State.RUNNING and sheet.position == self.sheet.position
            self.sheet = sheet
            if not is_mine:
                return False
            deed = deed_of(sheet, self._actor())
            rows = Row.objects.filter(sheet=sheet, record_id__gt=sheet.position).order_by("record_id")
            versions = dict(rows.values_list("record_id", "version")[: self.batch or deed.batch])
            if not versions:
                end(sheet, State.DONE)
                return False
            _note(sheet, versions, attempt(deed, versions))
        return True


def gather(sheet: Sheet, actor: Any) -> int:
    """One statement that writes a row for every record meant, however many there are; returns how many."""
    resource = registry.get(sheet.resource)
    if sheet.undoes_id is not None:
        done = Row.objects.filter(sheet_id=sheet.undoes_id, outcome__kind=Kind.DONE)
        return _insert(sheet, resource.model._default_manager.filter(pk__in=done.values("record_id")))
    selection = Selection.from_json(sheet.selection)
    rows = selection.rows(resource, actor)
    return _insert(sheet, rows) if selection.ids is None else _insert_ids(sheet, rows, selection.ids)


def _insert(sheet: Sheet, rows: QuerySet) -> int:
    connection = connections[router.db_for_write(Row)]
    found = rows.order_by().values_list("pk", "version")
    try:
        chosen, given = found.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return 0
    statement = (
        f"INSERT INTO bulk_row (sheet_id, record_id, version)"  # noqa: S608 - the ORM's own query
        f" WITH chosen (record_id, version) AS ({chosen}) SELECT %s, record_id, version FROM chosen"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, sheet.pk])
        return int(cursor.rowcount)


def _insert_ids(sheet: Sheet, rows: QuerySet, ids: Iterable[int]) -> int:
    wanted = sorted(set(ids))
    versions: dict[int, int] = {}
    for start in range(0, len(wanted), CHUNK):
        some = rows.filter(pk__in=wanted[start : start + CHUNK])
        versions.update(some.values_list("pk", "version"))
    columns = [[sheet.pk] * len(wanted), wanted, [versions.get(pk, 0) for pk in wanted]]
    bulk.insert_columns(Row, ("sheet_id", "record_id", "version"), columns)
    return len(wanted)


def attempt(deed: Deed, versions: Versions) -> Verdicts:
    """A batch at once; if the database or a handler refuses it, record by record, so that the others get through."""
    try:
        with transaction.atomic():
            return deed.do(versions)
    except (IntegrityError, DataError, Problem) as error:
        if len(versions) == 1:
            said = words_of(error) if isinstance(error, Problem) else _why(error, deed.sheet)
            return Verdicts(refused=dict.fromkeys(versions, said))
    found = Verdicts()
    for record_id, version in versions.items():
        found.add(attempt(deed, {record_id: version}))
    return found


def _why(error: DatabaseError, sheet: Sheet) -> str:
    """What the database refused, in words; what nobody has words for is in the log under one mark for the whole work,
    so that such records are one group."""
    if said := constraints.broken(error):
        return str(said)
    mark = f"bulk-{sheet.pk}"
    _log.error("%s: a record could not be dealt with.", mark, exc_info=error)
    return _("Something unforeseen happened. The log of the server tells what, under %(mark)s.") % {"mark": mark}


def _note(sheet: Sheet, versions: Versions, found: Verdicts) -> None:
    """Write down what became of a batch, in its transaction."""
    last = max(versions)
    groups: dict[tuple[str, str], list[int]] = {}
    for pk, reason in found.refused.items():
        groups.setdefault((Kind.REFUSED, reason[:LONGEST_REASON]), []).append(pk)
    if found.unchanged:
        groups[Kind.UNCHANGED, ""] = found.unchanged
    if found.done:  # usually nearly all of them: they are what is left of a range
        done = _outcome(sheet, Kind.DONE, "", len(found.done))
        Row.objects.filter(sheet=sheet, record_id__gt=sheet.position, record_id__lte=last).update(outcome=done)
    for (kind, reason), ids in groups.items():
        outcome = _outcome(sheet, kind, reason, len(ids))
        Row.objects.filter(sheet=sheet, record_id__in=ids).update(outcome=outcome)
    sheet.position = last
    sheet.done_count += len(found.done)
    sheet.unchanged_count += len(found.unchanged)
    sheet.refused_count += len(found.refused)
    sheet.save(update_fields=["position", "done_count", "unchanged_count", "refused_count"])


def _outcome(sheet: Sheet, kind: str, reason: str, count: int) -> Outcome:
    """The group of a kind and a reason, with so many more in it. The sheet is held: nobody else makes it."""
    outcome, _is_new = Outcome.objects.get_or_create(sheet=sheet, kind=kind, reason=reason)
    outcome.count += count
    outcome.save(update_fields=["count"])
    return outcome


@transaction.atomic
def end(sheet: Sheet, state: State, error: str = "") -> Sheet:
    sheet.state, sheet.finished_at, sheet.error = state, timezone.now(), error
    sheet.save(update_fields=["state", "finished_at", "error"])
    if sheet.created_by_id and sheet.seen_at is None:
        note([sheet.created_by_id])
    publish(
        BulkFinished(
            sheet_id=sheet.pk,
            resource=sheet.resource,
            state=state,
            done=sheet.done_count,
            unchanged=sheet.unchanged_count,
            refused=sheet.refused_count,
        )
    )
    return sheet
