"""Pictures of a file for its preview."""

from __future__ import annotations

import logging

from kizuna.base.files import kinds, pictures
from kizuna.base.files.models import Attachment, Preview

log = logging.getLogger("kizuna.files")


def make_pictures(*, file_id: int) -> int:
    """Draw a file's pages; returns how many. A file that cannot be drawn is noted as such, and stays as it is."""
    file = Attachment.objects.filter(pk=file_id, preview=Preview.WAITING).first()
    if file is None:
        return 0
    rows = Attachment.objects.filter(pk=file_id)
    try:
        drawn = pictures.draw(file.key, kinds.by_type(file.content_type).drawn)
    except pictures.Undrawable as error:
        log.info("File %d has no preview: %s", file_id, error)
        rows.update(preview=Preview.FAILED)
        return 0
    rows.update(preview=Preview.MADE, pictures=drawn.pictures, pages=drawn.pages)
    return drawn.pictures
