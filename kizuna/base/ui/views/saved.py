"""Saved views at the screen: keep the list under a name, change, share, arrange and delete it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.base import conditions
from kizuna.base.identity.models import Role
from kizuna.base.identity.policies import require_admin
from kizuna.base.resources.resource import Resource
from kizuna.base.saved_views import policies, queries, services
from kizuna.base.saved_views.models import Audience, SavedView
from kizuna.base.types.errors import Invalid, Missing, Problem, Stale
from kizuna.base.types.numbers import whole
from kizuna.base.ui import controls, modes
from kizuna.base.ui.listing import SHAPE, STATE, Listing
from kizuna.base.ui.middleware import go, toast
from kizuna.base.ui.tabs import url_of

MINE = {"field": "owner", "op": "is_me"}


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Keep the list as it stands under a name."""
    actor: Any = request.user
    data = request.POST if request.method == "POST" else request.GET
    listing = Listing(resource, actor, data)
    if request.method == "GET":
        return _new_dialog(request, listing)
    try:
        view = services.save_view(
            actor=actor, resource=resource.key, name=data.get("name", ""), **_asked(listing), **_audience(data)
        )
    except Invalid as problem:
        return _new_dialog(request, listing, problem)
    if data.get("default") == "on":
        services.set_own_default(actor=actor, resource=resource.key, view=view)
    return _on_to(request, resource, view, _("View saved."))


def _asked(listing: Listing) -> dict[str, Any]:
    """The state of the list as parts of a view, with the columns as this person has them. "Mine" becomes a condition:
    seen by others, it shows them theirs."""
    shown = [field.name for field in listing.columns]
    usual = list(dict.fromkeys([listing.resource.title, *listing.resource.columns]))
    tree = conditions.combine(listing.tree, MINE) if listing.view == "mine" else listing.tree
    said = listing.spelled_out | modes.settings(listing)
    return _parts(said) | {"condition": tree, "columns": [] if shown == usual else shown}


def _parts(said: dict[str, str], view: SavedView | None = None) -> dict[str, Any]:
    """Parameters of an address as parts of a view: only those that are there. What `view` keeps for its mode stays,
    unless it gets another mode."""
    found: dict[str, Any] = {name: said[name] for name in ("search", "sort", "density") if name in said}
    if "mode" in said:
        found["kind"] = said["mode"]
    shape = {name: said[name] for name in SHAPE if name in said}
    if shape or "mode" in said:
        stays = view is not None and "mode" not in said
        found["settings"] = (view.settings if view and stays else {}) | shape
    if "filter" in said:
        found["condition"] = conditions.parse(said["filter"])
    if "columns" in said:
        found["columns"] = [name for name in said["columns"].split(",") if name]
    return found


def _audience(data: QueryDict) -> dict[str, Any]:
    """Who sees it, from the one control of the dialog: "private", "everyone", "team:7"; nothing where it has none."""
    if "who" not in data:
        return {}
    audience, _colon, team = str(data["who"]).partition(":")
    return {"audience": audience, "team": whole(team)}


def _new_dialog(request: HttpRequest, listing: Listing, problem: Problem | None = None) -> HttpResponse:
    actor, resource = listing.actor, listing.resource
    data = request.POST if problem else {}
    noun = str(resource.plural_label).lower()
    fields = [
        _name_control(data.get("name", ""), problem),
        *_who_control(actor, resource, data.get("who", Audience.PRIVATE), problem),
        {
            "kind": "boolean",
            "name": "default",
            "id": "id-default",
            "label": _("Open %(noun)s with this view") % {"noun": noun},
            "value": data.get("default") == "on",
        },
    ]
    hidden = [("view", "mine")] if listing.view == "mine" else []
    context = {
        "title": _("Save this view"),
        "lead": _("Filter, search, sort order, columns and row height are kept under a name."),
        "hidden": [*hidden, *((name, value) for name, value in listing.spelled_out.items() if name in STATE)],
        "fields": fields,
        "errors": controls.other_errors(problem, dict.fromkeys(("name", "audience", "team"))) if problem else [],
        "form": {"action": f"{resource.list_url}/views/new", "save_label": _("Save view")},
    }
    return render(request, "ui/parts/dialog_form.html", context, status=problem.status if problem else 200)


