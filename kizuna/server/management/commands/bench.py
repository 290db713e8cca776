import json
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from kizuna.base.bulk.benchmarks import change_rows
from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.transfer.benchmarks import import_rows
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.models.choices import Stage
from kizuna.server.bench import duplicates, everything, live, loading, measuring, nightly, report, scenarios, selling

REPORT = everything.WORKING_COPY / "docs" / "benchmarks.md"
WHAT = ("all", "load", "measure", "live", "bulk", "import", "duplicates", "ask", "jobs")
QUICK: dict[str, Any] = {"contacts": 10_000, "small": 1_000, "seconds": 2.0, "rows": 20_000}
CHECKS = 380
QUICKLY_SOLD = {"opportunities": 1_200, "orders": 2_000}


class Command(BaseCommand):
    help = (
        "Measure how fast Kizuna is: on SQLite and PostgreSQL, at two sizes, into docs/benchmarks.md. `load` only makes"
        " contacts in the configured, empty database, and sells to them with `--opportunities` and `--orders`;"
        " `measure` only measures what is in it; `live` measures what 200 open pages cost it; `bulk` changes many"
        " contacts at once in it; `jobs` times what runs at night; `import` imports an address book into it;"
        " `duplicates` fills it with people of whom some are there twice, and finds them; `ask` asks of contacts that"
        " are in it as a form asks while somebody types."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=WHAT, default="all")
        parser.add_argument("--contacts", type=int, default=1_000_000, help="how many contacts (1,000,000)")
        parser.add_argument("--opportunities", type=int, default=0, help="how many deals are loaded beside them (none)")
        parser.add_argument("--orders", type=int, default=0, help="how many orders, with 2.6 lines each (none)")
        parser.add_argument("--febrl", type=Path, help="a file of FEBRL's people, instead of our own (duplicates)")
        parser.add_argument("--small", type=int, default=10_000, help="what they are compared with (10,000)")
        parser.add_argument("--rows", type=int, default=100_000, help="rows to import, or contacts to change (100,000)")
        parser.add_argument(
            "--seconds", type=float, default=6.0, help="for each kind of request, and 40 rounds at least (6)"
        )
        parser.add_argument("--quick", action="store_true", help="10,000 and 1,000 contacts, 2 seconds, no report")
        parser.add_argument("--only", default="", help="only what has this in its name; no report")
        parser.add_argument("--on", choices=("both", "sqlite", "postgresql"), default="both", help="which databases")
        parser.add_argument("--data", type=Path, help="a folder that keeps the databases, and lends those it has")
        parser.add_argument("--report", type=Path, default=REPORT, help="where the report goes (docs/benchmarks.md)")
        parser.add_argument("--json", type=Path, help="where the figures go, for programs")
        parser.add_argument("--unless-loaded", action="store_true", help="load nothing where contacts are")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        getattr(self, "bring_in" if what == "import" else what)(**options)

    def load(
        self, *, contacts: int, opportunities: int, orders: int, unless_loaded: bool, quick: bool, **options: Any
    ) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if quick:
            contacts, opportunities, orders = QUICK["contacts"], *QUICKLY_SOLD.values()
        if not Contact.objects.exists():
            loading.load(contacts=contacts, tell=self.tell)
        elif not (unless_loaded or opportunities or orders):
            raise CommandError("There are contacts in this database already; load into an empty one.")
        if opportunities or orders:
            selling.load(opportunities=opportunities, orders=orders, tell=self.tell)

    def jobs(self, *, json: Path | None, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        keep({"database": measuring.database(), "jobs": nightly.measure(self.tell)}, json)

    def measure(self, *, seconds: float, only: str, json: Path | None, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if not Contact.objects.exists():
            raise CommandError("There is nothing to measure. Run: kizuna bench load")
        keep(measuring.measure(seconds=seconds, only=only, tell=self.tell), json)

    def live(self, *, json: Path | None, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if not Contact.objects.exists():
            raise CommandError("There is nothing to look at. Run: kizuna bench load")
        keep(live.measure_live(tell=self.tell), json)

    def bulk(self, *, rows: int, json: Path | None, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if not Contact.objects.exists():
            raise CommandError("There is nothing to change. Run: kizuna bench load")
        values = (Stage.PROSPECT, Stage.CUSTOMER)
        actor = scenarios.administrator()
        owner = User.objects.filter(is_active=True).exclude(pk=actor.pk).order_by("pk").last() or actor
        contacts = registry.get("contact")
        found = change_rows(rows, contacts, actor, owner=owner, field="stage", values=values, tell=self.tell)
        found["database"] = measuring.database()
        self.tell(report.bulk_words(found))
        keep(found, json)

    def bring_in(self, *, rows: int, json: Path | None, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if Contact.objects.exists():
            raise CommandError("There are contacts in this database already; import into an empty one.")
        found = {"database": measuring.database()} | import_rows(
            rows, registry.get("contact"), floor=measuring.floor_here
        )
        self.tell(report.import_words(found))
        keep(found, json)

    def duplicates(self, *, contacts: int, febrl: Path | None, json: Path | None, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if Contact.objects.exists():
            raise CommandError("There are contacts in this database already; look for duplicates in an empty one.")
        actor = scenarios.administrator()
        keep(duplicates.measure(actor=actor, count=contacts, febrl=febrl, tell=self.tell), json)

    def ask(self, *, json: Path | None, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if not Contact.objects.exists():
            raise CommandError("There is nobody to ask of. Run: kizuna bench load")
        keep(duplicates.check(actor=scenarios.administrator(), count=CHECKS, tell=self.tell), json)

    def all(self, *, quick: bool, on: str, data: Path | None, only: str, **options: Any) -> None:
        options |= QUICK if quick else {}
        with tempfile.TemporaryDirectory(prefix="kizuna-bench-") as temporary:
            folder = data or Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            kinds = ["sqlite", "postgresql"] if on == "both" else [on]
            found = everything.measure(
                kinds=kinds,
                sizes=[options["small"], options["contacts"]],
                seconds=options["seconds"],
                rows=options["rows"],
                only=only,
                folder=folder,
                tell=self.tell,
            )
            is_asked = only.casefold() in report.IMPORT.casefold()
            imports = (
                everything.measure_imports(kinds=kinds, rows=options["rows"], folder=folder, tell=self.tell)
                if is_asked
                else []
            )
        keep({"pages": found, "imports": imports}, options["json"])
        if not (quick or only):
            options["report"].write_text(report.written(found, imports))
            self.tell(f"Written: {options['report']}")

    def tell(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def keep(figures: Any, path: Path | None) -> None:
    if path:
        path.write_text(json.dumps(figures, ensure_ascii=False, indent=1))
