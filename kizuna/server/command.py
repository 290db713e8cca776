"""The `kizuna` command: our own words first, every Django management command behind them."""

import os
import sys

COMMANDS = {
    "serve": "serve the pages and the API, with live changes and a worker beside them",
    "demo": "prepare the database, load the sample company into it if it is empty, and serve",
    "migrate": "bring the database up to date",
    "user": "create people and change their passwords",
    "token": "create and withdraw tokens for the API",
    "import": "read records from a CSV file: kizuna import contacts people.csv",
    "export": "write records to a CSV file: kizuna export contacts people.csv",
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


def _is_behind() -> bool:
    """Whether the database still waits for migrations; when it cannot even be asked, that is not what is wrong."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return False


def main(arguments: list[str] | None = None) -> None:
    """Run one command. Settings that cannot be used and a database that is behind end it with one sentence, not a
    traceback."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words or (len(words) == 1 and words[0] in HELP):
        print(overview())
        return
    if words == ["--version"]:
        print(f"Kizuna {version()}")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kizuna.server.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError
    from environs import EnvError

    try:
        execute_from_command_line(["kizuna", *words])
    except (EnvError, ImproperlyConfigured) as problem:
        sys.exit(f"Kizuna cannot start: {problem}")
    except DatabaseError:
        if not _is_behind():
            raise
        sys.exit("The database is not up to date. Run `kizuna migrate` first.")
    except KeyboardInterrupt:
        sys.exit(130)