def _name_control(value: str, problem: Problem | None) -> dict[str, Any]:
    errors = controls.errors_at(problem, "name")
    return {
        "kind": "text",
        "name": "name",
        "id": "id-name",
        "label": _("Name"),
        "value": value,
        "required": True,
        "maxlength": 100,
        "errors": errors,
    }


def _who_control(actor: Any, resource: Resource, value: str, problem: Problem | None) -> list[dict[str, Any]]:
    """With whom this person may share; nothing when with nobody."""
    offered = [(str(Audience.PRIVATE), str(Audience.PRIVATE.label))]
    offered += [
        (f"{Audience.TEAM}:{team.pk}", _("Team: %(team)s") % {"team": team.name})
        for team in policies.teams_within_reach(actor, resource.key)
    ]
    if policies.may_share_with_everyone(actor, resource.key):
        offered.append((str(Audience.EVERYONE), str(Audience.EVERYONE.label)))
    if len(offered) == 1:
        return []
    errors = controls.errors_at(problem, "audience") + controls.errors_at(problem, "team")
    return [
        {
            "kind": "choice",
            "name": "who",
            "id": "id-who",
            "label": _("Who sees it"),
            "help": _("Everybody sees only the records and fields that they may see anyway."),
            "choices": [{"value": key, "label": label, "selected": key == value} for key, label in offered],
            "errors": errors,
        }
    ]


# ── one view ──


def _found(request: HttpRequest, resource: Resource, view_id: int) -> SavedView:
    view = queries.find(request.user, view_id)
    if view.resource != resource.key:
        raise Missing()
    return view


@login_required
@require_POST
def save(request: HttpRequest, resource: Resource, view_id: int) -> HttpResponse:
    """Put what the list shows now into the view; only what differs is sent, so that nothing else is lost."""
    view = _found(request, resource, view_id)
    said = {name: request.POST[name] for name in STATE if name in request.POST}
    try:
        services.change_view(
            actor=request.user, view=view, changes=_parts(said, view), version=controls.version_of(request.POST)
        )
    except Stale as problem:
        text = _("Somebody else saved this view in the meantime. Reset to see it, or save yours as a new view.")
        raise Stale(problem.current, text) from problem
    return _on_to(request, resource, view, _("View saved."))


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, resource: Resource, view_id: int) -> HttpResponse:
    """Its name, and who sees it."""
    actor: Any = request.user
    view = _found(request, resource, view_id)
    if request.method == "GET":
        return _edit_dialog(request, resource, view)
    changes = {"name": request.POST.get("name", ""), **_audience(request.POST)}
    try:
        services.change_view(actor=actor, view=view, changes=changes, version=controls.version_of(request.POST))
    except (Invalid, Stale) as problem:
        return _edit_dialog(request, resource, view, problem)
    return _changed(request, _("View saved."))


def _edit_dialog(
    request: HttpRequest, resource: Resource, view: SavedView, problem: Problem | None = None
) -> HttpResponse:
    data = request.POST if problem else {}
    who = f"{Audience.TEAM}:{view.team_id}" if view.team_id else view.audience
    may_share_so = policies.may_share(request.user, view.resource, view.audience, view.team_id)
    context = {
        "title": _("Name and sharing"),
        "hidden": [("version", data.get("version", str(view.version)))],
        "fields": [
            _name_control(data.get("name", view.name), problem),
            *(_who_control(request.user, resource, data.get("who", who), problem) if may_share_so else ()),
        ],
        "errors": controls.other_errors(problem, dict.fromkeys(("name", "audience", "team"))) if problem else [],
        "form": {"action": f"{resource.list_url}/views/{view.pk}/edit", "save_label": _("Save")},
    }
    return render(request, "ui/parts/dialog_form.html", context, status=problem.status if problem else 200)


