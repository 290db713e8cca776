"""Import and export on the screen: upload, look, correct, start, watch, take home what was rejected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.access import policy
from kizuna.base.files.receiving import is_refused
from kizuna.base.merging import queries as merging
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import queries
from kizuna.base.transfer.models import Import, State
from kizuna.base.transfer.services import exports, imports
from kizuna.base.transfer.verdicts import Verdict
from kizuna.base.types.errors import Denied, Problem
from kizuna.base.types.sizes import size_words
from kizuna.base.ui import duplicates
from kizuna.base.ui.import_columns import Settled, columns_page, url_of, words_of
from kizuna.base.ui.middleware import go, wants_part

SHOWN_ROWS = 20
ACCEPTED = ".csv,.tsv,.txt,.xlsx,.vcf,.jsonl,.ndjson,text/csv,text/tab-separated-values,text/vcard"
VERDICT_WORDS = {
    Verdict.CREATE: pgettext_lazy("rows of an import", "New"),
    Verdict.UPDATE: pgettext_lazy("rows of an import", "Changed"),
    Verdict.UNCHANGED: pgettext_lazy("rows of an import", "As before"),
    Verdict.SKIP: pgettext_lazy("rows of an import", "Left out"),
    Verdict.CONFLICT: pgettext_lazy("rows of an import", "Unclear"),
    Verdict.REJECTED: pgettext_lazy("rows of an import", "Rejected"),
}
RARE = (Verdict.SKIP, Verdict.CONFLICT)


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Choose a file; Kizuna looks at it and leads on to what it found."""
    actor: Any = request.user
    if not _may_import(actor, resource):
        raise Denied()
    if request.method == "GET":
        return _upload_page(request, resource)
    file = request.FILES.get("file")
    if file is None:
        errors = [_("This file is too large.")] if is_refused(request) else [_("Choose a file first.")]
        return _upload_page(request, resource, errors=errors)
    try:
        made = imports.prepare_import(actor=actor, resource=resource, file=file, name=file.name or "import.csv")
    except Problem as problem:
        return _upload_page(request, resource, errors=words_of(problem))
    return go(request, url_of(resource, made))


def _may_import(actor: Any, resource: Resource) -> bool:
    permissions = policy.permissions_of(actor)
    return all(name in resource.operations and permissions.can(resource.key, name) for name in ("import", "create"))


def _state(imported: Import) -> Any:
    """How far an earlier import is; one that was taken back says so, since it is no longer done."""
    undoing = getattr(imported, "undoing", None)
    return _("It was taken back") if undoing and undoing.state == State.DONE else queries.state_of(imported).label


