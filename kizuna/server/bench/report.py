"""docs/benchmarks.md, written from what was measured."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kizuna.server.bench.measuring import MANY, as_aimed_at, times_floor

Figures = dict[str, Any]
PACKAGES = ("Django", "granian", "psycopg", "django-ninja")

INTRODUCTION = """\
# Benchmarks

Written by `make bench` (`kizuna bench`); run it to get the figures of your own machine. `kizuna bench --quick` looks at
small databases in a few minutes, `kizuna bench load --contacts 1000000` only fills the configured, empty database.

The real server answers (`kizuna serve`: a web process per core, one for live changes, a worker, production settings)
on a port of its own. Beside every request, in turns with it, goes one to **the floor**: a minimal Django view behind
the same middleware that renders the same 50 rows with the ORM and a template, without permissions, links or shell.
"× floor" is the ratio of the two. "CPU" is the median processor time that one request costs the web server and its
sessions in PostgreSQL; what the worker, live changes, autovacuum and checkpoints take is not in it. Each row is
measured for some seconds, in 40 rounds at least, after every thread of the server has answered it. Times are those
that a client on the same machine sees on one connection; beside them the same over {many} connections. "Growth" is
the ratio of both sizes, each in floors of its own run. The aims reckon with a machine whose floor takes 3 ms: "where
the floor takes 3 ms" is a rate times what the floor took in the same run, divided by 3. The data: 10,000 contacts
drawn from the names of the sample company, and copies of them with other ids, addresses and moments, so many share a
name; per million contacts 100,000 companies, 340,000 notes, 255,000 tasks, 40 users in 20 teams; one company employs
1 % of all contacts.
SQLite maps up to 256 MB of its file into the web process's memory.
"""

AIMS = """\
## The aims

Lists and record pages within 6 × the floor at the larger size, and at most 1.3 × their own cost at the smaller;
search while typing below 20 ms of processor time; more than 300 API creates a second; an import of 15,000 rows a
second; 200 open pages that nobody touches below 10 % of a core.
"""

LIVE = """\
## Live changes

200 open lists of 50 rows, those of everybody in turns, all showing the same rows: what the process that tells them of
changes takes while nothing happens, and how long after the commit of an edit its message has arrived at all of them.

| | open pages | people | idle: % of a core | memory | ms to message | p95 |
|---|---:|---:|---:|---:|---:|---:|
"""
MOST_IDLE = 10.0

BULK = """\
## Many contacts changed at once

One value for all, one tag for all, both taken back, and all given to a new owner with a message, as the job does it:
rights, history, search and the result of each record included. "Raw" is one bare UPDATE of the same column, version and
moment with the same indexes.

| | rows | edit: rows per second | taken back | tag | taken back | handed over | raw | raw ÷ edit |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
"""

IMPORT = "Import"
ROWS = 15_000
IMPORTS = """\
An address book in Shift_JIS with names, readings, e-mail addresses, numbers, companies, postal addresses, birthdays and
tags comes into an empty database, and once more. "Raw" is a bare COPY (executemany on SQLite) of the same contacts into
the same table with the same indexes, without companies, keys, search, history and whatever else an import writes.
Memory is that of the importing process after a fifth of the rows and at the end.

| | rows | rows per second | floor ms | where it takes 3 ms | CPU µs per row | again | raw | raw ÷ import | memory |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
"""

LIMITS = """\
## Known limits

- "Name contains" with thousands of matches: all of them are read and sorted, because names that share a part stand
  together far down the list as often as not. PostgreSQL reads a page of its file for nearly each: 128 MB of shared
  buffers, as it is delivered, hold few of them.
- The heads of a board count every card. They come after the page.
- A formula of an administrator has no index: sorting or filtering by one computes it for every row that is left.
- An import writes, for each row of an address book, a contact, its keys, search entries, history, and a company where
  it is new: six rows in five tables and their indexes. "Raw" is one row in one table; where that is below 15,000 rows a
  second, no import can reach them.
