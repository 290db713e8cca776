"""Files as one person may see them: through their record, or not at all."""

from __future__ import annotations

from typing import Any

from kizuna.base.access import policy
from kizuna.base.files.models import Attachment, AttachmentQuerySet
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing
from kizuna.base.types.refs import RecordRef


def may_have_files(resource: Resource) -> bool:
    """Only what is a `Record` has files."""
    return resource.has_trash


def check_readable(actor: Any, resource: Resource, record_id: int) -> None:
    """Raise Missing for a record that the actor cannot see, that lies in the trash, or that has no files."""
    if not may_have_files(resource) or not resource.visible_to(actor).filter(pk=record_id).exists():
        raise Missing()


def files_of(actor: Any, resource: Resource, record_id: int, *, in_trash: bool = False) -> AttachmentQuerySet:
    """The files of a record, newest first; or its deleted ones, for those who may bring them back.

    Raises Missing when the record is not there for the actor, Denied when its deleted files are not.
    """
    check_readable(actor, resource, record_id)
    files = Attachment.objects.of(RecordRef(resource.key, record_id)).order_by("-id").select_related("uploaded_by")
    if not in_trash:
        return files.live()
    policy.check(actor, "update", resource.model(pk=record_id))
    return files.trashed()


def find(actor: Any, resource: Resource, record_id: int, file_id: int, *, in_trash: bool = False) -> Attachment:
    """One file of a record. Raises Missing or Denied."""
    found = files_of(actor, resource, record_id, in_trash=in_trash).filter(pk=file_id).first()
    if found is None:
        raise Missing()
    return found


def has_trash(resource: Resource, record_id: int) -> bool:
    """Whether there is anything to bring back. The caller has checked the right to."""
    return Attachment.objects.of(RecordRef(resource.key, record_id)).trashed().exists()
