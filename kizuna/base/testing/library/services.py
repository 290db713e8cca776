"""Verbs of the library."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from kizuna.base.records import services as records
from kizuna.base.resources.actions import action
from kizuna.base.testing.library.models import Book
from kizuna.base.types.errors import Refused


@action(label="Lend", done="Lent.", icon="arrow-right", bulk=True, when=lambda book: book.status == Book.Status.HELD)
def lend_book(*, actor: Any, book: Book, to: str, until: dt.date | None = None) -> Book:
    """Give a book to a reader. Refused when it is not on the shelf."""
    if book.status != Book.Status.HELD:
        raise Refused("This book is not on the shelf.", field="to")
    note = f"{to} {until or ''}".strip()
    changes = {"status": Book.Status.LENT, "lent_at": timezone.now(), "summary": f"Lent to {note}"}
    return records.update(actor=actor, record=book, changes=changes)  # type: ignore[return-value]
