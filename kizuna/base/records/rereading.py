"""A record in memory that goes on saying what its row says, though handlers write to that row while they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, router

from kizuna.base.records.models import Record

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@contextmanager
def reread(record: Record) -> Iterator[None]:
    """Read the record anew afterwards where rows of its table were written meanwhile: sums that follow from it, say.

    However a handler writes is noticed, and where none does nothing is asked: most writes have no such handler, and a
    question after each of them would cost all to spare some a note. A handler cannot hand over what it wrote: it hears
    of ids, and may have it written by a service of another room that knows of no record in memory.
    """
    model = type(record)
    connection = connections[router.db_for_write(model, instance=record)]
    wanted = f"UPDATE {connection.ops.quote_name(model._meta.db_table)} SET "  # noqa: S608 - only looked for
    written: list[str] = []

    def watch(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        found = execute(sql, params, many, context)
        if not written and wanted in sql and context["cursor"].rowcount:  # -1 where a driver cannot tell
            written.append(sql)
        return found

    with connection.execute_wrapper(watch):
        yield
    if written:
        record.refresh_from_db()
