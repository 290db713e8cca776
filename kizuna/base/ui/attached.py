"""The files of a record as its page shows them: a panel with the newest, and one of them looked at closely."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from kizuna.base.files import kinds, queries
from kizuna.base.files.models import Attachment, Preview
from kizuna.base.files.names import extension
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.sizes import size_words

PAGE_SIZE = 8
MOST_LOOKS = 8
"""How often a panel asks again for pictures that are being drawn."""
LOOK_WAIT = 1500
"""Milliseconds before the first look, and as many more before each further one: a minute in all, like `DRAWING`."""
DRAWING = dt.timedelta(minutes=1)


def panel(
    actor: Any,
    resource: Resource,
    record_id: int,
    *,
    may_update: bool,
    in_trash: bool = False,
    before: int | None = None,
    look: int = 0,
) -> dict[str, Any]:
    """What `ui/parts/files.html` needs: two queries at most, however many files there are."""
    rows = queries.files_of(actor, resource, record_id, in_trash=in_trash)
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE_SIZE + 1])
    shown, is_more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    reader, url = Reader.of(actor), files_url(resource, record_id)
    is_waiting = look < MOST_LOOKS and any(_is_being_drawn(file) for file in shown)
    return {
        "url": url,
        "in_trash": in_trash,
        "may_update": may_update,
        "limit": settings.FILE_LIMIT,
        "limit_words": size_words(settings.FILE_LIMIT),
        "count": "" if in_trash or before else f"{len(shown)}+" if is_more else str(len(shown) or ""),
        "rows": [row(file, reader, url) for file in shown],
        "more_url": f"{url}?{'view=trash&' if in_trash else ''}before={shown[-1].pk}" if is_more else "",
        "look_url": f"{url}?look={look + 1}" if is_waiting and not before else "",
        "look": look + 1,
        "look_wait": LOOK_WAIT * (look + 1),
        "trash_url": f"{url}?view=trash" if may_update and not in_trash and _has_trash(resource, record_id) else "",
    }


def _has_trash(resource: Resource, record_id: int) -> bool:
    return queries.has_trash(resource, record_id)


def _is_being_drawn(file: Attachment) -> bool:
    return file.preview == Preview.WAITING and file.uploaded_at > timezone.now() - DRAWING


def files_url(resource: Resource, record_id: int) -> str:
    return f"{resource.record_url(record_id)}/files"


def row(file: Attachment, reader: Reader, url: str) -> dict[str, Any]:
    """One file: what it is called, what it is, who brought it and when."""
    kind = kinds.by_type(file.content_type)
    one = f"{url}/{file.pk}"
    who = file.uploaded_by.name if file.uploaded_by else "Kizuna"
    return {
        "id": file.pk,
        "name": file.name,
        "icon": kind.icon,
        "kind": kind.label,
        "detail": reader.listed([size_words(file.size), who, reader.moment(file.uploaded_at)]),
        "warning": "" if kind.fits(file.name) else _lie(file, kind),
        "url": one,
        "preview_url": f"{one}/preview" if file.pictures else "",
        "thumbnail": f"{one}/pictures/0" if file.pictures else "",
        "version": file.version,
    }


def _lie(file: Attachment, kind: kinds.Kind) -> str:
    words = {"told": f".{extension(file.name)}", "kind": kind.label}
    return _("Called %(told)s, but is: %(kind)s") % words


def preview(actor: Any, resource: Resource, file: Attachment) -> dict[str, Any]:
    """What `ui/parts/file_preview.html` needs: its pages, and the files before and after that can be looked at."""
    url = files_url(resource, file.record_id)
    others = queries.files_of(actor, resource, file.record_id).filter(pictures__gt=0)
    newer = others.filter(pk__gt=file.pk).order_by("pk").first()
    older = others.filter(pk__lt=file.pk).first()
    left_out = file.pages - file.pictures
    return row(file, Reader.of(actor), url) | {
        "pages": [
            {"number": number, "url": f"{url}/{file.pk}/pictures/{number}"} for number in range(1, file.pictures + 1)
        ],
        "total": file.pages,
        "left_out": left_out,
        "previous_url": f"{url}/{newer.pk}/preview" if newer else "",
        "next_url": f"{url}/{older.pk}/preview" if older else "",
    }
