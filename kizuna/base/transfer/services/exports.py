"""Records out of Kizuna: for those with the right to it, told to the log before the first byte leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from kizuna.base.resources.table import Row, Sort, Table
from kizuna.base.transfer import queries
from kizuna.base.transfer.events import RecordsExported
from kizuna.base.transfer.exporting import EXPORT_ENCODINGS, Column, Writer, columns_of
from kizuna.base.transfer.mapping.targets import ID, Target, label_of
from kizuna.base.transfer.models import Import
from kizuna.base.types.errors import Denied, Invalid
from kizuna.base.types.refs import RecordRef

CHUNK = 1000
_FEW = 200  # rejected rows that are written at a time


@dataclass
class Export:
    """A file being written. `chunks` makes it piece by piece; memory does not grow with the number of rows."""

    resource: Resource
    actor: Any
    table: Table
    count: int
    writer: Writer
    with_ids: bool

    def chunks(self) -> Iterator[bytes]:
        """The file. Rows come by keyset, so a record that changes meanwhile is neither missed nor there twice."""
        with translation.override(self.actor.language):
            reader = Reader.of(self.actor)
            columns = columns_of(self.resource, self.table.columns, self.table.rows, reader)
            header = [column.header for found in columns for column in found]
            ids = [label_of(Target(ID), self.resource)] if self.with_ids else []
            yield self.writer.rows([[*ids, *header]])
            cursor = None
            while True:
                page = self.table.page(cursor, CHUNK)
                yield self.writer.rows([self._cells(columns, row) for row in page.rows])
                cursor = page.next_cursor
                if cursor is None:
                    return

    def _cells(self, columns: Sequence[Sequence[Column]], row: Row) -> list[str]:
        ids = [str(RecordRef(self.resource.key, row.id))] if self.with_ids else []
        return ids + [column.say(value) for found, value in zip(columns, row.values, strict=True) for column in found]


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
    encoding: str = "utf-8-sig",
    with_ids: bool = True,
    condition: str = "",
) -> Export:
    """Begin an export of `rows` (all that the actor may see, if not given), limited to what they may export.

    `names` are the fields to write, all readable ones if empty; `condition` says for the log which rows were meant.
    Raises Denied, or Invalid under "columns" or "encoding".
    """
    if "export" not in resource.operations or not policy.permissions_of(actor).can(resource.key, "export"):
        raise Denied()
    if encoding not in EXPORT_ENCODINGS:
        raise Invalid({"encoding": [_("This encoding is not known.")]})
    readable = resource.readable_fields(actor)
    unknown = [name for name in names if name not in readable]
    if unknown:
        raise Invalid({"columns": [_("There is no field “%(name)s”.") % {"name": unknown[0][:60]}]})
    found = resource.visible_to(actor) if rows is None else rows
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
                condition=condition[:2000],
                encoding=encoding,
            )
        )
    return Export(resource, actor, table, count, Writer(encoding), with_ids)
