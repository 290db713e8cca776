from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kizuna.server import building

MAP = building.PRODUCT.parent / "docs" / "map.md"


class Command(BaseCommand):
    help = "Write docs/map.md: floors, rooms, resources, actions, events."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
        parser.add_argument("--to", type=Path, default=MAP, help="the file to write (docs/map.md)")

    def handle(self, *args: Any, check: bool, to: Path, **options: Any) -> None:
        drawing = building.drawing()
        if not check:
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_text(drawing)
        elif not to.exists() or to.read_text() != drawing:
            raise CommandError(f"{to.name} is out of date. Run: make docs")
