"""Records out of Kizuna: for those with the right to it, told to the log before the first byte leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.events import acting, publish
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Sort, Table
from kizuna.base.search.selecting import Selection
from kizuna.base.transfer import queries
from kizuna.base.transfer.events import RecordsExported
from kizuna.base.transfer.exporting import EXPORT_ENCODINGS, ExportKind, Shape, Writer, card_names, kinds_of
from kizuna.base.transfer.models import Import
from kizuna.base.types.errors import Denied, Invalid

CHUNK = 1000
EVERYTHING = Selection()
_FEW = 200  # rejected rows that are written at a time


@dataclass
class Export:
    """A file being written. `chunks` makes it piece by piece; memory does not grow with the number of rows."""

    resource: Resource
    actor: Any
    table: Table
    count: int
    kind: ExportKind
    encoding: str
    with_ids: bool
    replaced: int = 0
    """Characters that the file cannot hold, so far."""

    def chunks(self, tell: Callable[[int], object] = lambda done: None) -> Iterator[bytes]:
        """The file. Rows come by keyset, so a record that changes meanwhile is neither missed nor there twice.

        `tell` hears of every page how many rows are written.
        """
        with translation.override(self.actor.language):
            reader = Reader.of(self.actor)
            shape = Shape(self.resource, self.table.columns, self.table.rows, reader, self.with_ids)
            output = self.kind.output(shape, self.encoding)
            yield output.begin()
            cursor, done = None, 0
            while True:
                page = self.table.page(cursor, CHUNK)
                yield output.rows(page.rows)
                done += len(page.rows)
                self.replaced = output.replaced
                tell(done)
                cursor = page.next_cursor
                if cursor is None:
                    break
            yield output.end()


def rejected_rows(imported: Import) -> Iterator[bytes]:
    """The rows of an import that could not be used, with line and reason in front: to be mended and given again."""
    writer = Writer("utf-8-sig")
    yield writer.rows([[_("Row"), _("Reason"), *imported.header]])
    rows = queries.rejections(imported)
    while found := list(islice(rows, _FEW)):
        yield writer.rows([str(row.line), row.reason, *row.cells] for row in found)


def export(
    *,
    actor: Any,
    resource: Resource,
    rows: QuerySet | None = None,
    sort: Sort | None = None,
    names: Sequence[str] = (),
    kind: str = "csv",
    encoding: str = "utf-8-sig",
    with_ids: bool = True,
    meant: Selection = EVERYTHING,
) -> Export:
    """Begin an export of `rows` (all that the actor may see, if not given), limited to what they may export.

    `names` are the fields to write, all readable ones if empty (of a card those that it knows); `meant` tells the log
    which rows. Raises Denied, or Invalid under "columns", "kind" or "encoding".
    """
    chosen_kind = check_export(actor=actor, resource=resource, names=names, kind=kind, encoding=encoding)
    readable = resource.readable_fields(actor)
    names = names if chosen_kind.has_columns else card_names(resource, readable)
    found = resource.listed_to(actor) if rows is None else rows
    found = found.filter(policy.predicate(actor, resource.model, "export"))
    chosen = [readable[name] for name in (names or readable)]
    table = Table(resource, actor, columns=chosen, sort=sort or Sort.of(resource, actor, None), rows=found)
    count = found.order_by().count()
    with transaction.atomic(), acting(actor):
        publish(
            RecordsExported(
                resource=resource.key,
                count=count,
                columns=tuple(field.name for field in chosen),
                condition=meant.condition[:2000],
                encoding=encoding if chosen_kind.has_encoding else "",
                kind=kind,
                view=meant.view,
                search=meant.search[:200],
                is_ticked=meant.ids is not None,
            )
        )
    return Export(resource, actor, table, count, chosen_kind, encoding, with_ids)


def check_export(*, actor: Any, resource: Resource, names: Sequence[str], kind: str, encoding: str) -> ExportKind:
    """Whether this person may export these fields in this way; the kind of file. Raises Denied or Invalid."""
    if "export" not in resource.operations or not policy.permissions_of(actor).can(resource.key, "export"):
        raise Denied()
    found = next((one for one in kinds_of(resource) if one.key == kind), None)
    if found is None:
        raise Invalid({"kind": [_no_kind(kind)]})
    if encoding not in EXPORT_ENCODINGS:
        raise Invalid({"encoding": [_("This encoding is not known.")]})
    readable = resource.readable_fields(actor)
    unknown = [name for name in names if name not in readable]
    if unknown:
        raise Invalid({"columns": [_("There is no field “%(name)s”.") % {"name": unknown[0][:60]}]})
    return found


def _no_kind(kind: str) -> str:
    if kind == "parquet":
        return _("Parquet needs a package that is not installed here: pip install kizuna[parquet]")
    return _("These records cannot be exported in this format.")
