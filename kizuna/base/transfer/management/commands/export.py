"""`kizuna export contacts people.xlsx`: write records to a file, of the kind that its name ends in."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kizuna.base import conditions
from kizuna.base.events import acting
from kizuna.base.identity.management.choices import active_user_of
from kizuna.base.identity.system import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.search.selecting import Selection
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.exporting import EXPORT_ENCODINGS, EXPORT_KINDS
from kizuna.base.types.errors import Missing, Problem


class Command(BaseCommand):
    help = "Write records to a file whose name says the kind: .csv, .tsv, .xlsx, .jsonl, .vcf or .parquet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("resource", help="what is written: contacts, companies, …")
        parser.add_argument("file", help="the file to write; - is standard output, as CSV")
        parser.add_argument("--kind", choices=[*EXPORT_KINDS], default="", help="where the name does not say it")
        parser.add_argument("--as", dest="user", metavar="EMAIL", help="export with the rights of this user")
        parser.add_argument("--columns", default="", metavar="FIELDS", help="names of fields, with commas")
        parser.add_argument("--filter", default="", metavar="JSON", help="a condition, as in the address of a list")
        parser.add_argument("--encoding", choices=[*EXPORT_ENCODINGS], default="utf-8-sig")
        parser.add_argument("--without-ids", action="store_true", help="leave out the column with Kizuna's own IDs")

    def handle(self, *args: Any, **given: Any) -> None:
        actor = active_user_of(given["user"]) if given["user"] else SYSTEM
        try:
            resource = registry.by_plural(given["resource"])
            with acting(actor, via="command"):
                found = transfer.export(
                    actor=actor,
                    resource=resource,
                    rows=_rows(resource, actor, given["filter"]),
                    names=[name.strip() for name in given["columns"].split(",") if name.strip()],
                    kind=given["kind"] or _kind(given["file"]),
                    encoding=given["encoding"],
                    with_ids=not given["without_ids"],
                    meant=Selection(condition=given["filter"]),
                )
        except Missing as error:
            raise CommandError(f"There is no resource “{given['resource']}”.") from error
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        self._write(found, given["file"])

    def _write(self, found: transfer.Export, file: str) -> None:
        if file == "-":
            for chunk in found.chunks():
                sys.stdout.buffer.write(chunk)
            return
        try:
            with Path(file).open("wb") as out:
                for chunk in found.chunks():
                    out.write(chunk)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error}") from error
        self.stdout.write(f"{found.count:,} rows written to {file}.")
        if found.replaced:
            self.stderr.write(f"{found.replaced:,} characters that the encoding does not have became “?”.")


def _kind(file: str) -> str:
    suffix = Path(file).suffix.lower().removeprefix(".")
    found = next((kind.key for kind in EXPORT_KINDS.values() if kind.suffix == suffix), None)
    return found or "csv"


def _rows(resource: Any, actor: Any, condition: str) -> Any:
    if not condition:
        return None
    tree = conditions.parse(condition)
    return resource.visible_to(actor).filter(
        conditions.compile(tree, schema=ResourceSchema(resource, actor), viewer=actor)
    )
