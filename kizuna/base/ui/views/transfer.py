"""Import and export on the screen: upload, look, correct, start, watch, take home what was rejected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.access import policy
from kizuna.base.files.receiving import is_refused
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import mapping as mappings
from kizuna.base.transfer import queries, reading
from kizuna.base.transfer.models import Import, State
from kizuna.base.transfer.reading.lines import DAMAGE
from kizuna.base.transfer.services import exports, imports
from kizuna.base.transfer.values.policies import Policy
from kizuna.base.transfer.verdicts import Verdict
from kizuna.base.types.errors import Denied, Problem
from kizuna.base.ui import controls
from kizuna.base.ui.middleware import go

PREVIEW_ROWS = 6
SHOWN_ROWS = 20
VERDICT_WORDS = {
    Verdict.CREATE: pgettext_lazy("rows of an import", "New"),
    Verdict.UPDATE: pgettext_lazy("rows of an import", "Changed"),
    Verdict.UNCHANGED: pgettext_lazy("rows of an import", "As before"),
    Verdict.SKIP: pgettext_lazy("rows of an import", "Left out"),
    Verdict.CONFLICT: pgettext_lazy("rows of an import", "Unclear"),
    Verdict.REJECTED: pgettext_lazy("rows of an import", "Rejected"),
}
RARE = (Verdict.SKIP, Verdict.CONFLICT)
MOST_KEYS, FURTHER, SAVED = 4, 2, 100
NUMBER_WORDS = {"": gettext_lazy("As in your language"), "point": "1,234.56", "comma": "1.234,56"}
DATE_WORDS = {"ymd": "2026-11-20", "dmy": "20.11.2026", "mdy": "11/20/2026"}


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
        return _upload_page(request, resource, errors=_words(problem))
    return go(request, url_of(resource, made))


def _may_import(actor: Any, resource: Resource) -> bool:
    permissions = policy.permissions_of(actor)
    return all(name in resource.operations and permissions.can(resource.key, name) for name in ("import", "create"))


def url_of(resource: Resource, imported: Import) -> str:
    return f"{resource.list_url}/import/{imported.pk}"


def _words(problem: Problem) -> list[str]:
    found = [str(word) for words in problem.errors.values() for word in words]
    return found or [str(problem.message)]


def _upload_page(request: HttpRequest, resource: Resource, *, errors: list[str] | None = None) -> HttpResponse:
    reader = Reader.of(request.user)
    earlier = [
        {
            "name": imported.name,
            "url": url_of(resource, imported),
            "when": reader.full_moment(imported.created_at),
            "state": queries.state_of(imported).label,
            "created": reader.number(imported.created_count),
            "updated": reader.number(imported.updated_count),
            "rejected": reader.number(imported.unused_count),
        }
        for imported in queries.imports_of(request.user, resource)[: queries.RECENT]
    ]
    context = {
        "title": _("Import %(noun)s") % {"noun": str(resource.plural_label).lower()},
        "back": {"url": resource.list_url, "label": resource.plural_label},
        "url": f"{resource.list_url}/import",
        "errors": errors or [],
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


def _field_of(target: str) -> str:
    return target.partition(".")[0].partition(":")[0]


@dataclass(frozen=True)
class Settled:
    """Where the columns go and by which rules, as proposed or as submitted."""

    mapping: list[str | None]
    options: dict[str, Any]

    @classmethod
    def proposed(cls, imported: Import, actor: Any) -> Settled:
        return cls(imported.mapping, {"owner": actor.pk, **imported.options})

    @classmethod
    def of(cls, request: HttpRequest, imported: Import) -> Settled:
        """As the form says; after a dry run there is none, and what was tried out is carried out."""
        if "tried" in request.POST:
            return cls.proposed(imported, request.user)
        return cls._from_form(request.POST, len(imported.header))

    @classmethod
    def _from_form(cls, data: QueryDict, width: int) -> Settled:
        mapping = [data.get(f"column.{number}") or None for number in range(width)]
        owner = data.get("owner", "")
        options = {
            "owner": int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 19 else None,
            "region": data.get("region", ""),
            "dates": data.get("dates", ""),
            "match": [name for name in data.getlist("match") if name],
            "numbers": data.get("numbers", ""),
            "policies": cls._policies(data, mapping),
            "defaults": cls._defaults(data, mapping),
            "brings_new": data.get("rows", "both") != "known",
            "updates_known": data.get("rows", "both") != "new",
        }
        return cls(mapping, options)

    @staticmethod
    def _policies(data: QueryDict, mapping: list[str | None]) -> dict[str, str]:
        """By field. Columns that go into one field follow one policy: the first that is not the usual one."""
        found: dict[str, str] = {}
        for number, target in enumerate(mapping):
            policy = data.get(f"policy.{number}", "")
            if target and policy:
                found.setdefault(_field_of(target), policy)
        return found

    @staticmethod
    def _defaults(data: QueryDict, mapping: list[str | None]) -> dict[str, str]:
        """By target: of columns, and of fields that have none."""
        given = [(target, data.get(f"default.{number}", "")) for number, target in enumerate(mapping) if target]
        given += zip(data.getlist("further.target"), data.getlist("further.value"), strict=False)
        return {target: value.strip() for target, value in given if target and value.strip()}


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


def columns_page(
    request: HttpRequest,
    resource: Resource,
    imported: Import,
    settled: Settled | None = None,
    *,
    problem: Problem | None = None,
) -> HttpResponse:
    """What each column means, beside its first values, and how the file is read; every guess can be corrected."""
    settled = settled or Settled.proposed(imported, request.user)
    with imported.file.open("rb") as file:
        how = {"encoding": imported.encoding, "delimiter": imported.delimiter, "sheet": imported.sheet}
        look = reading.look(file.file, **how)
    samples = [row.cells for row in look.rows][:PREVIEW_ROWS]
    used = sum(map(bool, settled.mapping))
    context = {
        "title": imported.name,
        "back": {"url": f"{resource.list_url}/import", "label": _("Import")},
        "url": url_of(resource, imported),
        "columns": [_column(imported, settled, samples, number) for number in range(len(imported.header))],
        "groups": [
            {"title": group.title, "targets": [(str(one), mappings.label_of(one, resource)) for one in group.targets]}
            for group in mappings.target_groups(resource, request.user)
        ],
        **_how(imported, look),
        "imported": imported,
        "saved": _saved(request.user, resource),
        "product": product.product if (product := mappings.recognise(resource, imported.header)) else "",
        "options": settled.options,
        "rows": _rows(settled),
        "about": Reader.of(request.user).number(imported.about),
        "used": _("Columns used: %(used)d of %(count)d.") % {"used": used, "count": len(imported.header)},
        "match": _match(request.user, resource, settled),
        "dates": DATE_WORDS.items(),
        "numbers": NUMBER_WORDS.items(),
        "policies": Policy.choices,
        "further": _further(settled),
        "owner": _owner_control(request.user, resource, settled.options["owner"]),
        "is_damaged": look.is_damaged,
        "errors": _words(problem) if problem else [],
    }
    is_partial = request.headers.get("HX-Request-Type") == "partial"
    template = "ui/import_columns.html#body" if is_partial else "ui/import_columns.html"
    return render(request, template, context, status=problem.status if problem else 200)


def _how(imported: Import, look: reading.Look) -> dict[str, Any]:
    """What can be corrected of how a file is read."""
    return {
        "kind": reading.KINDS[imported.kind],
        "encodings": [] if imported.kind == reading.XLSX else reading.ENCODINGS.items(),
        "delimiters": reading.DELIMITERS.items() if imported.kind == reading.CSV else [],
        "sheets": look.sheets,
    }


def _saved(actor: Any, resource: Resource) -> list[dict[str, Any]]:
    """The mappings that this person can choose from, and which of them are his own to change."""
    return [
        {
            "id": one.pk,
            "name": one.name,
            "who": "" if one.created_by_id == actor.pk else one.created_by.name,
            "is_shared": one.is_shared,
            "is_own": one.created_by_id == actor.pk or actor.is_admin,
        }
        for one in queries.mappings_of(actor, resource)[:SAVED]
    ]


def _column(imported: Import, settled: Settled, samples: list[list[str]], number: int) -> dict[str, Any]:
    name = imported.header[number]
    target = settled.mapping[number] or ""
    given = [cells[number].replace(DAMAGE, "\ufffd") for cells in samples if number < len(cells) and cells[number]]
    return {
        "number": number,
        "name": name or _("Column %(number)d") % {"number": number + 1},
        "target": target,
        "policy": settled.options.get("policies", {}).get(_field_of(target), ""),
        "default": settled.options.get("defaults", {}).get(target, "") if target else "",
        "values": given[:3],
    }


def _match(actor: Any, resource: Resource, settled: Settled) -> dict[str, Any]:
    """The fields by which records are known; and whether this file has any of them, as far as is settled."""
    filled = {_field_of(target) for target in settled.mapping if target}
    chosen = settled.options.get("match", [])
    known = mappings.matchable(resource, actor)
    ranks = min(len(known), MOST_KEYS)
    return {
        "fields": [(name, str(resource.fields[name].label)) for name in known],
        "ranks": [(place + 1, chosen[place] if place < len(chosen) else "") for place in range(ranks)],
        "is_possible": bool(filled & {*chosen, mappings.ID}),
    }


def _further(settled: Settled) -> list[tuple[str, str]]:
    """Fields that no column goes into, with the value that every row gets; and room for more."""
    found = [pair for pair in settled.options.get("defaults", {}).items() if pair[0] not in settled.mapping]
    return [*found, *[("", "")] * max(1, FURTHER - len(found))]


def _rows(settled: Settled) -> list[dict[str, Any]]:
    """Which rows are used."""
    brings_new, updates_known = settled.options.get("brings_new", True), settled.options.get("updates_known", True)
    chosen = "both" if brings_new and updates_known else "new" if brings_new else "known"
    ways = {
        "both": _("Rows that are new, and rows about records we have"),
        "new": _("Only rows that are new; records we have stay as they are"),
        "known": _("Only rows about records we have; nothing new is made"),
    }
    return [{"value": value, "label": label, "is_on": value == chosen} for value, label in ways.items()]


def _owner_control(actor: Any, resource: Resource, owner_id: int | None) -> dict[str, Any] | None:
    field = resource.writable_fields(actor).get("owner")
    if field is None:
        return None
    found = controls.control(field, owner_id, actor)
    return found | {"label": _("New records belong to"), "half": True}


def _progress_page(request: HttpRequest, resource: Resource, imported: Import) -> HttpResponse:
    reader = Reader.of(request.user)
    state = queries.state_of(imported)
    is_over = state in (State.DONE, State.CANCELLED, State.FAILED)
    total = imported.position if state == State.DONE else max(imported.about, imported.position)
    counts = counted(imported.counts, reader)
    undo = _undo(imported) if is_over else None
    context = {
        "title": imported.name,
        "back": {"url": f"{resource.list_url}/import", "label": _("Import")},
        "work": {
            "url": url_of(resource, imported),
            "state": state,
            "words": _state_words(state, imported),
            "done": imported.position,
            "total": total,
            "done_words": f"{reader.number(imported.position)} / {reader.number(total)}",
            "left": time_left(imported) if state == State.RUNNING else "",
            "is_over": is_over,
            "is_paused": state == State.PAUSED,
            "can_go_on": state in (State.PAUSED, State.CANCELLED, State.FAILED)
            and bool(imported.file)
            and not (undo and undo["is_begun"]),
            "counts": counts,
            "undo": undo,
            "list": {"url": resource.list_url, "label": resource.plural_label},
            "rejections": list(queries.rejections(imported, limit=SHOWN_ROWS)) if imported.unused_count else [],
            "more": _("And %(count)s more.") % {"count": reader.number(imported.unused_count - SHOWN_ROWS)}
            if imported.unused_count > SHOWN_ROWS
            else "",
        },
    }
    is_partial = request.headers.get("HX-Request-Type") == "partial"
    return render(request, "ui/import_progress.html#progress" if is_partial else "ui/import_progress.html", context)


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
