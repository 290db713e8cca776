import gc
import os
from argparse import ArgumentParser
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from kizuna.server import static, supervisor

HERE = ("127.0.0.1", "::1", "localhost")
MOST_WORKERS = 4
"""Processes to begin with when nobody says how many: each takes about 100 MB."""


class Command(BaseCommand):
    help = "Serve the pages and the API, with live changes and a worker beside them. Ctrl+C stops everything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_address(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.check(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS])
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The database is not up to date. Run: kizuna migrate")
        serve(self, **options)


def add_address(parser: ArgumentParser) -> None:
    """The options that say where to listen."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1: this machine only)")
    parser.add_argument("--port", type=port, default=8000, help="the port to listen on (8000)")
    parser.add_argument(
        "--workers",
        type=workers,
        default=min(os.cpu_count() or 1, MOST_WORKERS),
        help=f"how many processes answer requests (one per core, at most {MOST_WORKERS})",
    )


def port(text: str) -> int:
    """A port number; argparse turns the ValueError into its own message."""
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError(text)
    return number


def workers(text: str) -> int:
    """How many processes: at least one."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def serve(command: BaseCommand, *, host: str, port: int, workers: int, **options: Any) -> None:
    """Make the static files ready, say the address, and serve until told to stop."""
    if not static.is_built():
        raise CommandError("The front end is not built. Run: make demo")
    supervisor.listening_address(host, port)  # nobody is told an address that is somebody else's
    static.collect()
    connections.close_all()
    shown = f"[{host}]" if ":" in host else host
    if host in HERE:
        os.environ.setdefault("KIZUNA_URL", f"http://{shown}:{port}")  # links in letters lead to where it listens
    command.stdout.write(command.style.SUCCESS(f"Kizuna is at http://{shown}:{port} — Ctrl+C stops it."))
    command.stdout.flush()
    supervisor.serve(host=host, port=port, workers=workers)
    gc.freeze()  # nothing is left to tidy up, and searching all that was loaded for garbage takes seconds
