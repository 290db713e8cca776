"""What the caller was told, and that they have read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from kizuna.base.notifications import queries
from kizuna.base.notifications import services as notifications
from kizuna.interfaces.api import paging
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.representations import of_line, respond


@api.get("/notifications")
def list_notifications(request: HttpRequest) -> HttpResponse:
    """Newest first; only those whose record the caller may see now."""
    given = Parameters(request.GET, paging.PARAMETERS)
    before, size = paging.place(given)
    given.check()
    lines, more = queries.newest(request.auth, before=before, size=size)  # type: ignore[attr-defined]
    return respond({"items": [of_line(line) for line in lines], "next_cursor": str(more) if more else None})


@api.post("/notifications/read")
def read_all_notifications(request: HttpRequest) -> HttpResponse:
    notifications.mark_all_read(actor=request.auth)  # type: ignore[attr-defined]
    return HttpResponse(status=204)


@api.post("/notifications/{int:notification_id}/read")
def read_notification(request: HttpRequest, notification_id: int) -> HttpResponse:
    actor: Any = request.auth  # type: ignore[attr-defined]
    notifications.mark_read(actor=actor, notification_id=notification_id)
    return HttpResponse(status=204)
