"""How well and how fast duplicates are found: by a search through everything, and while somebody types."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from itertools import islice
from os import getpid
from pathlib import Path
from typing import Any

from django.db import connection

from kizuna.base.duplicates import resolver
from kizuna.base.duplicates import services as duplicates
from kizuna.base.duplicates.models import Pair, Scan
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.resources.models import Key
from kizuna.base.resources.resource import Resource
from kizuna.customers.contacts.demo import bulk
from kizuna.customers.contacts.models import Contact
from kizuna.server.bench import people
from kizuna.server.bench.processor import Meter

Figures = dict[str, Any]
Found = set[people.Pair]
CHECKS = 2000
"""So many live checks are timed, spread over the contacts."""
WARM_UP = 20
MOST_CHECKED = 5000
"""Contacts up to which each of them is checked, so that precision and recall are of all."""
MOST = 10


def measure(*, actor: User, count: int, febrl: Path | None, tell: Callable[[str], None]) -> Figures:
    """Fill an empty database with people, search it, and ask for some of them as if they were typed."""
    contacts = registry.get("contact")
    known = _enter(people.of_febrl(febrl) if febrl else people.drawn(count), tell)
    truth = people.truth(known)
    _forget_peak()
    before = _memory("VmRSS")
    scan, seconds, spent = _timed(lambda: _searched(actor, contacts))
    memory = _memory("VmHWM") - before
    pairs = set(Pair.objects.filter(scan=scan).values_list("record_id", "other_id"))
    tell(
        f"Search: {scan.record_count:,} records, {scan.compared_count:,} pairs compared in {seconds:.1f} s,"
        f" {spent:.1f} of processor"
    )
    found = {
        "database": connection.vendor,
        "records": scan.record_count,
        "compared": scan.compared_count,
        "scan_seconds": round(seconds, 1),
        "scan_cpu_seconds": round(spent, 1),
        "scan_memory_mb": memory,
        "scan": _judged(pairs, truth),
    }
    tell(f"  {found['scan']}, {memory} MB more than before it")
    found |= _live(actor, contacts, known, truth)
    tell(
        f"Live: {found['live']}, {found['live_ms']} ms, processor {found['live_cpu_ms']} ms, p95 {found['live_p95']} ms"
    )
    return found


def _forget_peak() -> None:
    """Have Linux count the most memory that this process had from now on."""
    Path("/proc/self/clear_refs").write_text("5")


def _memory(line: str) -> int:
    """VmRSS: the memory of this process now, VmHWM: the most that it had; in MB."""
    status = Path("/proc/self/status").read_text()
    return next(int(said.split()[1]) // 1024 for said in status.splitlines() if said.startswith(f"{line}:"))


def _enter(drawn: Iterator[tuple[int, Contact]], tell: Callable[[str], None]) -> dict[int, int]:
    """Store contacts; returns the persons by the ids of contacts."""
    known: dict[int, int] = {}
    first, started = bulk.next_id(Contact), time.perf_counter()

    def numbered() -> Iterator[Contact]:
        for pk, (person, contact) in enumerate(drawn, first):
            contact.id = pk
            known[pk] = person
            yield contact

    with bulk.without_indexes(Contact, Key):
        made = bulk.store(SYSTEM, numbered())
    bulk.renumber(Contact)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    tell(f"{made:,} contacts in {time.perf_counter() - started:.0f} s")
    return known


def _searched(actor: User, contacts: Resource) -> Scan:
    return duplicates.carry_out(scan_id=duplicates.start_scan(actor=actor, resource=contacts).pk)


def _live(actor: User, contacts: Resource, known: dict[int, int], truth: Found) -> Figures:
    """Ask of contacts whether an earlier one is the same: of all where they are few, else of some, each as it is."""
    step = 1 if len(known) <= MOST_CHECKED else len(known) // CHECKS
    asked = list(islice(known, 0, None, step))
    times, found, meter = list[float](), set[people.Pair](), Meter([getpid()])
    for pk in asked[:WARM_UP]:
        resolver.like(actor, contacts, Contact.objects.get(pk=pk), most=MOST)
    spent = 0.0
    for pk in asked:
        record = Contact.objects.get(pk=pk)
        before, started = meter.read(), time.perf_counter()
        candidates = resolver.like(actor, contacts, record, most=MOST)
        times.append((time.perf_counter() - started) * 1000)
        spent += meter.read() - before
        found |= {(min(pk, one.record_id), max(pk, one.record_id)) for one in candidates if one.is_likely}
    chosen = set(asked)
    return {
        "live": _judged(found, {pair for pair in truth if not chosen.isdisjoint(pair)}),
        "live_checks": len(asked),
        "live_ms": round(statistics.median(times), 1),
        "live_p95": round(statistics.quantiles(times, n=20)[-1], 1),
        "live_cpu_ms": round(spent / len(asked) * 1000, 1),
    }


def check(*, actor: User, count: int, tell: Callable[[str], None]) -> Figures:
    """Ask of so many contacts, as if somebody typed one of them again with another e-mail address, whether they are
    here already; in a database that is there, such as one of a million contacts."""
    contacts, meter = registry.get("contact"), Meter([getpid()])
    ids = list(Contact.objects.live().order_by("pk").values_list("pk", flat=True))
    asked = [_typed(Contact.objects.get(pk=pk)) for pk in ids[:: max(1, len(ids) // count)][:count]]
    for record in asked[:WARM_UP]:
        resolver.like(actor, contacts, record, most=MOST)
    times, costs = list[float](), list[float]()
    for record in asked:
        before, started = meter.read(), time.perf_counter()
        resolver.like(actor, contacts, record, most=MOST)
        times.append((time.perf_counter() - started) * 1000)
        costs.append((meter.read() - before) * 1000)
    found: Figures = {"database": connection.vendor, "checks": len(asked)}
    for name, spent in (("ms", times), ("cpu_ms", costs)):
        found[name] = round(statistics.median(spent), 1)
        found[f"{name}_p95"] = round(statistics.quantiles(spent, n=20)[-1], 1)
    tell(
        f"{found['checks']} checks: {found['cpu_ms']} ms of processor, p95 {found['cpu_ms_p95']};"
        f" {found['ms']} ms, p95 {found['ms_p95']}"
    )
    return found


def _typed(stored: Contact) -> Contact:
    """What somebody fills in who meets them again."""
    record = Contact(
        family_name=stored.family_name, given_name=stored.given_name, family_reading=stored.family_reading,
        given_reading=stored.given_reading, culture=stored.culture, birth_on=stored.birth_on,
        addresses=stored.addresses, emails=[{"value": f"again{stored.pk}@bench.example"}],
    )  # fmt: skip
    record.normalise()
    return record


def _judged(found: Found, truth: Found) -> dict[str, float]:
    right = len(found & truth)
    precision, recall = right / max(1, len(found)), right / max(1, len(truth))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _timed(work: Callable[[], Scan]) -> tuple[Scan, float, float]:
    """What came out, the seconds by the clock, and those of processor time, the database's included."""
    meter, started = Meter([getpid()]), time.perf_counter()
    before = meter.read()
    done = work()
    return done, time.perf_counter() - started, meter.read() - before
