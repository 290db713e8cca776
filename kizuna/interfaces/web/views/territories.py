"""Settings: the tree of territories, and realignments of it looked at before they count."""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from kizuna.base.access import policy
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.patience import TooLong, at_most
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.titles import titles_of
from kizuna.base.territories import kinds, queries, services, trees
from kizuna.base.territories.models import Realignment, Territory, TerritoryDraft
from kizuna.base.types.errors import Denied, Missing, Problem
from kizuna.interfaces.web.views.people import View
from kizuna.interfaces.web.views.territory_rows import Branch, Rows, figures_by_node, number, signed

ADDRESS = "/settings/territories"
VERBS = (services.apply_realignment, services.withdraw_realignment, services.undo_realignment)
LATEST = 20
PATIENCE = 5.0
"""Seconds after which nobody waits for the figures any more."""


def draws(actor: Any) -> bool:
    """Who may change territories draws them, if they see all that lies there: the figures count every record."""
    return policy.permissions_of(actor).can("territory", "update") and all(
        policy.sees_all(actor, kind.model) for kind in kinds.placeable()
    )


def for_who_draws(view: View) -> View:

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not draws(request.user):
            raise Denied()
        return view(request, *args, **kwargs)

    return guarded


@for_who_draws
@require_http_methods(["GET", "POST"])
def tree_page(request: HttpRequest) -> HttpResponse:
    """The tree as it stands. POST hangs a territory somewhere else, or archives it or brings it back."""
    known = Territory.objects.visible_to(request.user)
    error = _changed(request, known) if request.method == "POST" else None
    if request.method == "POST" and error is None:
        return redirect(request.get_full_path())
    branch = Branch.of(request, trees.now(), ADDRESS)
    context = {
        "title": _("Territories"),
        "page": "territories",
        **branch.context(Rows(request.user, branch, "/territories")),
        "new_url": "/territories/new",
        "plan_url": "/realignments/new",
        "realignments": _realignments(request.user),
        "errors": [str(error.message)] if error else [],
    }
    return render(request, "web/territories.html", context, status=error.status if error else 200)


def _changed(request: HttpRequest, known: Any) -> Problem | None:
    """Do what a form of the tree asks for; what speaks against it."""
    territory = known.filter(pk=number(request.POST.get("territory", ""))).first()
    if territory is None:
        raise Missing()
    changes: dict[str, Any] = {}
    if "active" in request.POST:
        changes["is_active"] = request.POST["active"] == "1"
    elif "parent" in request.POST:
        changes["parent"] = request.POST["parent"] or None
    try:
        with transaction.atomic():
            records.update(actor=request.user, record=territory, changes=changes)
    except Problem as problem:
        return problem
    messages.success(request, _("Saved."))
    return None


@for_who_draws
@require_GET
def tree_figures(request: HttpRequest) -> HttpResponse:
    """How much lies in the territories of the page: counted after it, as long as anybody waits."""
    branch = Branch.of(request, trees.now(), ADDRESS)
    return _figures_of(request, branch)


@for_who_draws
@require_GET
def realignment_figures(request: HttpRequest, realignment_id: int) -> HttpResponse:
    found = _found(request.user, realignment_id)
    return _figures_of(request, Branch.of(request, queries.drafted(found), f"{ADDRESS}/realignments/{found.pk}"))


def _figures_of(request: HttpRequest, branch: Branch) -> HttpResponse:
    try:
        with at_most(PATIENCE, Territory.objects.visible_to(request.user).db):
            counts = queries.counts()
    except TooLong:
        return render(request, "web/territory_figures.html", {"rows": [], "is_late": True})
    return render(request, "web/territory_figures.html", {"rows": figures_by_node(request.user, branch, counts)})


def _realignments(actor: Any) -> list[dict[str, Any]]:
    reader = Reader.of(actor)
    rows = Realignment.objects.visible_to(actor).order_by("-updated_at", "-pk")[:LATEST]
    return [
        {
            "name": one.name,
            "url": f"{ADDRESS}/realignments/{one.pk}",
            "state": one.get_state_display(),
            "is_open": one.is_draft,
            "moved": reader.number(one.moved) if one.moved else "",
            "day": reader.day(one.applies_on) if one.applies_on else "",
        }
        for one in rows
    ]


