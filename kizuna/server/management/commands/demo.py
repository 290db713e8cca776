import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from kizuna.server import demo
from kizuna.server.management.commands.serve import add_address, serve


class Command(BaseCommand):
    help = "Prepare the database, load the sample company into it if it is empty, and serve."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_address(parser)
        parser.add_argument("--no-serve", action="store_true", help="only prepare and load")

    def handle(self, *args: Any, no_serve: bool, **options: Any) -> None:
        self.started = time.monotonic()
        self.tell("Bringing the database up to date …")
        call_command("migrate", verbosity=0, interactive=False)
        if demo.is_empty():
            demo.load(lambda room: self.tell(f"Loading the sample company: {room} …"))
        self.introduce()
        if not no_serve:
            serve(self, **options)

    def tell(self, text: str) -> None:
        self.stdout.write(f"[{time.monotonic() - self.started:5.1f}s] {text}")
        self.stdout.flush()

    def introduce(self) -> None:
        """Who can sign in, with which password."""
        people = demo.sign_ins()
        if not people:
            return
        self.stdout.write("\nSign in as:")
        width = max(len(address) for address, _, _ in people)
        for address, password, who in people:
            self.stdout.write(f"  {address:<{width}}  password {password}  {who}")
        self.stdout.write("")
