"""One database measured: every scenario in turns with the floor, then over several connections."""

from __future__ import annotations

import datetime as dt
import os
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from kizuna.server.bench import sales
from kizuna.server.bench.client import Connection, Make, Request, Sample, at_once, in_turns
from kizuna.server.bench.processor import Meter
from kizuna.server.bench.scenarios import Scenario, World, floor, scenarios
from kizuna.server.bench.served import LOOPBACK, running, session_name

MANY = 8  # connections
WARM_UP = 24  # requests over all connections: each thread of the server has its own session in the database
PACED = 3  # rounds that tell how many more there is time for
FEWEST, MOST = 40, 400
"""Rounds, whatever time they take: a 95th percentile of fewer is one request that something else disturbed."""

AIMED_AT = 3.0
"""Milliseconds that the floor takes on the machine that the aims reckon with."""

Figures = dict[str, Any]


def as_aimed_at(rate: float, floor: float) -> float:
    """What a rate comes to on the machine of the aims, where the floor took so many milliseconds in the same run."""
    return rate * floor / AIMED_AT


def floor_here() -> float:
    """Milliseconds of processor time that the floor takes in this process and its session in PostgreSQL, in the middle
    of some rounds: beside work that no server answers, such as an import. PostgreSQL is told first what has just come
    into the table: as long as it knows nothing of that it sorts all of it, and the floor is many times too high."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE contacts_contact")
    client, request, took = Client(headers={"Host": LOOPBACK}), floor(0), []
    with override_settings(ROOT_URLCONF="kizuna.server.bench.urls"):
        for _number in range(WARM_UP):
            _ask(client, request)
        meter = Meter([os.getpid()])
        for _number in range(FEWEST):
            before = meter.read()
            _ask(client, request)
            took.append(meter.read() - before)
    return _spread(took)["median"]


def measure(*, seconds: float, only: str, tell: Callable[[str], None]) -> Figures:
    """Start the server on the database of this process and measure everything whose name contains `only`, each for some
    seconds on one connection."""
    world = World()
    offered = [*scenarios(world), *sales.scenarios(world)]
    chosen = [scenario for scenario in offered if only.casefold() in scenario.name.casefold()]
    for scenario in chosen:
        scenario.make(-1)  # what it needs is there before anything is measured
    with running(settings.DATA_DIR / "bench.log") as server:
        rows = []
        meter = Meter(server.web(), session_name("web"))
        for scenario in chosen:
            rows.append(_one(scenario, server.port, seconds, meter))
            tell(_words(rows[-1]))
        memory = server.memory()
    return {
        "database": database(),
        "contacts": world.count,
        "on": dt.date.today().isoformat(),
        "rows": rows,
        "memory": memory,
    }


def _one(scenario: Scenario, port: int, seconds: float, meter: Meter) -> Figures:
    queries, size = _looked_at(scenario.make)
    rounds = max(FEWEST, min(MOST, int(seconds / _warmed_up(port, scenario.make))))
    alone, beside = in_turns(port, [scenario.make, floor], rounds, meter)
    many, rate = at_once(port, scenario.make, MANY, range(rounds, 2 * rounds))
    return {
        "name": scenario.name,
        "goal": scenario.goal,
        "queries": queries,
        "bytes": size,
        "rounds": rounds,
        "one": _spread([sample.took for sample in alone]) | _cost(alone),
        "floor": _spread([sample.took for sample in beside]) | _cost(beside),
        "many": _spread(many),
        "rate": round(rate, 1),
    }


def _looked_at(make: Make) -> tuple[int, int]:
    """How many queries the request makes and how large its answer is, asked in this process for the second time: the
    first reads what is kept from then on."""
    request = make(-2)
    headers = {name: value for name, value in request.headers.items() if name != "Cookie"}
    client = Client(headers=headers | {"Host": LOOPBACK})
    for pair in filter(None, request.headers.get("Cookie", "").split("; ")):
        name, _is, value = pair.partition("=")
        client.cookies[name] = value
    _ask(client, make(-1))
    with CaptureQueriesContext(connection) as captured:
        response = _ask(client, request)
    return len(captured), len(response.content)


def _ask(client: Client, request: Request) -> Any:
    kind = request.headers.get("Content-Type", "application/octet-stream")
    return client.generic(request.method, request.path, request.body, content_type=kind)


def _warmed_up(port: int, make: Make) -> float:
    """Seconds of a request together with the floor's, once every thread of the server has answered both."""
    first = 1_000_000
    at_once(port, make, MANY, range(first, first + WARM_UP))
    at_once(port, floor, MANY, range(WARM_UP))
    connection = Connection(port)
    started = time.perf_counter()
    for number in range(PACED):
        connection.send(make(first + WARM_UP + number))
        connection.send(floor(number))
    connection.close()
    return (time.perf_counter() - started) / PACED


def _spread(times: Sequence[float]) -> Figures:
    """Median and 95th percentile in milliseconds."""
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
    return {"median": round(statistics.median(times) * 1000, 2), "p95": round(p95 * 1000, 2)}


def _cost(samples: Sequence[Sample]) -> Figures:
    """Median and 95th percentile of processor time, in milliseconds."""
    spread = _spread([sample.cost for sample in samples])
    return {"cost": spread["median"], "cost_p95": spread["p95"]}


def _words(row: Figures) -> str:
    one, beside = row["one"], row["floor"]
    return (
        f"{row['name']:<46} {row['queries']:>2} queries; {one['cost']:>7.1f} ms of processor, p95"
        f" {one['cost_p95']:>7.1f}, {times_floor(row):>4.1f}"
        f" × floor ({beside['cost']:.1f}); {one['median']:>7.1f} ms, p95 {one['p95']:>7.1f}; {row['rate']:>6.1f}/s"
    )


def times_floor(row: Figures) -> float:
    """What the request costs in floors: by processor time where it is known, else by time."""
    by = "cost" if row["floor"]["cost"] else "median"
    return float(row["one"][by] / row["floor"][by])


def database() -> str:
    """The kind and version of the database."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
    import sqlite3

    return f"SQLite {sqlite3.sqlite_version}"