# Realignments -------------------------------------------------------------------------------------------------------


@for_who_draws
@require_http_methods(["GET", "POST"])
def realignment_page(request: HttpRequest, realignment_id: int) -> HttpResponse:
    """The tree as a realignment draws it, and what would move. POST changes the drawing."""
    found = _found(request.user, realignment_id)
    error = None
    if request.method == "POST":
        drawn = TerritoryDraft.objects.visible_to(request.user).filter(realignment=found)
        error = _changed(request, drawn)
        if error is None:
            return redirect(request.get_full_path())
    changed = {one.id for one in queries.redrawn(found) if one.changes}
    address = f"{ADDRESS}/realignments/{found.pk}"
    branch = Branch.of(request, queries.drafted(found), address)
    ids = queries.drafts_of(found, [node.id for node, _depth in branch.shown])
    shown = branch.context(Rows(request.user, branch, "/territorydrafts", ids=ids))
    can_change = found.state in (Realignment.State.DRAFT, Realignment.State.PLANNED)
    context = {
        "title": found.name,
        "page": "territories",
        "back_url": ADDRESS,
        "record_url": f"/realignments/{found.pk}",
        "new_url": f"/territorydrafts/new?realignment={found.pk}",
        **shown,
        "rows": [row | {"is_changed": row["node"] in changed} for row in shown["rows"]],
        "can_change": can_change,
        "errors": [str(error.message)] if error else ([found.problem] if found.problem else []),
        **_state(request.user, found, branch.tree),
    }
    return render(request, "web/realignment.html", context, status=error.status if error else 200)


@for_who_draws
@require_GET
def preview(request: HttpRequest, realignment_id: int) -> HttpResponse:
    """What would move, once that is reckoned; how far it is while records move."""
    found = _found(request.user, realignment_id)
    return render(request, "web/realignment.html#moves", _state(request.user, found, queries.drafted(found)))


def _found(actor: Any, realignment_id: int) -> Realignment:
    found = Realignment.objects.visible_to(actor).filter(pk=realignment_id).first()
    if found is None:
        raise Missing()
    return found


def _state(actor: Any, found: Realignment, tree: trees.Tree) -> dict[str, Any]:
    reader, state = Reader.of(actor), Realignment.State
    is_open = found.state in (state.DRAFT, state.PLANNED)
    verbs = [
        {"label": verb.label, "icon": verb.icon, "url": f"/realignments/{found.pk}/actions/{verb.name}"}
        for verb in registry.get("realignment").actions
        if verb in VERBS and verb.fits(found)
    ]
    return {
        "url": f"{ADDRESS}/realignments/{found.pk}/moves",
        "state": found.get_state_display(),
        "day": reader.day(found.applies_on) if found.applies_on else "",
        "moved": ngettext("%(count)s record moved", "%(count)s records moved", found.moved)
        % {"count": reader.number(found.moved)},
        "is_open": is_open,
        "is_working": found.state in Realignment.WORKING,
        "waits": is_open and found.preview is None,
        "verbs": verbs,
        "flows": _flows(actor, found, tree) if is_open and found.preview else [],
        "by_person": _by_person(actor, found) if is_open and found.preview else [],
        "is_empty": is_open and found.preview is not None and not found.preview["flows"],
    }


def _stored(found: Realignment) -> list[queries.Flow]:
    return [queries.Flow.from_json(one) for one in (found.preview or {}).get("flows", ())]


def _flows(actor: Any, found: Realignment, tree: trees.Tree) -> list[dict[str, Any]]:
    """From where to where, of all people together, the largest first."""
    reader = Reader.of(actor)
    names = {pk: node.name for pk, node in tree.nodes.items()}
    gone = {pk for one in _stored(found) for pk in (one.before, one.after) if pk} - names.keys()
    names |= dict(Territory.objects.visible_to(actor).filter(pk__in=gone).values_list("pk", "name"))
    sums: dict[tuple[Any, ...], list[queries.Flow]] = {}
    for one in _stored(found):
        sums.setdefault((one.before, one.after), []).append(one)
    ordered = sorted(sums.items(), key=lambda item: -sum(one.count for one in item[1]))
    return [
        {
            "before": names.get(before, "") if before else "",
            "after": names.get(after, "") if after else "",
            "figures": _figures(reader, found, some, before=before or 0, after=after or 0),
        }
        for (before, after), some in ordered
    ]


