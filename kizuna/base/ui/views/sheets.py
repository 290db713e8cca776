"""Changes of many records: how far one is, what became of each record, and a way to stop it and to take it back."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.bulk import queries
from kizuna.base.bulk import services as bulk
from kizuna.base.bulk.models import Outcome, Sheet, State
from kizuna.base.resources.reader import Reader
from kizuna.base.types.numbers import whole
from kizuna.base.ui import sheets
from kizuna.base.ui.middleware import go, toast, wants_part
from kizuna.base.ui.views.bulk import said

PAGE_SIZE = 50
LARGEST_ID = 2**62


@login_required
@require_GET
def every(request: HttpRequest) -> HttpResponse:
    """What this person changed in bulk lately; administrators see everybody's."""
    actor: Any = request.user
    before = whole(request.GET.get("before", "")) or LARGEST_ID
    found = list(queries.sheets_of(actor).filter(pk__lt=before)[: PAGE_SIZE + 1])
    page, reader = found[:PAGE_SIZE], Reader.of(actor)
    more = f"/bulk?before={page[-1].pk}" if len(found) > PAGE_SIZE else ""
    lines = [sheets.line(sheet, reader) for sheet in page]
    context = {"title": _("Bulk changes"), "icon": "list-check", "lines": lines, "more_url": more}
    return render(request, "ui/parts/deeds.html" if wants_part(request) else "ui/bulk_sheets.html", context)


@login_required
@require_GET
def one(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The page; for htmx its progress, or further rows of a group."""
    actor: Any = request.user
    sheet = queries.find(actor, sheet_id)
    bulk.look_at(actor=actor, sheet=sheet)
    shown = sheets.shown(sheet, Reader.of(actor))
    context = {"title": shown["title"], "work": shown, **_group(request, actor, sheet)}
    part = "#rows" if request.GET.get("after") else "#progress"
    return render(request, f"ui/bulk_sheet.html{part if wants_part(request) else ''}", context)


def _group(request: HttpRequest, actor: Any, sheet: Sheet) -> dict[str, Any]:
    """The groups of the result, and a page of the records in the one that is open."""
    reader = Reader.of(actor)
    outcomes = queries.outcomes(sheet)
    asked = whole(request.GET.get("outcome", ""))
    opened = next((each for each in outcomes if each.pk == asked), outcomes[0] if outcomes else None)
    if opened is None:
        return {"groups": [], "rows": [], "rows_url": ""}
    after = whole(request.GET.get("after", "")) or 0
    found = queries.lines(actor, sheet, outcome=opened, after=after, size=PAGE_SIZE + 1)
    lines = found[:PAGE_SIZE]
    more = f"/bulk/{sheet.pk}?outcome={opened.pk}&after={lines[-1].record_id}" if len(found) > PAGE_SIZE else ""
    return {
        "groups": [_shown_group(sheet, each, reader, is_open=each == opened) for each in outcomes],
        "rows": [sheets.row(sheet, line) for line in lines],
        "rows_url": more,
    }


def _shown_group(sheet: Sheet, outcome: Outcome, reader: Reader, *, is_open: bool) -> dict[str, Any]:
    return {
        "url": f"/bulk/{sheet.pk}?outcome={outcome.pk}",
        "label": sheets.words_of(outcome),
        "count": reader.number(outcome.count),
        "is_open": is_open,
    }


@login_required
@require_POST
def cancel(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Stop; what was changed until then stays."""
    bulk.cancel(actor=request.user, sheet=queries.find(request.user, sheet_id))
    return go(request, f"/bulk/{sheet_id}")


@login_required
@require_POST
def go_on(request: HttpRequest, sheet_id: int) -> HttpResponse:
    bulk.go_on(actor=request.user, sheet=queries.find(request.user, sheet_id))
    return go(request, f"/bulk/{sheet_id}")


@login_required
@require_POST
def undo(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """From a toast a few records are put back at once; from the page, and for many, it leads to the work."""
    undone = bulk.undo(actor=request.user, sheet=queries.find(request.user, sheet_id))
    if not request.headers.get("HX-Request") or undone.state != State.DONE:
        return go(request, f"/bulk/{undone.pk}")
    response = HttpResponse(status=204)
    if undone.refused_count:
        return said(response, undone)
    text = ngettext("%(count)d record is as it was.", "%(count)d records are as they were.", undone.done_count)
    return toast(response, text % {"count": undone.done_count}, tone="good", also="kizuna:changed")


@login_required
@require_GET
def file(request: HttpRequest, sheet_id: int) -> StreamingHttpResponse:
    """Every record with what became of it and why, as a file."""
    actor: Any = request.user
    sheet = queries.find(actor, sheet_id)
    response = StreamingHttpResponse(sheets.file(actor, sheet), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bulk-{sheet.pk}.csv"'
    return response