@login_required
@require_POST
def delete(request: HttpRequest, resource: Resource, view_id: int) -> HttpResponse:
    view = _found(request, resource, view_id)
    services.delete_view(actor=request.user, view=view)
    text = _("The view “%(name)s” is deleted.") % {"name": view.name}
    undo = f"{resource.list_url}/views/{view.pk}/restore"
    messages.success(request, text, extra_tags=undo)
    return go(request, f"{resource.list_url}?view=all")


@login_required
@require_POST
def restore(request: HttpRequest, resource: Resource, view_id: int) -> HttpResponse:
    view = services.restore_view(actor=request.user, view_id=view_id)
    return _on_to(request, resource, view, _("The view is back."))


@login_required
@require_POST
def default(request: HttpRequest, resource: Resource, view_id: int) -> HttpResponse:
    """Open the list with this view from now on; once more, and it opens with all records again."""
    actor: Any = request.user
    view = _found(request, resource, view_id)
    found = queries.views_of(actor, resource.key)
    is_default = queries.default_of(actor, resource.key, found) == view
    services.set_own_default(actor=actor, resource=resource.key, view=None if is_default else view)
    noun = {"noun": resource.plural_label, "name": view.name}
    text = _("%(noun)s open with all records.") if is_default else _("%(noun)s open with “%(name)s”.")
    return _changed(request, text % noun)


@login_required
@require_http_methods(["GET", "POST"])
def defaults(request: HttpRequest, resource: Resource, view_id: int) -> HttpResponse:
    """For whom else the list opens with this view: everybody, or some roles."""
    actor: Any = request.user
    require_admin(actor)
    view = _found(request, resource, view_id)
    before = queries.defaults(view)
    offered: list[tuple[str, Role | None]] = [("everybody", None)]
    offered += [(str(role.pk), role) for role in Role.objects.all()]
    if request.method == "GET":
        return _defaults_dialog(request, resource, view, offered, before)
    wanted = request.POST.getlist("for")
    for key, role in offered:
        was = (role.pk if role else None) in before
        if was != (key in wanted):
            services.set_default_view(actor=actor, resource=resource.key, view=None if was else view, role=role)
    return _changed(request, _("Saved."))


def _defaults_dialog(
    request: HttpRequest,
    resource: Resource,
    view: SavedView,
    offered: list[tuple[str, Role | None]],
    before: set[int | None],
) -> HttpResponse:
    choices = [
        {
            "value": key,
            "label": role.title if role else _("Everybody"),
            "selected": (role.pk if role else None) in before,
        }
        for key, role in offered
    ]
    label = _("%(noun)s open with “%(name)s” for") % {"noun": resource.plural_label, "name": view.name}
    context = {
        "title": _("Default for others"),
        "lead": _("What a person chooses for themselves goes first, then what is chosen for their role."),
        "fields": [{"kind": "choices", "name": "for", "id": "id-for", "label": label, "choices": choices}],
        "form": {"action": f"{resource.list_url}/views/{view.pk}/defaults", "save_label": _("Save")},
    }
    return render(request, "ui/parts/dialog_form.html", context)


@login_required
@require_POST
def pin(request: HttpRequest, resource: Resource, view_id: int, is_pinned: bool) -> HttpResponse:
    actor: Any = request.user
    services.pin_view(actor=actor, view=_found(request, resource, view_id), is_pinned=is_pinned)
    return _changed(request, _("Saved."))


@login_required
@require_POST
def move(request: HttpRequest, resource: Resource, view_id: int, by: int) -> HttpResponse:
    actor: Any = request.user
    services.move_view(actor=actor, view=_found(request, resource, view_id), by=by)
    return _changed(request, _("Saved."))


def _on_to(request: HttpRequest, resource: Resource, view: SavedView, text: str) -> HttpResponse:
    messages.success(request, text)
    return go(request, url_of(resource.list_url, view))


def _changed(request: HttpRequest, text: str) -> HttpResponse:
    """Close the dialog, if there is one, and have the list read itself again."""
    return toast(render(request, "ui/parts/dialog_closed.html"), text, tone="good", also="kizuna:changed")
