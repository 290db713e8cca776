"""Files imported over the API: taken in, tried out, started, stopped and taken back, by the services of the screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base.files import receiving
from kizuna.base.resources import registry
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.mapping import why_no_key
from kizuna.base.transfer.models import DryRun, Import, Kept, Line, Rejection, Undoing
from kizuna.base.transfer.reading import DELIMITERS, ENCODINGS
from kizuna.base.transfer.values.cells import NUMBER_FORMS
from kizuna.base.transfer.values.days import DATE_ORDERS
from kizuna.base.transfer.verdicts import ALIKE, PARTLY, TWICE, Verdict
from kizuna.base.types.errors import Errors, Invalid, fill
from kizuna.interfaces.api import incoming, paging
from kizuna.interfaces.api.addresses import IMPORTS, opened
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.paging import LARGEST_ID
from kizuna.interfaces.api.representations import Shown, respond

TOLD = (*(verdict.value for verdict in Verdict if verdict != Verdict.UNCHANGED), PARTLY, ALIKE, TWICE)
OPTIONS: dict[str, Any] = {
    "owner": int | None,
    "region": str,
    "dates": tuple(DATE_ORDERS),
    "numbers": ("", *NUMBER_FORMS),
    "match": list,
    "brings_new": bool,
    "updates_known": bool,
    "is_quiet": bool,
    "policies": dict,
    "defaults": dict,
}


@api.post("/{str:plural}/imports")
def take_file_in(request: HttpRequest, plural: str) -> HttpResponse:
    """201 with what was found in the file and where its columns would go. Nothing is imported yet."""
    resource = opened(plural, IMPORTS, "POST")
    given = Parameters(request.GET, ("encoding", "delimiter"))
    encoding = given.read("encoding", incoming.one_of(*ENCODINGS), "")
    delimiter = given.read("delimiter", incoming.one_of(*DELIMITERS), "")
    given.check()
    sent = incoming.files(request)
    if receiving.is_refused(request):
        raise Invalid({"file": [_("This file is too large.")]})
    if len(sent) != 1:
        raise Invalid({"file": [_("Send one file, in the field “file”.")]})
    made = transfer.prepare_import(
        actor=_actor(request),
        resource=resource,
        file=sent[0],
        name=sent[0].name or "",
        encoding=encoding,
        delimiter=delimiter,
    )
    return respond(of_import(made), status=201, headers={"Location": f"/api/v1/imports/{made.pk}"})


@api.get("/imports")
def list_imports(request: HttpRequest) -> HttpResponse:
    """The caller's own, newest first; an administrator sees everybody's."""
    given = Parameters(request.GET, paging.PARAMETERS)
    before, size = paging.place(given)
    given.check()
    rows = queries.imports_of(_actor(request)).select_related("dry_run", "undoing")
    return paging.page((rows.filter(pk__lt=before) if before else rows)[: size + 1], size, of_import)


@api.get("/imports/{int:import_id}")
def read_import(request: HttpRequest, import_id: int) -> HttpResponse:
    return respond(of_import(_find(request, import_id)))


@api.post("/imports/{int:import_id}/dry-run")
def try_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Find out what would become of every row, by the function that an import uses. 202: a job does it."""
    imported = _find(request, import_id)
    mapping, options = _settled(request, imported)
    transfer.start_dry_run(actor=_actor(request), imported=imported, mapping=mapping, options=options)
    return _begun(request, import_id)


@api.get("/imports/{int:import_id}/dry-run/rows")
def list_tried_rows(request: HttpRequest, import_id: int) -> HttpResponse:
    """What would become of the rows with one verdict, or what is wrong with those that come in partly, in the order of
    the file."""
    given = Parameters(request.GET, ("verdict", *paging.PARAMETERS))
    verdict = given.read("verdict", incoming.one_of(*TOLD), Verdict.CREATE.value)
    after, size = paging.place(given)
    given.check()
    found = queries.lines(_find(request, import_id), verdict, after=after or 0, size=size + 1)
    return paging.page(found, size, _of_line)


@api.post("/imports/{int:import_id}/start")
def start_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """202: a job imports the rows; the import says how far it is."""
    imported = _find(request, import_id)
    mapping, options = _settled(request, imported)
    transfer.start_import(actor=_actor(request), imported=imported, mapping=mapping, options=options)
    return _begun(request, import_id)


@api.post("/imports/{int:import_id}/pause")
def pause_import(request: HttpRequest, import_id: int) -> HttpResponse:
    transfer.pause_import(actor=_actor(request), imported=_find(request, import_id))
    return respond(of_import(_find(request, import_id)))


@api.post("/imports/{int:import_id}/resume")
def resume_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Go on where it was paused, stopped or could not go on."""
    transfer.resume_import(actor=_actor(request), imported=_find(request, import_id))
    return _begun(request, import_id)


@api.post("/imports/{int:import_id}/cancel")
def cancel_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Stop; what was imported until then stays."""
    transfer.cancel_import(actor=_actor(request), imported=_find(request, import_id))
    return respond(of_import(_find(request, import_id)))


@api.get("/imports/{int:import_id}/rejected")
def list_rejected_rows(request: HttpRequest, import_id: int) -> HttpResponse:
    """The rows that could not be used, or not wholly, as they stood in the file, and why."""
    given = Parameters(request.GET, paging.PARAMETERS)
    after, size = paging.place(given)
    given.check()
    found = queries.rejections(_find(request, import_id), after=after or 0, limit=size + 1)
    return paging.page(found, size, _of_rejection)


