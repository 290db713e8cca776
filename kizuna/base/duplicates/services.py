"""Look for duplicates, and say of two records that they are not."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kizuna.base.duplicates import queries, resolver
from kizuna.base.duplicates.comparing import Portrait
from kizuna.base.duplicates.events import DuplicatesSought, NotToldApart, ToldApart
from kizuna.base.duplicates.marking import is_resolved
from kizuna.base.duplicates.models import Pair, Scan, State
from kizuna.base.duplicates.portraits import Painter
from kizuna.base.duplicates.scanning import Finding, search
from kizuna.base.duplicates.scratch import Scratch
from kizuna.base.duplicates.twins import Twins
from kizuna.base.events import Touched, publish
from kizuna.base.identity import SYSTEM
from kizuna.base.jobs.pauses import without_pauses
from kizuna.base.merging.models import Merge
from kizuna.base.merging.parts import Part
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.likeness import Asking, Likeness, Newcomer
from kizuna.base.transfer.models import Import
from kizuna.base.types.errors import Denied

BATCH, STEP = 1000, 10_000
MOST_ASKED, STEP_ASKED = 5000, 100
"""Records of an import up to which each is asked of by itself; it takes milliseconds for each."""


@transaction.atomic
def start_scan(*, actor: Any, resource: Resource) -> Scan:
    """Look through all records of a kind, later. While one search runs there is no second: its scan is returned.

    One whose job ended without a word of it does not stand in the way: it has failed.
    """
    from kizuna.base.duplicates.jobs import scan as run  # jobs call services; this is the one that starts one

    queries.check(actor, resource)
    if running := queries.running(resource):
        if queries.state_of(running) != State.FAILED:
            return running
        _end(running, State.FAILED, error=_("Its job ended too early."))
    try:
        with transaction.atomic():
            scan = Scan.objects.create(resource=resource.key, created_by_id=actor.pk)
    except IntegrityError:
        return Scan.objects.get(resource=resource.key, state__in=(State.WAITING, State.RUNNING))
    job = run.using(actor_id=actor.pk).enqueue(scan_id=scan.pk)
    scan.job_id = int(job.id)
    scan.save(update_fields=["job_id"])
    return scan


def carry_out(*, scan_id: int, tell: Callable[[int, int], object] = lambda done, total: None) -> Scan:
    """Do what was asked for. After a worker was killed it begins anew: what was found before is found again."""
    scan = Scan.objects.get(pk=scan_id)
    if scan.is_over:
        return scan
    Scan.objects.filter(pk=scan_id).update(state=State.RUNNING)
    resource = registry.find(scan.resource)
    if resource is None:
        return _end(scan, State.FAILED, error=_("There is no such kind of record any more."))
    with without_pauses(), Scratch() as scratch:
        found = search(_told(resource, tell), scratch)
        _keep(scan, found)
        scan.record_count, scan.compared_count = found.records, found.compared
        scan.weights = msgspec.to_builtins(found.weights)
    return _end(scan, State.DONE)


def _told(resource: Resource, tell: Callable[[int, int], object]) -> Iterator[tuple[int, Portrait]]:
    """The portraits of all records; `tell` hears how many were read, of how many."""
    total = resource.model._default_manager.live().count()
    for number, one in enumerate(Painter(resource).every(), 1):
        yield one
        if number % STEP == 0:
            gc.collect(1)
            tell(number, total)


def _keep(scan: Scan, found: Finding) -> None:
    """Write the pairs. What somebody decided of them stays."""
    rows = (
        Pair(resource=scan.resource, record_id=low, other_id=high, certainty=certainty, scan=scan)
        for low, high, certainty in found.pairs()
    )
    while some := list(islice(rows, BATCH)):
        Pair.objects.bulk_create(
            some,
            update_conflicts=True,
            unique_fields=["resource", "record_id", "other_id"],
            update_fields=["certainty", "scan"],
        )


@transaction.atomic
def _end(scan: Scan, state: State, error: str = "") -> Scan:
    if state == State.DONE:
        mine = Pair.objects.filter(resource=scan.resource, apart_at=None)
        mine.exclude(scan=scan).delete()
        scan.found_count = mine.count()
    scan.state, scan.error, scan.finished_at = state, error, timezone.now()
    scan.save()
    if state == State.DONE:
        event = DuplicatesSought(
            scan_id=scan.pk, resource=scan.resource, records=scan.record_count, found=scan.found_count
        )
        publish(event)
    return scan


@transaction.atomic
def tell_apart(*, actor: Any, pair: Pair) -> Pair:
    """Remember that the two are not the same. Saying it twice changes nothing."""
    return _decide(actor, pair, is_apart=True)


@transaction.atomic
def not_told_apart(*, actor: Any, pair: Pair) -> Pair:
    """Take back that the two are not the same."""
    return _decide(actor, pair, is_apart=False)


def _decide(actor: Any, pair: Pair, *, is_apart: bool) -> Pair:
    resource = registry.get(pair.resource)
    queries.check(actor, resource)
    found = queries.visible(actor, resource).select_for_update(of=("self",)).filter(pk=pair.pk).first()
    if found is None:
        raise Denied(_("You do not see both of these records."))
    if (found.apart_at is not None) == is_apart:
        return found
    found.apart_at, found.apart_by_id = (timezone.now(), actor.pk) if is_apart else (None, None)
    found.save(update_fields=["apart_at", "apart_by"])
    kind = ToldApart if is_apart else NotToldApart
    ids = (found.record_id, found.other_id)
    publish(kind(resource=pair.resource, ids=ids), subjects=[Touched(pair.resource, pk) for pk in ids], by=actor)
    return found


def forget(*, resource: str, ids: Iterable[int]) -> int:
    """Remove the open pairs of records that were merged or are gone; returns how many."""
    gone = list(ids)
    mine = Pair.objects.filter(resource=resource, apart_at=None)
    first, _rows = mine.filter(record_id__in=gone).delete()
    second, _rows = mine.filter(other_id__in=gone).delete()
    return first + second


# ── imports ──


def look_through(*, imported: Import, tell: Callable[[int, int], object] = lambda done, total: None) -> int:
    """Ask of everything that an import made whether it was here already, and keep the likely pairs; where it made very
    much, search through all. Again is as good as once. Returns how many likely pairs what it made is in, those that
    were told apart among them; 0 where the search is to find them."""
    resource = registry.get(imported.resource)
    ids = queries.brought_by(imported, most=MOST_ASKED + 1)
    if len(ids) > MOST_ASKED:
        start_scan(actor=SYSTEM, resource=resource)
        return 0
    found: set[tuple[int, int]] = set()
    for start in range(0, len(ids), STEP_ASKED):
        for record in resource.model._default_manager.live().filter(pk__in=ids[start : start + STEP_ASKED]):
            found |= _keep_likely(resource, record)
        tell(start, len(ids))
    return len(found)


def foretell(actor: Any, resource: Resource, record: Record) -> Likeness | None:
    """What `look_through` will propose of a record that an import would make: the most certain, if any is likely. Only
    what the actor may see is told."""
    found = resolver.like(actor, resource, record, most=1)
    if not found or not found[0].is_likely:
        return None
    reasons = [(one.field, one.how) for one in found[0].reasons]
    return Likeness(found[0].certainty, reasons, record_id=found[0].record_id)


def twins_among(actor: Any, resource: Resource) -> Callable[[Newcomer], Likeness | None]:
    """What `look_through` will propose of two rows of one file: to be asked of one row after the other."""
    return Twins(actor, resource).meet


def is_looked_through(resource: Resource) -> bool:
    """Whether what an import makes is compared with what was there."""
    return resource.mergeable and is_resolved(resource)


ASKING = Asking(covers=is_looked_through, ask=foretell, among=twins_among, most=MOST_ASKED)


def _keep_likely(resource: Resource, record: Record) -> set[tuple[int, int]]:
    """The pairs, by their two ids. What somebody decided of a pair stays."""
    likely = [one for one in resolver.like(SYSTEM, resource, record) if one.is_likely]
    found = {_in_order(record.pk, one.record_id): one.certainty for one in likely}
    rows = [
        Pair(resource=resource.key, record_id=low, other_id=high, certainty=certainty)
        for (low, high), certainty in found.items()
    ]
    Pair.objects.bulk_create(rows, ignore_conflicts=True)
    return set(found)


# ── merges ──


def keep_apart(merge: Merge, records: Sequence[Record]) -> dict[str, list[int]]:
    """Whoever was told apart from a record that is merged is told apart from the one that stays. Returns the pairs that
    were made for that, and those that were open until now."""
    ids = {record.pk for record in records}
    mine = Pair.objects.filter(resource=merge.resource)
    told = mine.filter(apart_at__isnull=False).filter(Q(record_id__in=merge.others) | Q(other_id__in=merge.others))
    strangers = {}
    for pair in told.order_by("pk"):
        stranger = pair.other_id if pair.record_id in ids else pair.record_id
        if stranger not in ids:
            strangers[_in_order(merge.survivor_id, stranger)] = pair
    known = {(one.record_id, one.other_id): one for one in mine.filter(_is_one_of(strangers))}
    made = [
        Pair(
            resource=merge.resource, record_id=low, other_id=high, certainty=pair.certainty, scan_id=pair.scan_id,
            apart_at=pair.apart_at, apart_by_id=pair.apart_by_id,
        )
        for (low, high), pair in strangers.items() if (low, high) not in known
    ]  # fmt: skip
    opened = [one.pk for one in known.values() if one.apart_at is None]
    mine.filter(pk__in=opened).update(apart_at=merge.merged_at, apart_by=merge.merged_by_id)
    return {"made": [one.pk for one in Pair.objects.bulk_create(made)], "opened": opened}


def no_longer_keep_apart(merge: Merge, kept: Mapping[str, list[int]] | None) -> None:
    """Taken apart, each record is told apart from whom it was before."""
    found = kept or {"made": [], "opened": []}
    Pair.objects.filter(pk__in=found["made"]).delete()
    Pair.objects.filter(pk__in=found["opened"]).update(apart_at=None, apart_by=None)


def _in_order(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _is_one_of(pairs: Iterable[tuple[int, int]]) -> Q:
    found = Q(pk__in=())
    for low, high in pairs:
        found |= Q(record_id=low, other_id=high)
    return found


PART = Part("duplicates", merged=keep_apart, unmerged=no_longer_keep_apart)
