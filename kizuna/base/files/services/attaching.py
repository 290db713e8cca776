"""A new file on a record: stored first, then noted in one transaction; when that fails, the bytes go again."""

from __future__ import annotations

import hashlib
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Touched, publish
from kizuna.base.files import kinds, names
from kizuna.base.files.events import FileAttached
from kizuna.base.files.models import Attachment, Preview, Usage
from kizuna.base.files.queries import may_have_files
from kizuna.base.files.services import storage
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.types.errors import Invalid, Missing, Problem, Refused, fill
from kizuna.base.types.refs import RecordRef
from kizuna.base.types.sizes import size_words


class FileTooLarge(Problem):
    status = 413
    code = "too_large"
    message = _("This file is too large.")

    def __init__(self) -> None:
        words = _("This file is too large: at most %(limit)s.")
        super().__init__(fill(words, {"limit": size_words(settings.FILE_LIMIT)}))


def attach(*, actor: Any, record: Record, name: str, file: BinaryIO) -> Attachment:
    """Put a file on a record that the actor may update. `file` is read from its beginning, piece by piece.

    The same bytes under the same name are there once: a second call returns what the first made. Raises Missing,
    Denied, FileTooLarge, Refused when the quota is used up, or Invalid under "file".
    """
    found = _described(check_holder(actor, record), name, file)
    found.uploaded_by_id = actor.pk
    storage.put(found.key, file)
    try:
        stored = _note(actor, record, found)
    except BaseException:
        storage.remove([found.key])
        raise
    if stored.key != found.key:
        storage.remove([found.key])
    return stored


def check_holder(actor: Any, record: Record) -> RecordRef:
    """Raise Missing or Denied unless the actor may change the files of this record; a record in the trash has none."""
    resource = registry.of(record)
    policy.check(actor, "update", record)
    if not may_have_files(resource) or not resource.visible_to(actor).filter(pk=record.pk).exists():
        raise Missing()
    return RecordRef(resource.key, record.pk)


def _described(ref: RecordRef, name: str, file: BinaryIO) -> Attachment:
    """What can be said about the file without believing anybody."""
    size, digest = _measured(file)
    if not size:
        raise Invalid({"file": [_("This file is empty.")]})
    name = names.harmless(name)
    kind = kinds.kind_of(file, name)
    preview = Preview.WAITING if kind.drawn else Preview.NONE
    return Attachment(
        resource=ref.resource, record_id=ref.id, name=name, key=storage.new_key(), content_type=kind.type,
        size=size, sha256=digest, preview=preview,
    )  # fmt: skip


def _measured(file: BinaryIO) -> tuple[int, str]:
    """Size and SHA-256, by counting; stops with FileTooLarge as soon as it is."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(storage.PIECE):
        size += len(piece)
        if size > settings.FILE_LIMIT:
            raise FileTooLarge()
        digest.update(piece)
    file.seek(0)
    return size, digest.hexdigest()


@transaction.atomic
def _note(actor: Any, record: Record, found: Attachment) -> Attachment:
    usage = locked_usage()
    same = Attachment.objects.of(found.ref).live().filter(sha256=found.sha256, name=found.name).first()
    if same is not None:
        return same
    if settings.FILES_QUOTA and usage.bytes + found.size > settings.FILES_QUOTA:
        words = _("There is no room for this file: all files together may take %(quota)s.")
        raise Refused(fill(words, {"quota": size_words(settings.FILES_QUOTA)}), field="file")
    usage.bytes += found.size
    usage.save(update_fields=["bytes"])
    found.save(force_insert=True)
    if found.preview == Preview.WAITING:
        _enqueue(found)
    publish(
        FileAttached(
            resource=found.resource,
            record_id=found.record_id,
            file_id=found.pk,
            name=found.name,
            content_type=found.content_type,
            size=found.size,
            sha256=found.sha256,
        ),
        subjects=[Touched(found.resource, found.record_id)],
        by=actor,
    )
    return found


def locked_usage() -> Usage:
    """The one row, locked until the transaction ends: two uploads cannot both take the last room."""
    if not Usage.objects.filter(pk=1).exists():
        Usage.objects.bulk_create([Usage(pk=1)], ignore_conflicts=True)
    return Usage.objects.select_for_update().get(pk=1)


def _enqueue(found: Attachment) -> None:
    from kizuna.base.files.jobs import draw  # jobs call services; this is the one that starts one

    draw.enqueue(file_id=found.pk)