def _upload_page(request: HttpRequest, resource: Resource, *, errors: list[str] | None = None) -> HttpResponse:
    reader = Reader.of(request.user)
    earlier = [
        {
            "name": imported.name,
            "url": url_of(resource, imported),
            "when": reader.day_and_time(imported.created_at),
            "state": _state(imported),
            "created": reader.number(imported.created_count),
            "updated": reader.number(imported.updated_count),
            "rejected": reader.number(imported.unused_count),
        }
        for imported in queries.imports_of(request.user, resource).select_related("undoing")[: queries.RECENT]
    ]
    context = {
        "title": _("Import %(noun)s") % {"noun": str(resource.plural_label).lower()},
        "back": {"url": resource.list_url, "label": resource.plural_label},
        "url": f"{resource.list_url}/import",
        "file": {
            "id": "id-file",
            "name": "file",
            "accept": ACCEPTED,
            "limit": settings.IMPORT_LIMIT,
            "limit_words": size_words(settings.IMPORT_LIMIT),
            "error": " ".join(errors or []),
        },
        "earlier": earlier,
    }
    return render(request, "ui/import_upload.html", context, status=422 if errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def one_import(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    """A draft shows its columns and can be read in another way; one that was started shows how far it is."""
    imported = queries.find(request.user, resource, import_id)
    if imported.state != State.DRAFT:
        return _progress_page(request, resource, imported)
    if request.method == "POST":
        try:
            imports.read_again(
                actor=request.user,
                imported=imported,
                encoding=request.POST.get("encoding", ""),
                delimiter=request.POST.get("delimiter", ""),
                sheet=request.POST.get("sheet", ""),
            )
        except Problem as problem:
            return columns_page(request, resource, imported, problem=problem)
        imported.refresh_from_db()
        if not request.headers.get("HX-Request"):
            return go(request, url_of(resource, imported))
    return columns_page(request, resource, imported)


@login_required
@require_POST
def start(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    """Start with the columns as the person settled them."""
    imported = queries.find(request.user, resource, import_id)
    settled = Settled.of(request, imported)
    try:
        imports.start_import(actor=request.user, imported=imported, mapping=settled.mapping, options=settled.options)
    except Problem as problem:
        return columns_page(request, resource, imported, settled, problem=problem)
    return go(request, url_of(resource, imported))


@login_required
@require_POST
def cancel(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    """Stop; what was imported until then stays."""
    imported = queries.find(request.user, resource, import_id)
    imports.cancel_import(actor=request.user, imported=imported)
    return go(request, url_of(resource, imported))


@login_required
@require_POST
def pause(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    """Rest; it goes on where it was when somebody says so."""
    imported = queries.find(request.user, resource, import_id)
    imports.pause_import(actor=request.user, imported=imported)
    return go(request, url_of(resource, imported))


@login_required
@require_POST
def go_on(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    imported = queries.find(request.user, resource, import_id)
    imports.resume_import(actor=request.user, imported=imported)
    return go(request, url_of(resource, imported))


@login_required
@require_GET
def rejected(request: HttpRequest, resource: Resource, import_id: int) -> StreamingHttpResponse:
    """The rows that could not be used, with the reason in front: to be mended and given again."""
    imported = queries.find(request.user, resource, import_id)
    response = StreamingHttpResponse(exports.rejected_rows(imported), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rejected.csv"'
    return response


def _duplicates_url(request: HttpRequest, resource: Resource, imported: Import) -> str:
    """Where those wait that were perhaps here before the import brought them."""
    actor: Any = request.user
    return duplicates.address(resource) if imported.created_count and merging.may_merge(actor, resource) else ""


def _progress_page(request: HttpRequest, resource: Resource, imported: Import) -> HttpResponse:
    reader = Reader.of(request.user)
    state = queries.state_of(imported)
    is_over = state in (State.DONE, State.CANCELLED, State.FAILED)
    total = imported.position if state == State.DONE else max(imported.about, imported.position)
    counts = counted(imported.counts, reader)
    to_mend = imported.unused_count + imported.partly_count
    undo = _undo(imported) if is_over else None
    context = {
        "title": imported.name,
        "back": {"url": f"{resource.list_url}/import", "label": _("Import")},
        "work": {
            "url": url_of(resource, imported),
            "state": state,
            "words": _("The import was taken back.") if undo and undo["is_done"] else _state_words(state, imported),
            "done": imported.position,
            "total": total,
            "done_words": f"{reader.number(imported.position)} / {reader.number(total)}",
            "left": time_left(imported) if state == State.RUNNING else "",
            "is_over": is_over,
            "is_done": state == State.DONE,
            "is_paused": state == State.PAUSED,
            "can_go_on": state in (State.PAUSED, State.CANCELLED, State.FAILED)
            and bool(imported.file)
            and not (undo and undo["is_begun"]),
            "counts": counts,
            "undo": undo,
            "list": {"url": resource.list_url, "label": resource.plural_label},
            "duplicates_url": _duplicates_url(request, resource, imported),
            "partly": partly_words(imported.partly_count, reader),
            "related": made_words(imported, reader),
            "rejections": list(queries.rejections(imported, limit=SHOWN_ROWS)) if to_mend else [],
            "more": _("And %(count)s more.") % {"count": reader.number(to_mend - SHOWN_ROWS)}
            if to_mend > SHOWN_ROWS
            else "",
        },
    }
    is_partial = wants_part(request)
    return render(request, "ui/import_progress.html#progress" if is_partial else "ui/import_progress.html", context)


def partly_words(count: int, reader: Reader) -> str:
    """How many of the rows come in without something that they say; nothing where all is well."""
    words = ngettext(
        "%(number)s of them without a value that cannot be used. It comes back in the file of rows to mend.",
        "%(number)s of them without a value that cannot be used. They come back in the file of rows to mend.",
        count,
    )
    return words % {"number": reader.number(count)} if count else ""


def made_words(imported: Import, reader: Reader) -> list[str]:
    """How many records were made because rows name them, a line for each kind."""
    found = [(registry.find(key), count) for key, count in sorted(imported.related.items())]
    words = _("%(nouns)s that rows name and that were made: %(count)s.")
    return [words % {"nouns": one.plural_label, "count": reader.number(count)} for one, count in found if one]


def _undo(imported: Import) -> dict[str, Any] | None:
    """What the page says about taking an import back; nothing where it did nothing."""
    if imported.event_id is None or not (imported.created_count or imported.updated_count):
        return None
    found = queries.undoing_of(imported)
    return {"is_begun": found is not None, "is_done": found is not None and queries.state_of(found) == State.DONE}


def counted(counts: Mapping[str, int], reader: Reader) -> list[dict[str, Any]]:
    """How many rows became what, in words; what is rare is left out where there is none of it."""
    return [
        {"verdict": verdict.value, "label": str(words), "value": reader.number(counts.get(verdict.value, 0))}
        for verdict, words in VERDICT_WORDS.items()
        if counts.get(verdict.value) or verdict not in RARE
    ]


def _state_words(state: State, imported: Import) -> str:
    return {
        State.WAITING: _("Waiting for its turn …"),
        State.RUNNING: _("Importing …"),
        State.PAUSED: _("Paused. What was imported until then stays; the rest waits until you go on."),
        State.DONE: _("Done. Importing this file again would change nothing."),
        State.CANCELLED: _("Stopped. What was imported until then stays."),
        State.FAILED: _("This import could not go on: %(why)s") % {"why": imported.error or _("its worker failed.")},
    }.get(state, "")


def time_left(imported: Import) -> str:
    """How long it will take at the pace so far; "" while that is not known."""
    if not (imported.started_at and imported.position and imported.about > imported.position):
        return ""
    passed = (timezone.now() - imported.started_at).total_seconds()
    seconds = passed / imported.position * (imported.about - imported.position)
    if seconds < 60:
        return _("less than a minute left")
    return _("about %(count)d minutes left") % {"count": round(seconds / 60)}
