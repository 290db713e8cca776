"""`kizuna import contacts people.csv`: bring a file in from the command line."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from kizuna.base.events import acting
from kizuna.base.identity.management.choices import active_user_of
from kizuna.base.identity.system import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.transfer import reading
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import, State
from kizuna.base.transfer.verdicts import ALIKE, PARTLY, TWICE
from kizuna.base.types.errors import Missing, Problem

SOME_TO_MEND = 2


class Command(BaseCommand):
    help = (
        "Read records from a file: CSV, an Excel workbook, vCards or JSON lines. What it is and where each column goes "
        "is found out. Rows that cannot be used, or not wholly, go to a file beside it, with reasons; mend it and give "
        "it again. Exit code: 0, 2 when there are such rows, 1 when nothing could be imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("resource", help="what the rows are: contacts, companies, …")
        parser.add_argument("file", help="the file")
        parser.add_argument("--as", dest="user", metavar="EMAIL", help="import with the rights of this user")
        parser.add_argument("--owner", metavar="EMAIL", help="who owns new records (the user)")
        parser.add_argument(
            "--mapping",
            metavar="FILE",
            help='a JSON file {"column": "field"}: other columns go where they seem to belong, null leaves one out',
        )
        parser.add_argument("--encoding", choices=[*reading.ENCODINGS], default="")
        parser.add_argument("--delimiter", default="", help='"," ";" "|" or "tab"')
        parser.add_argument("--region", default="", metavar="CC", help="country of numbers without country code: JP")
        parser.add_argument(
            "--match",
            default=None,
            metavar="FIELDS",
            help="fields that tell records, + for several together: emails,name+birth_on",
        )
        parser.add_argument("--quiet", action="store_true", help="tell nobody: no notifications, no automation")
        parser.add_argument("--check", action="store_true", help="say what would become of the rows, no more")
        parser.add_argument("--rejected", metavar="FILE", help="where rejected rows go (FILE.rejected.csv)")

    def handle(self, *args: Any, **given: Any) -> None:
        actor = active_user_of(given["user"]) if given["user"] else SYSTEM
        path = Path(given["file"])
        started = time.monotonic()
        try:
            resource = registry.by_plural(given["resource"])
            with acting(actor, via="command"):
                imported = self._prepare(actor, resource, path, given)
                if given["check"]:
                    self._foretell(imported)
                    return
                imported = transfer.run_import(import_id=imported.pk, tell=self._tell)
        except Missing as error:
            raise CommandError(f"There is no resource “{given['resource']}”.") from error
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        self._report(imported, time.monotonic() - started, Path(given["rejected"] or f"{path}.rejected.csv"))

    def _prepare(self, actor: Any, resource: Any, path: Path, given: dict[str, Any]) -> Import:
        delimiter = {"tab": "\t"}.get(given["delimiter"], given["delimiter"])
        with _opened(path) as file:
            imported = transfer.prepare_import(
                actor=actor,
                resource=resource,
                file=File(file, path.name),
                name=path.name,
                encoding=given["encoding"],
                delimiter=delimiter,
            )
        mapping = _mapped(imported, given["mapping"])
        for column, target in zip(imported.header, mapping, strict=True):
            self.stdout.write(f"  {column} -> {target or '-'}")
        options = dict(imported.options)
        options["region"] = given["region"] or options["region"]
        options["is_quiet"] = given["quiet"]
        if given["owner"]:
            options["owner"] = active_user_of(given["owner"]).pk
        if given["match"] is not None:
            options["match"] = [name.strip() for name in given["match"].split(",") if name.strip()]
        begin: Any = transfer.start_dry_run if given["check"] else transfer.start_import
        begin(actor=actor, imported=imported, mapping=mapping, options=options, later=False)
        return imported

    def _foretell(self, imported: Import) -> None:
        found = transfer.check_rows(import_id=imported.pk)
        if found.state == State.FAILED:
            raise CommandError(found.error)
        beside = (PARTLY, ALIKE, TWICE)
        told = [f"{found.counts[one]:,} {one}" for one in found.counts if one not in beside]
        told += [f"{count:,} of them {one}" for one in beside if (count := found.counts.get(one))]
        told += [f"{count:,} {key} to be made" for key, count in found.related.items()]
        self.stdout.write(f"{', '.join(told)}. Nothing was changed.")

    def _tell(self, imported: Import) -> None:
        end = "\r" if sys.stdout.isatty() else "\n"
        total = max(imported.about, imported.position)
        self.stdout.write(f"{imported.position:,} of about {total:,} rows", ending=end)
        self.stdout.flush()

    def _report(self, imported: Import, seconds: float, rejected: Path) -> None:
        self.stdout.write(
            f"{imported.created_count:,} created, {imported.updated_count:,} updated, "
            f"{imported.unchanged_count:,} unchanged, {imported.unused_count:,} rejected in {seconds:.1f} s."
        )
        partly = imported.partly_count
        if partly:
            self.stdout.write(f"{partly:,} of them came in without a value that cannot be used.")
        if partly or imported.unused_count:
            self._give_back(imported, rejected)
        if imported.state == State.FAILED:
            raise CommandError(imported.error)
        if partly or imported.unused_count:
            sys.exit(SOME_TO_MEND)

    def _give_back(self, imported: Import, rejected: Path) -> None:
        try:
            with rejected.open("wb") as file:
                file.writelines(transfer.rejected_rows(imported))
        except OSError as error:
            raise CommandError(
                f"The rejected rows cannot be written to {rejected}: {error.strerror}. The page of the import has them."
            ) from error
        self.stderr.write(f"The rows to mend, with reasons, are in {rejected}.")


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {path}.") from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def _mapped(imported: Import, file: str | None) -> list[str | None]:
    """What was guessed, with the corrections of a file."""
    if not file:
        return list(imported.mapping)
    try:
        given = json.loads(Path(file).read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"The mapping {file} cannot be read: {error}") from error
    if not isinstance(given, dict) or not all(value is None or isinstance(value, str) for value in given.values()):
        raise CommandError(f'The mapping {file} is not of the form {{"column": "field"}}.')
    unknown = sorted(set(given) - set(imported.header))
    if unknown:
        raise CommandError(f"The file has no column “{unknown[0]}”.")
    return [given.get(column, target) for column, target in zip(imported.header, imported.mapping, strict=True)]
