"""Rename a file, put it in the trash, bring it back. The record it is on decides who may."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event, Touched, publish
from kizuna.base.files import names
from kizuna.base.files.events import FileDeleted, FileRenamed, FileRestored
from kizuna.base.files.models import Attachment
from kizuna.base.files.services.attaching import check_holder
from kizuna.base.resources import registry
from kizuna.base.types.errors import Invalid, Missing, Refused, Stale


@transaction.atomic
def rename(*, actor: Any, file: Attachment, name: str, version: int | None = None) -> Attachment:
    """Give a file another name. Raises Missing, Denied, Stale, Invalid under "name", or Refused when it is taken."""
    current = _held(actor, file, version)
    if not name.strip():
        raise Invalid({"name": [_("Give the file a name.")]})
    before, wanted = current.name, names.harmless(name)
    if wanted == before:
        return current
    _require_room(current, wanted)
    current.save(update_fields=current.touched(name=wanted))
    told = FileRenamed(
        resource=current.resource, record_id=current.record_id, file_id=current.pk, before=before, name=wanted
    )
    return _tell(actor, current, told)


@transaction.atomic
def delete(*, actor: Any, file: Attachment, version: int | None = None) -> Attachment:
    """Put a file in the trash, where it stays for `settings.FILES_TRASH_DAYS`. Raises Missing, Denied or Stale."""
    current = _held(actor, file, version)
    current.save(update_fields=current.touched(deleted_at=timezone.now()))
    told = FileDeleted(resource=current.resource, record_id=current.record_id, file_id=current.pk, name=current.name)
    return _tell(actor, current, told)


@transaction.atomic
def restore(*, actor: Any, file: Attachment) -> Attachment:
    """Bring a file back; a live one stays as it is. Raises Missing, Denied, or Refused when an equal one is there."""
    current = _held(actor, file, None, with_trash=True)
    if not current.is_deleted:
        return current
    _require_room(current, current.name)
    current.save(update_fields=current.touched(deleted_at=None))
    told = FileRestored(resource=current.resource, record_id=current.record_id, file_id=current.pk, name=current.name)
    return _tell(actor, current, told)


def _held(actor: Any, file: Attachment, version: int | None, *, with_trash: bool = False) -> Attachment:
    """The row, locked, for somebody who may change the files of its record."""
    check_holder(actor, registry.get(file.resource).model(pk=file.record_id))
    rows = Attachment.objects.all() if with_trash else Attachment.objects.live()
    current = rows.select_for_update().filter(pk=file.pk).first()
    if current is None:
        raise Missing()
    if version is not None and current.version != version:
        raise Stale(current)
    return current


def _require_room(current: Attachment, name: str) -> None:
    same = Attachment.objects.of(current.ref).live().filter(sha256=current.sha256, name=name).exclude(pk=current.pk)
    if same.exists():
        raise Refused(_("The same file is here already under this name."), field="name")


def _tell(actor: Any, current: Attachment, told: Event) -> Attachment:
    publish(told, subjects=[Touched(current.resource, current.record_id)], by=actor)
    return current
