"""Many records at once: begun here, carried out by a job when there are many, and told of record by record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base import conditions
from kizuna.base.bulk import queries, services
from kizuna.base.bulk.models import Kind, Operation, Sheet
from kizuna.base.search.selecting import ALL, TRASH, Selection
from kizuna.base.types.errors import Errors, Invalid, fill
from kizuna.interfaces.api import incoming, paging
from kizuna.interfaces.api.addresses import BULK, opened
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.listing import LONGEST_SEARCH
from kizuna.interfaces.api.paging import LARGEST_ID
from kizuna.interfaces.api.representations import Shown, of_line_of_sheet, of_sheet, respond

MOST_IDS = 100_000
OPERATIONS = (Operation.EDIT, Operation.DELETE, Operation.RESTORE, Operation.ACT)
NAMES = ("operation", "changes", "action", "arguments", "ids", "filter", "search", "all")


@api.get("/bulk")
def list_sheets(request: HttpRequest) -> HttpResponse:
    """What the caller began, newest first; an administrator sees everybody's."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    given = Parameters(request.GET, paging.PARAMETERS)
    before, size = paging.place(given)
    given.check()
    rows = queries.sheets_of(actor)
    return paging.page((rows.filter(pk__lt=before) if before else rows)[: size + 1], size, of_sheet)


@api.get("/bulk/{int:sheet_id}")
def read_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    return respond(of_sheet(_find(request, sheet_id)))


@api.get("/bulk/{int:sheet_id}/rows")
def list_rows(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """What became of each record, by number; with `outcome` only of those that were changed, or refused."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    given = Parameters(request.GET, ("outcome", *paging.PARAMETERS))
    kind = given.read("outcome", incoming.one_of(*Kind.values))
    after, size = paging.place(given)
    given.check()
    sheet = _find(request, sheet_id)
    found = queries.lines(actor, sheet, kind=kind, after=after or 0, size=size + 1)
    outcomes = queries.outcomes_of(found)

    def write(line: queries.Line) -> Shown:
        return of_line_of_sheet(line, outcomes[line.outcome_id or 0])

    return paging.page(found, size, write, attrgetter("record_id"))


@api.post("/bulk/{int:sheet_id}/cancel")
def cancel_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Stop; what was done until then stays."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    return respond(of_sheet(services.cancel(actor=actor, sheet=_find(request, sheet_id))))


@api.post("/bulk/{int:sheet_id}/undo")
def undo_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Put the records back, as a change of many records of its own."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    return _begun(services.undo(actor=actor, sheet=_find(request, sheet_id)))


def _find(request: HttpRequest, sheet_id: int) -> Sheet:
    return queries.find(request.auth, sheet_id)  # type: ignore[attr-defined]


@api.post("/{str:plural}/bulk")
def start_bulk(request: HttpRequest, plural: str) -> HttpResponse:
    """Change, delete, bring back or act upon many records. A few are dealt with when the answer comes: see `state`."""
    resource = opened(plural, BULK, "POST")
    actor: Any = request.auth  # type: ignore[attr-defined]
    once = incoming.once(request, resource)
    sent = incoming.body(request)
    errors: Errors = {
        name: [fill(_("There is no “%(name)s”."), {"name": name[:60]})] for name in sent.keys() - {*NAMES}
    }
    operation = sent.get("operation")
    if operation not in OPERATIONS:
        choices = ", ".join(OPERATIONS)
        errors["operation"] = [fill(_("Choose one of: %(choices)s."), {"choices": choices})]
    for name in ("changes", "arguments"):
        if not isinstance(sent.get(name, {}), Mapping):
            errors[name] = [_("Give an object: {…}.")]
    if not isinstance(sent.get("action", ""), str):
        errors["action"] = [_("Give the name of an action.")]
    selection = _selection(sent, TRASH if operation == Operation.RESTORE else ALL, errors)
    try:
        selection.rows(resource, actor)
    except conditions.InvalidCondition as problem:
        errors[f"filter{problem.pointer.replace('/', '.')}"] = [problem.message]
    if errors:
        raise Invalid(errors)
    what = {"changes": sent.get("changes"), "action": sent.get("action", ""), "arguments": sent.get("arguments")}
    try:
        sheet = services.start(
            actor=actor, resource=resource, operation=str(operation), selection=selection, once=once, **what
        )
    except Invalid as problem:
        raise problem.under("changes" if operation == Operation.EDIT else "arguments") from problem
    return _begun(sheet)


def _selection(sent: Mapping[str, Any], view: str, errors: Errors) -> Selection:
    """Which records are meant. They have to be named: a forgotten filter must not mean every record there is."""
    ids, text, tree = sent.get("ids"), sent.get("search", ""), sent.get("filter")
    if ids is not None and not _are_ids(ids):
        errors["ids"] = [fill(_("Give numbers of records, at most %(limit)d."), {"limit": MOST_IDS})]
    if not isinstance(text, str) or len(text) > LONGEST_SEARCH or "\0" in text:
        errors["search"] = [fill(_("At most %(limit)d characters."), {"limit": LONGEST_SEARCH})]
    condition = ""
    try:
        condition = conditions.dump(conditions.parse(json.dumps(tree))) if tree else ""
    except conditions.InvalidCondition as problem:
        errors["filter"] = [problem.message]
    is_narrowed = bool(tree) or bool(text)
    if (ids is not None) + (is_narrowed or sent.get("all") is True) != 1:
        errors.setdefault("ids", [_("Give either ids, or a filter or search, or “all”: true.")])
    if errors:
        return Selection(ids=())
    return Selection(view, condition, text, None if ids is None else tuple(ids))


def _are_ids(given: Any) -> bool:
    is_list = isinstance(given, list) and len(given) <= MOST_IDS
    return is_list and all(type(one) is int and 0 < one <= LARGEST_ID for one in given)


def _begun(sheet: Sheet) -> HttpResponse:
    return respond(of_sheet(sheet), status=202, headers={"Location": f"/api/v1/bulk/{sheet.pk}"})
