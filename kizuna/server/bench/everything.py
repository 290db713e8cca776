"""Every database at both sizes, one after the other, for the report.

Each is loaded and measured by a `kizuna bench` of its own, because settings are read once. PostgreSQL is the server
that DATABASE_URL names, or in a working copy an instance of our own (`tests/postgres.py`).
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kizuna.server.building import PRODUCT

WORKING_COPY = PRODUCT.parent
Tell = Callable[[str], None]
Figures = dict[str, Any]

LIVE, BULK = "Live", "Bulk edit"

IMPORT = "import"
"""The name of a database that is empty at first, for the import."""


def measure(
    *, kinds: list[str], sizes: list[int], seconds: float, rows: int, only: str, folder: Path, tell: Tell
) -> list[Figures]:
    """What `measuring.measure` found for each kind of database at each size; SQLite's files stay in `folder`."""
    found = []
    arguments = ["--seconds", str(seconds), "--only", only]
    if "sqlite" in kinds:
        for size in sizes:
            url = f"sqlite:///{folder.resolve()}/{size}.sqlite3"
            found.append(_measured(url, size, arguments, folder, tell))
        found[-1] |= _live(url, only, folder) | _bulk(url, only, rows, folder)
    if "postgresql" in kinds:
        with _postgresql(tell) as server:
            for size in sizes if server else ():
                url = _database(server, f"kizuna_bench_{size}")
                found.append(_measured(url, size, arguments, folder, tell))
            if server:
                found[-1] |= _live(url, only, folder) | _bulk(url, only, rows, folder)
    return found


def measure_imports(*, kinds: list[str], rows: int, folder: Path, tell: Tell) -> list[Figures]:
    """How fast an address book comes into an empty database of each kind."""
    found = []
    if "sqlite" in kinds:
        for old in folder.glob(f"{IMPORT}.sqlite3*"):
            old.unlink()
        found.append(_imported(f"sqlite:///{folder.resolve()}/{IMPORT}.sqlite3", rows, folder, tell))
    if "postgresql" in kinds:
        with _postgresql(tell) as server:
            if server:
                url = _database(server, f"kizuna_bench_{IMPORT}", is_new=True)
                found.append(_imported(url, rows, folder, tell))
    return found


def _live(url: str, only: str, folder: Path) -> Figures:
    """What open pages cost, beside the other figures of a database; nothing when something else was asked for."""
    return {"live": _bench(url, [["live"]], folder)} if only.casefold() in LIVE.casefold() else {}


def _bulk(url: str, only: str, rows: int, folder: Path) -> Figures:
    """How fast many records are changed, beside the other figures of a database; last, because it changes them."""
    is_asked = only.casefold() in BULK.casefold()
    return {"bulk": _bench(url, [["bulk", "--rows", str(rows)]], folder)} if is_asked else {}


def _imported(url: str, rows: int, folder: Path, tell: Tell) -> Figures:
    tell(f"\n{rows:,} rows of an address book into an empty database in {url.partition(':')[0]}")
    return _bench(url, [["import", "--rows", str(rows)]], folder)


def _measured(url: str, size: int, arguments: list[str], folder: Path, tell: Tell) -> Figures:
    tell(f"\n{size:,} contacts in {url.partition(':')[0]}")
    return _bench(url, [["load", "--contacts", str(size), "--unless-loaded"], ["measure", *arguments]], folder)


def _bench(url: str, commands: list[list[str]], folder: Path) -> Figures:
    """What the last of these `kizuna bench` commands found in a database."""
    figures = folder / "figures.json"
    environment = os.environ | {"DATABASE_URL": url, "KIZUNA_DATA_DIR": str(folder)}
    for words in commands:
        command = [sys.executable, "-m", "kizuna", "bench", *words, "--json", str(figures)]
        subprocess.run(command, env=environment, check=True, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program
    return json.loads(figures.read_text())


@contextmanager
def _postgresql(tell: Tell) -> Iterator[str]:
    """The URL of a server on which databases can be made; "" where there is none."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    if not (WORKING_COPY / "tests" / "postgres.py").exists():
        tell("Not measured on PostgreSQL: set DATABASE_URL to a server on which databases may be created.")
        yield ""
        return
    own = importlib.import_module("tests.postgres")
    try:
        with own.running(own.SAFE) as url:
            yield url
    except own.Unavailable as reason:
        tell(f"Not measured on PostgreSQL: {reason}")
        yield ""


def _database(server: str, name: str, *, is_new: bool = False) -> str:
    """The URL of a database on the server, created if it is not there yet; `is_new` makes it anew."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as session:
        if is_new:
            session.execute(f'DROP DATABASE IF EXISTS "{name}"')
        if not session.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            session.execute(f'CREATE DATABASE "{name}"')
    return f"{server.rpartition('/')[0]}/{name}"
