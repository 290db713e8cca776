"""Several records that are one: side by side before they become it, and apart again afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.merging import queries
from kizuna.base.merging import services as merging
from kizuna.base.merging.models import Merge
from kizuna.base.merging.outcome import ALL
from kizuna.base.records.models import Record
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied, Invalid, Refused, Stale
from kizuna.base.types.numbers import whole, wholes
from kizuna.base.ui import controls, duplicates
from kizuna.base.ui import merging as shown
from kizuna.base.ui.finding import find
from kizuna.base.ui.middleware import go, wants_part, words
from kizuna.base.ui.shown import ShownRecord

CHOICE = "choose."
OTHER = "other"


@login_required
@require_http_methods(["GET", "POST"])
def merge_page(request: HttpRequest, resource: Resource) -> HttpResponse:
    """The records side by side; POST merges them, with `?look` only shows what would be. A selection is led here."""
    data = request.POST if request.method == "POST" else request.GET
    ids = wholes(data.getlist("ids"))
    if data.get("all") == "1":
        raise Refused(_("Tick the records that are one: two to five of them."))
    is_look = request.method == "GET" or "look" in request.GET
    if not is_look and (made := _made_already(request, resource, ids)):
        return _done(request, resource, made)
    found = queries.to_merge(request.user, resource, ids)
    if request.method == "GET" and request.headers.get("HX-Request"):
        return go(request, f"{resource.list_url}/merge?{urlencode([('ids', pk) for pk in ids])}")
    survivor, others = _sorted(found, data)
    if is_look:
        return _page(request, resource, survivor, others)
    return _merged(request, resource, survivor, others)


def _made_already(request: HttpRequest, resource: Resource, ids: list[int]) -> Merge | None:
    """The merge that a second press of the same button asks for again."""
    survivor = whole(request.POST.get("survivor", ""))
    if survivor not in ids or not resource.visible_to(request.user).filter(pk=survivor).exists():
        return None
    return queries.made_already(request.user, resource, sorted(set(ids), key=lambda pk: pk != survivor))


def _sorted(found: list[Record], data: QueryDict) -> tuple[Record, list[Record]]:
    """The record that stays: the one chosen, else the one that has been here longest."""
    wanted = data.get("survivor", "")
    survivor = next((record for record in found if str(record.pk) == wanted), min(found, key=lambda one: one.pk))
    return survivor, [record for record in found if record.pk != survivor.pk]


def _page(
    request: HttpRequest,
    resource: Resource,
    survivor: Record,
    others: list[Record],
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    actor: Any = request.user
    choices = _choices(request, resource, survivor, others)
    preview = merging.merge_records(
        actor=actor, resource=resource, survivor=survivor, others=others, choices=choices, dry_run=True
    )
    assert not isinstance(preview, Merge)
    if preview.problem and not problem:
        problem = words(preview.problem)
    is_queued = _is_queued(request)
    context = {
        "title": _("Merge %(noun)s") % {"noun": str(resource.plural_label).lower()},
        "back": (
            {"url": duplicates.address(resource), "label": _("Duplicates")}
            if is_queued
            else {"url": resource.list_url, "label": resource.plural_label}
        ),
        "is_queued": is_queued,
        "url": f"{resource.list_url}/merge",
        "merge": shown.drawn(resource, actor, preview),
        "problem": problem,
    }
    is_partial = bool(request.headers.get("HX-Request"))
    return render(request, "ui/merge.html#form" if is_partial else "ui/merge.html", context, status=status)


def _choices(request: HttpRequest, resource: Resource, survivor: Record, others: list[Record]) -> dict[str, str]:
    """What the person chose. What the rule would have chosen anyway is no choice: it follows the rule further on."""
    given = {name.removeprefix(CHOICE): str(value) for name, value in request.POST.items() if name.startswith(CHOICE)}
    if not given:
        return {}
    everyone = [survivor, *others]
    before = next((record for record in everyone if str(record.pk) == request.POST.get("was")), survivor)
    rest = [record for record in everyone if record is not before]
    plain = queries.preview(actor=request.user, resource=resource, survivor=before, others=rest)
    usual = {line.name: ALL if line.chosen is None else str(line.chosen) for line in plain.outcome.lines}
    return {name: value for name, value in given.items() if value != usual.get(name)}


def _merged(request: HttpRequest, resource: Resource, survivor: Record, others: list[Record]) -> HttpResponse:
    actor: Any = request.user
    choices = _choices(request, resource, survivor, others)
    try:
        made = merging.merge_records(
            actor=actor,
            resource=resource,
            survivor=survivor,
            others=others,
            choices=choices,
            versions=_versions(request.POST),
        )
    except (Stale, Invalid) as problem:
        return _page(request, resource, survivor, others, problem=words(problem), status=problem.status)
    assert isinstance(made, Merge)
    return _done(request, resource, made)


def _done(request: HttpRequest, resource: Resource, made: Merge) -> HttpResponse:
    actor: Any = request.user
    record = resource.visible_to(actor).get(pk=made.survivor_id)
    text = _("Merged into %(title)s.") % {"title": ShownRecord(resource, record, actor).title}
    messages.success(request, text, extra_tags=f"/merges/{made.pk}/undo")
    return go(request, duplicates.address(resource) if _is_queued(request) else resource.record_url(made.survivor_id))


def _is_queued(request: HttpRequest) -> bool:
    """Whether the pair came from the queue of duplicates: there the next one waits."""
    name, value = duplicates.FROM_QUEUE
    return (request.POST if request.method == "POST" else request.GET).get(name) == value


def _versions(data: QueryDict) -> Mapping[int, int]:
    found = {}
    for name, given in data.items():
        pk, version = whole(name.removeprefix("version.")), whole(str(given))
        if pk is not None and version is not None and name.startswith("version."):
            found[pk] = version
    return found


@login_required
@require_http_methods(["GET", "POST"])
def merge_with(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """Which record is the same as this one? The answer leads to both, side by side."""
    actor: Any = request.user
    record = find(resource, actor, record_id)
    if not queries.may_merge(actor, resource):
        raise Denied()
    field = Relation(OTHER, _("The same as"), target=resource.key, required=True)
    problem: Invalid | None = None
    if request.method == "POST":
        try:
            other = field.parse(field.from_form(request.POST), Reader.of(actor))
            if other == record.pk:
                raise Invalid({"": [_("This is the record itself.")]})
            ids = urlencode([("ids", record.pk), ("ids", other)])
            return go(request, f"{resource.list_url}/merge?{ids}")
        except Invalid as error:
            problem = error.under(OTHER)
    data = request.POST if problem else None
    context = {
        "title": _("Merge %(title)s") % {"title": ShownRecord(resource, record, actor).title},
        "lead": _("Choose the record that is the same. You see both side by side before anything happens."),
        "fields": [controls.drawn_again(field, actor, data, problem)],
        "form": {"action": f"{resource.record_url(record.pk)}/merge", "save_label": _("Compare"), "key": ""},
    }
    return render(request, "ui/parts/dialog_form.html", context, status=problem.status if problem else 200)


# Apart again --------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def merges(request: HttpRequest) -> HttpResponse:
    """Every merge of records that this person may see, the newest first."""
    actor: Any = request.user
    before = whole(request.GET.get("before", ""))
    found = queries.merges(actor, before=before)
    reader = Reader.of(actor)
    more = f"/merges?before={found[-1].pk}" if len(found) == queries.PAGE_SIZE else ""
    lines = [shown.line(merge, reader) for merge in found]
    context = {"title": _("Merges"), "icon": "arrow-merge", "lines": lines, "more_url": more}
    return render(request, "ui/parts/deeds.html" if wants_part(request) else "ui/merges.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def one_merge(request: HttpRequest, merge_id: int) -> HttpResponse:
    """What was merged; POST takes it apart as the form says."""
    actor: Any = request.user
    merge, resource = queries.find_merge(actor, merge_id)
    if request.method == "POST":
        given = [(name, str(value)) for name, value in request.POST.items()]
        assignments = {name[3:]: pk for name, value in given if name.startswith("to.") and (pk := whole(value))}
        return _taken_apart(request, resource, merge, assignments, request.POST.getlist("put_back"))
    found = shown.apart(actor, merge, resource)
    context = {
        "title": _("A merge"),
        "back": {"url": found["record_url"], "label": found["survivor"]},
        "merge": found,
    }
    return render(request, "ui/unmerge.html", context)


@login_required
@require_POST
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Right after a merge: all as it was."""
    merge, resource = queries.find_merge(request.user, merge_id)
    return _taken_apart(request, resource, merge, {}, [])


def _taken_apart(
    request: HttpRequest, resource: Resource, merge: Merge, assignments: Mapping[str, int], put_back: list[str]
) -> HttpResponse:
    merging.unmerge_records(actor=request.user, merge=merge, assignments=assignments, put_back=put_back)
    messages.success(request, _("The merge is taken apart; the records are as they were."))
    return go(request, resource.record_url(merge.survivor_id))
