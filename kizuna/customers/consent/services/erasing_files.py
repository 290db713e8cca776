"""Files that hold an erased person: those on rows that go, the imports that brought them, and files of imports and
exports that nobody can search, which run out by themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Max, QuerySet

from kizuna.base.events.models import Subject
from kizuna.base.transfer.models import ExportFile, Import, Rejection
from kizuna.base.transfer.services.export_files import KEPT_DAYS as EXPORTS_KEPT
from kizuna.base.transfer.services.imports import KEPT_DAYS as IMPORTS_KEPT


@dataclass(frozen=True)
class Files:
    """So many files of one table; with a day until which they are kept at most, else they go."""

    model: type[models.Model]
    count: int
    until: dt.date | None = None

    @property
    def told(self) -> dict[str, Any]:
        found = {"table": self.model._meta.label_lower, "count": self.count, "what": "kept" if self.until else "erased"}
        return found | ({"until": self.until.isoformat()} if self.until else {})


def look_at_files(ids: Collection[int]) -> list[Files]:
    """The files of imports that wrote these contacts; and all others, of which nobody knows whom they name."""
    mine = _imports_of(ids)
    others = Import.objects.exclude(file="").exclude(pk__in=mine.values("pk"))
    exports = ExportFile.objects.exclude(file="")
    found = [Files(Import, mine.count())]
    for rows, days in ((others, IMPORTS_KEPT), (exports, EXPORTS_KEPT)):
        newest = rows.aggregate(newest=Max("created_at"))["newest"]
        if newest is not None:
            found.append(Files(rows.model, rows.count(), (newest + dt.timedelta(days=days + 1)).date()))
    return [one for one in found if one.count]


def forget_imports(ids: Collection[int]) -> None:
    """Remove the files of imports that wrote these contacts, and their rows that could not be used."""
    for imported in _imports_of(ids):
        _remove(imported, "file")
        Rejection.objects.filter(source=imported).delete()
        imported.file = ""
        imported.save(update_fields=["file"])


def _imports_of(ids: Collection[int]) -> QuerySet[Import]:
    wrote = Subject.objects.filter(resource="contact", record_id__in=tuple(ids), event__cause_id__isnull=False)
    return Import.objects.exclude(file="").filter(event_id__in=wrote.values("event__cause_id"))


def remove_files_of(rows: Iterable[models.Model]) -> None:
    """Remove the files that rows about to go have in storage, such as copies of a person's data."""
    for row in rows:
        for column in row._meta.concrete_fields:
            if isinstance(column, models.FileField):
                _remove(row, column.name)


def _remove(row: Any, name: str) -> None:
    """After the commit: what is rolled back still has its file."""
    stored = getattr(row, name)
    if stored:
        storage, path = stored.storage, stored.name
        transaction.on_commit(lambda: storage.delete(path))