@api.post("/imports/{int:import_id}/undo")
def undo_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take back what it made and changed, as far as everything is as it left it. 202: a job does it."""
    transfer.start_undo(actor=_actor(request), imported=_find(request, import_id))
    return _begun(request, import_id)


@api.get("/imports/{int:import_id}/undo/kept")
def list_kept(request: HttpRequest, import_id: int) -> HttpResponse:
    """What stayed when it was taken back, and why: a field of a record, or the whole record where `field` is empty."""
    given = Parameters(request.GET, paging.PARAMETERS)
    after, size = paging.place(given)
    given.check()
    undoing = queries.undoing_of(_find(request, import_id))
    found = queries.kept(undoing, after=after or 0, size=size + 1) if undoing else []
    return paging.page(found, size, _of_kept)


# ── what comes in ──


def _actor(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]


def _find(request: HttpRequest, import_id: int) -> Import:
    return queries.find(_actor(request), None, import_id)


def _settled(request: HttpRequest, imported: Import) -> tuple[Sequence[str | None], Mapping[str, Any]]:
    """Where the columns go and by which rules: what the body does not say stays as it was proposed."""
    sent = incoming.body(request, may_be_empty=True)
    errors: Errors = {
        name: [fill(_("There is no “%(name)s”."), {"name": name[:60]})] for name in sent.keys() - {"mapping", "options"}
    }
    mapping, options = sent.get("mapping", imported.mapping), sent.get("options", {})
    if not isinstance(mapping, list) or not all(one is None or isinstance(one, str) for one in mapping):
        errors["mapping"] = [_("Give a list: for each column of the file a target, or null.")]
    if isinstance(options, Mapping):
        errors |= {f"options.{name}": wrong for name, one in options.items() if (wrong := _wrong(name, one))}
        if "options.match" not in errors and (strange := _no_keys(request, imported, options.get("match", []))):
            errors["options.match"] = strange
    else:
        errors["options"] = [_("Give an object: {…}.")]
    if errors:
        raise Invalid(errors)
    return [one or None for one in mapping], {**imported.options, **options}


def _no_keys(request: HttpRequest, imported: Import, match: Sequence[str]) -> list[Any]:
    """What was asked for as a key, and is none: left out without a word, it would have every row made anew."""
    resource = registry.get(imported.resource)
    return [why for written in match if (why := why_no_key(resource, _actor(request), written))]


def _wrong(name: str, value: Any) -> list[Any]:
    """What is wrong with an option; nothing if all is well."""
    wanted = OPTIONS.get(name)
    if wanted is None:
        return [fill(_("There is no “%(name)s”."), {"name": name[:60]})]
    if isinstance(wanted, tuple):
        choices = ", ".join(filter(None, wanted))
        return [] if value in wanted else [fill(_("Choose one of: %(choices)s."), {"choices": choices})]
    texts = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    if wanted == int | None:
        is_right = value is None or (type(value) is int and 0 < value <= LARGEST_ID)
    else:
        is_right = type(value) is wanted and all(isinstance(one, str) for one in texts)
    return [] if is_right else [_("This is not of the right kind.")]


# ── what goes out ──


def _begun(request: HttpRequest, import_id: int) -> HttpResponse:
    shown = of_import(_find(request, import_id))
    return respond(shown, status=202, headers={"Location": f"/api/v1/imports/{import_id}"})


def _of_line(line: Line) -> Shown:
    return {
        "row": line.number,
        "verdict": line.verdict,
        "record_id": line.record_id,
        "title": line.title,
        "changes": line.changes,
        "likeness": line.likeness,
        "reason": line.reason,
    }


def _of_rejection(one: Rejection) -> Shown:
    return {"row": one.line, "verdict": one.verdict, "cells": one.cells, "reason": one.reason}


def _of_kept(one: Kept) -> Shown:
    return {
        "resource": registry.get(one.resource).plural,
        "record_id": one.record_id,
        "field": one.field,
        "imported": one.imported,
        "now": one.now,
        "why": one.why,
    }


def of_import(imported: Import) -> Shown:
    """An import: how its file is read, where its columns go, and how far it is."""
    dry_run: DryRun | None = getattr(imported, "dry_run", None)
    undoing: Undoing | None = getattr(imported, "undoing", None)
    return {
        "id": imported.pk,
        "resource": registry.get(imported.resource).plural,
        "name": imported.name,
        "state": queries.state_of(imported),
        "kind": imported.kind,
        "encoding": imported.encoding,
        "delimiter": imported.delimiter,
        "sheet": imported.sheet,
        "columns": imported.header,
        "mapping": imported.mapping,
        "options": imported.options,
        "rows": imported.about,
        "done": imported.position,
        "counts": _counts(imported.counts),
        "partly": imported.partly_count,
        "related": _related(imported.related),
        "error": imported.error,
        "dry_run": _of_dry_run(dry_run) if dry_run else None,
        "undo": _of_undoing(undoing) if undoing else None,
        "created_at": imported.created_at,
        "finished_at": imported.finished_at,
    }


def _of_dry_run(found: DryRun) -> Shown:
    return {
        "state": queries.state_of(found),
        "done": found.position,
        "counts": _counts(found.counts),
        "partly": found.counts.get(PARTLY, 0),
        "alike": found.counts.get(ALIKE, 0),
        "twice": found.counts.get(TWICE, 0),
        "asked": found.asked_count,
        "related": _related(found.related),
        "error": found.error,
    }


def _of_undoing(found: Undoing) -> Shown:
    return {
        "state": queries.state_of(found),
        "removed": found.removed_count,
        "restored": found.restored_count,
        "unchanged": found.unchanged_count,
        "kept": found.kept_count,
        "error": found.error,
    }


def _related(made: Mapping[str, int]) -> dict[str, int]:
    return {found.plural: count for key, count in made.items() if (found := registry.find(key))}


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return {verdict.value: counts.get(verdict.value, 0) for verdict in Verdict}
