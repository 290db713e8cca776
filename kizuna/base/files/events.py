"""What happens to the files of records. The record is the subject, so that its history and timeline tell of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class FileAttached(Event):
    """Somebody put a file on a record; its type is what its bytes say."""

    phrase = _("%(who)s attached “%(name)s”")

    resource: str
    record_id: int
    file_id: int
    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class FileRenamed(Event):
    """A file of a record is called otherwise."""

    phrase = _("%(who)s renamed “%(before)s” to “%(name)s”")

    resource: str
    record_id: int
    file_id: int
    before: str
    name: str


@dataclass(frozen=True, kw_only=True)
class FileDeleted(Event):
    """A file of a record went to the trash."""

    phrase = _("%(who)s deleted “%(name)s”")

    resource: str
    record_id: int
    file_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class FileRestored(Event):
    """A file of a record came back from the trash."""

    phrase = _("%(who)s brought back “%(name)s”")

    resource: str
    record_id: int
    file_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class FilesPurged(Event):
    """Files whose time in the trash was over, or whose record is gone, were removed for good."""

    phrase = _("%(who)s removed deleted files for good")

    file_ids: tuple[int, ...]
    size: int
