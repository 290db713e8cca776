from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.search import index, jobs
from kizuna.base.types.errors import Missing


class Command(BaseCommand):
    help = "Make the search index anew: after the fields that a resource declares for search have changed."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        rebuild = actions.add_parser("rebuild", help="index every record again")
        rebuild.add_argument("resources", nargs="*", help="plurals such as contacts; all if none is given")
        rebuild.add_argument("--after", type=int, default=0, help="begin after this id, to go on where it stopped")
        rebuild.add_argument("--later", action="store_true", help="leave it to the worker")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = self._resources(options["resources"])
        if options["later"]:
            jobs.rebuild.enqueue(
                resource=chosen[0].key, after=options["after"], then=[resource.key for resource in chosen[1:]]
            )
            self.stdout.write("The worker will do it.")
            return
        for resource in chosen:
            for last in index.rebuild(resource, after=options["after"]):
                self.stdout.write(f"{resource.plural}: up to #{last}")
        self.stdout.write(self.style.SUCCESS("The search index is complete."))

    def _resources(self, plurals: list[str]) -> list[Resource]:
        try:
            return [registry.by_plural(plural) for plural in plurals] or registry.all_resources()
        except Missing as error:
            known = ", ".join(sorted(resource.plural for resource in registry.all_resources()))
            raise CommandError(f"Give plurals out of: {known}.") from error
