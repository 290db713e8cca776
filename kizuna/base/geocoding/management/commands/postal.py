from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kizuna.base.geocoding import packs, services
from kizuna.base.resources import registry
from kizuna.base.types.errors import Malformed


class Command(BaseCommand):
    help = (
        "Learn where the postal codes of a country are, from a file of GeoNames (download.geonames.org/export/zip, "
        "CC BY 4.0). Addresses are placed by them from then on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        load = actions.add_parser("load", help="read a file such as JP.zip, or allCountries.zip")
        load.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counted = packs.store(options["file"], settings.POSTAL_DIR)
        except Malformed as problem:
            raise CommandError(str(problem)) from problem
        unread = counted.pop("", 0)
        for country, count in sorted(counted.items()):
            self.stdout.write(f"{country}: {count:,} postal codes")
        if unread:
            self.stdout.write(f"{unread:,} lines could not be read and were left out.")
        packs.register_all(settings.POSTAL_DIR)
        for resource in registry.all_resources():
            for last in services.place_again(resource=resource.key):
                self.stdout.write(f"{resource.plural}: placed up to #{last}")
        self.stdout.write(self.style.SUCCESS("Start Kizuna again, so that new addresses are placed by them too."))