def _by_person(actor: Any, found: Realignment) -> list[dict[str, Any]]:
    reader = Reader.of(actor)
    sums: dict[int | None, list[queries.Flow]] = {}
    for one in _stored(found):
        sums.setdefault(one.owner, []).append(one)
    names = dict(User.objects.filter(pk__in=[pk for pk in sums if pk]).values_list("pk", "name"))
    ordered = sorted(sums.items(), key=lambda item: -sum(one.count for one in item[1]))
    return [
        {
            "name": names.get(owner, "") if owner else _("Without an owner"),
            "figures": _figures(reader, found, some, owner=owner or 0),
        }
        for owner, some in ordered
    ]


def _figures(reader: Reader, found: Realignment, flows: list[queries.Flow], **asked: int) -> list[dict[str, str]]:
    """So many of each kind, with what the deals among them are worth."""
    made = []
    for kind in kinds.placeable():
        some = [one for one in flows if one.key == kind.key]
        if not some:
            continue
        amounts: dict[str, Any] = {}
        for money in (money for one in some for money in one.amounts):
            amounts[money.currency] = amounts[money.currency] + money if money.currency in amounts else money
        query = urlencode({"kind": kind.key} | asked)
        made.append({
            "label": str(kind.label),
            "count": reader.number(sum(one.count for one in some)),
            "amount": reader.listed(one.format(reader.language) for one in amounts.values()),
            "url": f"{ADDRESS}/realignments/{found.pk}/records?{query}",
        })  # fmt: skip
    return made


PAGE = 50


def _moving(
    kind: kinds.Placeable, tree: trees.Tree, rows: Any, found: Realignment, asked: QueryDict
) -> Iterator[tuple[Any, ...]]:
    """Id, territory before and after, and owner of each, in the order of their ids."""
    rows = rows.filter(_is("territory_id", asked.get("before")), _is("owner_id", asked.get("owner")))
    for some in queries.parts(rows, tree, after=number(asked.get("last", "0"))):
        moving = queries.moving(kind.key, tree, some, day=found.applies_on).filter(_is("belongs", asked.get("after")))
        yield from moving.order_by("pk").values_list("pk", "territory_id", "belongs", "owner__name")[: PAGE + 1]


def _is(column: str, asked: str | None) -> Q:
    """What the address asks of a column: 0 for none, nothing where it says nothing."""
    if asked is None:
        return Q()
    value = signed(asked)
    return Q(**{column: value}) if value else Q(**{f"{column}__isnull": True})


@for_who_draws
@require_GET
def moving_page(request: HttpRequest, realignment_id: int) -> HttpResponse:
    """The records behind a figure of the preview, page by page, those that the actor sees."""
    found, asked = _found(request.user, realignment_id), request.GET
    kind = kinds.find(asked.get("kind", ""))
    if kind is None:
        raise Missing()
    resource = registry.get(kind.key)
    tree = queries.drafted(found)
    lines = list(islice(_moving(kind, tree, resource.visible_to(request.user), found, asked), PAGE + 1))
    shown = resource.visible_to(request.user).filter(pk__in=[line[0] for line in lines[:PAGE]])
    titles = titles_of(resource, request.user, shown)
    names = {pk: node.name for pk, node in tree.nodes.items()}
    more = urlencode(asked.dict() | {"last": lines[PAGE - 1][0]}) if len(lines) > PAGE else ""
    context = {
        "title": _("%(kind)s that move") % {"kind": kind.label},
        "page": "territories",
        "back_url": f"{ADDRESS}/realignments/{found.pk}",
        "rows": [
            {
                "title": titles.get(line[0], f"#{line[0]}"),
                "url": resource.record_url(line[0]),
                "before": names.get(line[1], ""),
                "after": names.get(line[2], ""),
                "owner": line[3] or "",
            }
            for line in lines[:PAGE]
        ],
        "more_url": f"{request.path}?{more}" if more else "",
    }
    return render(request, "web/realignment_records.html", context)
