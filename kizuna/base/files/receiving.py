"""Uploads on their way in: to the disk piece by piece, and no further than the largest that is wanted anywhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

OVERHEAD = 1024 * 1024
"""What a form may weigh beside its files."""


def is_refused(request: HttpRequest) -> bool:
    """Whether the files of a request were too large to be read to their end (ask after `request.FILES`)."""
    return bool(getattr(request, "upload_refused", False))


class ToDisk(TemporaryFileUploadHandler):
    """Refuses by the length that the sender tells, before anything is read, and by counting, should that be a lie.

    From somebody who is not signed in no file is taken at all. A refused request keeps the fields before its files,
    and `is_refused` says why there are none.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *rest: Any, **more: Any) -> None:
        self.most = max(settings.FILE_LIMIT, settings.IMPORT_LIMIT) if _is_known(self.request) else 0
        self.received = 0
        if content_length > self.most + OVERHEAD:
            self.most = 0

    def new_file(self, *arguments: Any, **more: Any) -> None:
        if not self.most:
            self._refuse()
        super().new_file(*arguments, **more)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > self.most:
            self._refuse()
        super().receive_data_chunk(raw_data, start)

    def _refuse(self) -> None:
        self.request.upload_refused = True  # type: ignore[union-attr]
        raise StopUpload(connection_reset=True)


def _is_known(request: Any) -> bool:
    person = getattr(request, "auth", None) or getattr(request, "user", None)
    return bool(person and person.is_authenticated)
