"""The `kizuna` command: our own words first, every Django management command behind them."""

import gc
import os
import sys
from typing import Any

COMMANDS = {
    "serve": "serve the pages and the API, with live changes and a worker beside them",
    "demo": "prepare the database, load the sample company into it if it is empty, and serve",
    "migrate": "bring the database up to date",
    "user": "create people and change their passwords",
    "token": "create and withdraw tokens for the API",
    "import": "read records from a file: kizuna import contacts people.csv",
    "export": "write records to a file: kizuna export contacts people.xlsx",
    "postal": "learn where postal codes are: kizuna postal load JP.zip",
    "openapi": "print the description of the REST API",
    "worker": "run a worker alone: jobs, schedules, later handlers",
    "map": "write docs/map.md: floors, rooms, resources, actions, events",
    "bench": "measure how fast it is",
}
"""Each is a Django management command of the room that can do it."""

HELP = ("help", "--help", "-h")


def overview() -> str:
    """What `kizuna --help` prints."""
    lines = [f"  {name:<10}{meaning}" for name, meaning in COMMANDS.items()]
    return "\n".join(
        [
            "Kizuna: the CRM suite with one timeline per customer.",
            "",
            "Usage: kizuna COMMAND …",
            "",
            *lines,
            "",
            "kizuna COMMAND --help explains one. Django's own commands work too: kizuna help --commands lists all.",
            "Settings come from the environment; the guide page docs/guide/settings.md explains each.",
        ]
    )


def version() -> str:
    """The installed version; a source tree that was never installed has none."""
    from importlib import metadata

    try:
        return metadata.version("kizuna")
    except metadata.PackageNotFoundError:
        return "not installed"


def _what_ails_the_database() -> str:
    """That nobody answers where it should be, or that it waits for migrations; "" when it is not the database."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        connection.ensure_connection()
    except DatabaseError as problem:
        return f"Kizuna cannot use the database that DATABASE_URL names: {' '.join(str(problem).split())}"
    try:
        executor = MigrationExecutor(connection)
        is_behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return ""
    return "The database is not up to date. Run `kizuna migrate` first." if is_behind else ""


def _execute(words: list[str]) -> None:
    """Hand a command to Django. Python does not search for garbage while everything is loaded: it stays, and searching
    it again and again takes a sixth of the start."""
    gc.disable()
    from django.core.management import ManagementUtility

    class Commands(ManagementUtility):
        def fetch_command(self, subcommand: str) -> Any:
            gc.freeze()
            gc.enable()
            return super().fetch_command(subcommand)

    Commands(["kizuna", *words]).execute()


def main(arguments: list[str] | None = None) -> None:
    """Run one command. Settings that cannot be used, and a database that is behind or not there, end it with one
    sentence, not a traceback."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words or (len(words) == 1 and words[0] in HELP):
        print(overview())
        return
    if words == ["--version"]:
        print(f"Kizuna {version()}")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kizuna.server.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError
    from environs import EnvError

    try:
        _execute(words)
    except (EnvError, ImproperlyConfigured) as problem:
        sys.exit(f"Kizuna cannot start: {problem}")
    except DatabaseError:
        if not (ailment := _what_ails_the_database()):
            raise
        sys.exit(ailment)
    except KeyboardInterrupt:
        sys.exit(130)