- Somebody who sees one team's records types into the search box: all entries of the team are looked up first.
"""


def written(found: Sequence[Figures], imports: Sequence[Figures] = (), remarks: str = "") -> str:
    """The whole page: one table for each database, its sizes side by side; one for the imports."""
    parts = [INTRODUCTION.format(many=MANY), _machine(), AIMS, "\n".join(_missed(found, imports)), ""]
    if remarks:
        parts += [remarks, ""]
    for database in dict.fromkeys(figures["database"] for figures in found):
        sizes = sorted((one for one in found if one["database"] == database), key=lambda one: one["contacts"])
        parts += [_database(database, sizes[0], sizes[-1]), ""]
    if live := [one["live"] for one in found if "live" in one]:
        parts += [LIVE + "\n".join(map(_live_line, live)), ""]
    if changed := [one["bulk"] for one in found if "bulk" in one]:
        parts += [BULK + "\n".join(map(_bulk_line, changed)), ""]
    if imports:
        parts += [f"## {IMPORT}\n", IMPORTS + "\n".join(map(_import_line, imports)), ""]
    return "\n".join([*parts, LIMITS]).rstrip() + "\n"


def _machine() -> str:
    model = "unknown processor"
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), model)
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Measured on {dt.date.today().isoformat()}: {os.cpu_count()} cores of {model}, {platform.system()}"
        f" {platform.release()}; Python {platform.python_version()}, {packages}.\n{_load()}"
    )


def _load() -> str:
    """A warning when others used the machine, too: one client, one server and a database keep two cores busy."""
    if not hasattr(os, "getloadavg") or os.getloadavg()[2] < 2 * (os.cpu_count() or 1):
        return ""
    return (
        f"\n**The machine had other work, too** (load average {os.getloadavg()[2]:.0f}): processor time is several"
        " times that of an idle machine, and times are longer still. Compare ratios.\n"
    )


def _missed(found: Sequence[Figures], imports: Sequence[Figures]) -> list[str]:
    """Every aim that was missed, in words."""
    slow = [one for one in imports if one["rows_per_second"] < ROWS]
    lines = [f"- {one['database']}: {IMPORT}: {one['rows_per_second']:,} rows a second{_aimed(one)}." for one in slow]
    busy = [one["live"] for one in found if one.get("live", {}).get("idle_percent_of_core", 0) > MOST_IDLE]
    lines += [f"- {one['database']}: open pages: {one['idle_percent_of_core']} % of a core." for one in busy]
    for database in dict.fromkeys(figures["database"] for figures in found):
        sizes = sorted((one for one in found if one["database"] == database), key=lambda one: one["contacts"])
        small = {row["name"]: row for row in sizes[0]["rows"]}
        for row in sizes[-1]["rows"]:
            if words := _failing(row, small.get(row["name"])):
                lines.append(f"- {database}: {row['name']}: {words}.")
    return ["Missed:", "", *lines] if lines else ["All were reached."]


def import_words(found: Figures) -> str:
    """One import, for the screen."""
    return (
        f"{found['rows']:,} rows: {found['rows_per_second']:,} a second{_aimed(found)}, at the end"
        f" {found['pace_at_the_end']} × as quick as in the middle, {found['ratio_to_raw']} × as long as raw; again"
        f" {found['rows_per_second_unchanged']:,} a second; {found['memory_mb_end']} MB"
    )


def _aimed(found: Figures) -> str:
    return f" ({as_aimed_at(found['rows_per_second'], found['floor_ms']):,.0f} where the floor takes 3 ms)"


def _import_line(found: Figures) -> str:
    cost = found["processor_seconds"] / found["rows"] * 1e6
    cells = [
        found["database"], f"{found['rows']:,}", f"{found['rows_per_second']:,}", f"{found['floor_ms']:.1f}",
        f"{as_aimed_at(found['rows_per_second'], found['floor_ms']):,.0f}", f"{cost:.0f}",
        f"{found['rows_per_second_unchanged']:,}", f"{found['raw_rows_per_second']:,}", found["ratio_to_raw"],
        f"{found['memory_mb_early']} → {found['memory_mb_end']} MB",
    ]  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


def bulk_words(found: Figures) -> str:
    """Changes of many records, for the screen."""
    return (
        f"{found['rows']:,} rows: edit {found['edit_rows_per_second']:,} a second (raw"
        f" {found['raw_rows_per_second']:,}), taken back {found['undo_rows_per_second']:,}; tag"
        f" {found['tag_rows_per_second']:,}, taken back {found['untag_rows_per_second']:,}; hand over"
        f" {found['hand_over_rows_per_second']:,}"
    )


def _bulk_line(found: Figures) -> str:
    paces = [f"{found[name + '_rows_per_second']:,}" for name in ("edit", "undo", "tag", "untag", "hand_over", "raw")]
    ratio = found["raw_rows_per_second"] / found["edit_rows_per_second"]
    cells = [found["database"], f"{found['rows']:,}", *paces, f"{ratio:.1f}"]
    return f"| {' | '.join(cells)} |"


def _live_line(found: Figures) -> str:
    cells = [
        found["database"], found["clients"], found["people"], found["idle_percent_of_core"], f"{found['memory_mb']} MB",
        found["delay_ms_p50"], found["delay_ms_p95"],
    ]  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


def _failing(row: Figures, small: Figures | None) -> str:
    cost = row["one"]["cost"] or row["one"]["median"]
    match row["goal"]:
        case "page":
            growth = times_floor(row) / times_floor(small) if small else 1.0
            words = [f"{times_floor(row):.1f} × the floor"] if times_floor(row) > 6 else []
            return ", ".join(words + ([f"grows {growth:.2f} ×"] if growth > 1.3 else []))
        case "search":
            return f"{cost:.1f} ms" if cost > 20 else ""
        case "create":
            aimed = as_aimed_at(row["rate"], row["floor"]["cost"] or row["floor"]["median"])
            said = f"{row['rate']:.0f} a second, {aimed:.0f} where the floor takes 3 ms"
            return f"{said}, {cost:.1f} ms of processor time each" if row["rate"] <= 300 else ""
    return ""


def _database(name: str, small: Figures, large: Figures) -> str:
    lines = [
        f"## {name}, {large['contacts']:,} contacts",
        "",
        f"| | queries | × floor | growth from {small['contacts']:,} | CPU ms | median ms | p95 ms | {MANY}: median |"
        f" {MANY}: p95 | {MANY}: per second | KB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    before = {row["name"]: row for row in small["rows"]}
    lines += [_line(row, before.get(row["name"])) for row in large["rows"]]
    floors = sorted((row["floor"] for row in large["rows"]), key=lambda one: one["cost"])
    middle = floors[len(floors) // 2]
    lines += ["", f"The floor: {middle['cost']:.1f} ms of processor time, {middle['median']:.1f} ms."]
    if large["memory"]:
        parts = ", ".join(f"{role.split()[0]} {size / 2**20:.0f} MB" for role, size in large["memory"].items())
        lines.append(f"Memory of the processes after the run: {parts}.")
    return "\n".join(lines)


def _line(row: Figures, small: Figures | None) -> str:
    one, many = row["one"], row["many"]
    growth = f"{times_floor(row) / times_floor(small):.2f}" if small else ""
    cells = [
        row["name"], row["queries"], f"{times_floor(row):.2f}", growth, f"{one['cost']:.1f}", f"{one['median']:.1f}",
        f"{one['p95']:.1f}", f"{many['median']:.1f}", f"{many['p95']:.1f}", f"{row['rate']:.0f}",
        f"{row['bytes'] / 1024:.0f}",
    ]  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"
