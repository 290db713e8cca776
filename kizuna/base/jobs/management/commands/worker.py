import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django_tasks import default_task_backend

from kizuna.base.jobs.worker import Worker


class Command(BaseCommand):
    help = "Run jobs until stopped."
    # The web process checks the system; a worker that restarts should be back at once.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        queues = sorted(default_task_backend.queues)
        parser.add_argument("--queue", action="append", choices=queues, help="only this queue (repeatable)")
        parser.add_argument("--poll-seconds", type=float, default=0.5, help="longest pause between looks when idle")
        parser.add_argument("--lease-seconds", type=float, default=60, help="a silent worker loses its job after this")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker(
            queues=options["queue"], poll_seconds=options["poll_seconds"], lease_seconds=options["lease_seconds"]
        )
        self.stdout.write(f"Working on the jobs of {worker.name}")
        self.stdout.flush()
        if not worker.run():
            # A job is still in a thread that cannot be stopped; its transaction ends with the process.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)
