"""The database of a test run is migrated once: every process gets a copy, and so does every run until tables change.

SQLite copies a file in `.pytest_cache`, PostgreSQL a database of the same server. Django's own set-up runs on the copy
as it would on any database, so that what is missing there is still migrated.
"""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import django
import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key

from kizuna.base.testing import tables

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".pytest_cache" / "migrated"
MAKE_TABLES = ("migrations", "models", "types")
"""Folders and modules whose code makes tables, or stands in them."""


def key() -> str:
    """Another one whenever the tables may be others."""
    told = hashlib.sha256(django.__version__.encode())
    for path in sorted((ROOT / "kizuna").rglob("*.py")):
        place = path.relative_to(ROOT).with_suffix("")
        if any(part in MAKE_TABLES for part in place.parts):
            told.update(place.as_posix().encode() + path.read_bytes())
    return told.hexdigest()[:16]


EmptyDatabase = Callable[[], AbstractContextManager[None]]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Of the processes of a run the first makes it, and the others wait; those on the other database make theirs."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"lock-{connection.vendor}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def speaking_to(name: str) -> Iterator[None]:
    """The connection leads to the database of this name."""
    connection.close()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def migrate(name: str) -> None:
    """Build everything in the database of this name."""
    with speaking_to(name):
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
        call_command("createcachetable", verbosity=0)


def migrated_file() -> Path:
    """A database of SQLite, as `kizuna migrate` leaves it; the same file for all who ask."""
    made = CACHE / f"{key()}.sqlite3"
    with one_at_a_time():
        if not made.exists():
            for older in CACHE.glob("*.sqlite3*"):
                older.unlink()
            new = made.with_suffix(".sqlite3-new")
            migrate(str(new))
            new.rename(made)
    return made


def migrated_template() -> str:
    """The name of a database of this PostgreSQL, for CREATE DATABASE … TEMPLATE."""
    start = "kizuna_migrated_"
    made = f"{start}{key()}"
    with one_at_a_time(), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [start])
        found = {row[0] for row in cursor.fetchall()}
        if made not in found:
            for older in found | {f"{made}_new"}:
                cursor.execute(f'DROP DATABASE IF EXISTS "{older}"')
            cursor.execute(f'CREATE DATABASE "{made}_new"')
            migrate(f"{made}_new")
            cursor.execute(f'ALTER DATABASE "{made}_new" RENAME TO "{made}"')
    return made


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Django leaves the file that lies there: in a folder of this process, thrown away with it."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    with django_db_blocker.unblock():
        test = connection.settings_dict["TEST"]
        if connection.vendor == "sqlite":
            shutil.copyfile(migrated_file(), test["NAME"])
        else:
            test["TEMPLATE"] = migrated_template()


_flushed = False


def _commits(item: pytest.Item) -> bool:
    """Whether a test commits: then all tables are emptied after it, and what Kizuna brings is gone, too."""
    marker = item.get_closest_marker("django_db")
    is_told = marker is not None and marker.kwargs.get("transaction", False)
    return is_told or not {"transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests that commit come last, but a process that has run them may take over others: they get a new database."""
    global _flushed
    if _commits(item):
        _flushed = True
    elif _flushed and (item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ())):
        _flushed = False
        with item.config.stash[blocking_manager_key].unblock():
            renew()


def renew() -> None:
    """The database of this process as it was in the beginning, with the tables that only tests have."""
    name = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        for end in ("-wal", "-shm"):
            Path(f"{name}{end}").unlink(missing_ok=True)
        shutil.copyfile(migrated_file(), name)
    else:
        template = migrated_template()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    tables.create_again()


@pytest.fixture
def empty_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> EmptyDatabase:
    """`with empty_database():` there is no table, for what migrations make of it and of the rows that they find."""

    @contextmanager
    def begin() -> Iterator[None]:
        with django_db_blocker.unblock():
            if connection.vendor == "sqlite":
                with speaking_to(str(tmp_path / "empty.sqlite3")):
                    yield
                (tmp_path / "empty.sqlite3").unlink()
                return
            name = f"{connection.settings_dict['NAME']}_empty"
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{name}"')
                try:
                    with speaking_to(name):
                        yield
                finally:
                    cursor.execute(f'DROP DATABASE "{name}"')

    return begin


@pytest.fixture(scope="session")
def begin_migrated(django_db_blocker: DjangoDbBlocker) -> Callable[[Path], None]:
    """`begin_migrated(folder / "kizuna.sqlite3")`: what remains for `kizuna migrate` is what the tests do not have."""

    def begin(path: Path) -> None:
        if connection.vendor == "sqlite":
            with django_db_blocker.unblock():
                shutil.copyfile(migrated_file(), path)

    return begin


if __name__ == "__main__":  # PostgreSQL's, before anybody waits for it
    django.setup()
    migrated_template()
