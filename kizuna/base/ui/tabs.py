"""The tabs above a list: All, Mine, saved views and the trash; what can be done with the view that is open."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kizuna.base import conditions
from kizuna.base.saved_views import policies, queries
from kizuna.base.saved_views.models import Audience, SavedView
from kizuna.base.ui.listing import STATE, Listing

MOST_TABS = 6
"""Saved views that stand as tabs; the others are a click away, in the menu behind them."""
ICONS = {Audience.PRIVATE: "lock", Audience.TEAM: "users", Audience.EVERYONE: "world"}


def context(listing: Listing) -> dict[str, Any]:
    """`views`, `more_views`, `view_menu`, `view_state` and `save_view_url` of `ui/list.html`."""
    shown, more = _divided(listing)
    built_in = [_built_in(listing, name, label) for name, label in listing.views.items()]
    trash = [tab for tab in built_in if tab["name"] == "trash"]
    can_save = listing.view != "trash"
    return {
        "views": [
            *(tab for tab in built_in if tab["name"] != "trash"),
            *(_tab(listing, view) for view in shown),
            *trash,
        ],
        "more_views": [_tab(listing, view) for view in more],
        "view_menu": _menu(listing, listing.saved) if listing.saved else None,
        "view_state": _state(listing),
        "save_view_url": _save_as_url(listing) if can_save else "",
    }


def _divided(listing: Listing) -> tuple[list[SavedView], list[SavedView]]:
    """The views that stand as tabs, the open one always among them, and the rest."""
    hidden = queries.habits(listing.actor, listing.resource.key)["hidden"]
    pinned = [view for view in listing.saved_views if view.pk not in hidden][:MOST_TABS]
    if listing.saved and listing.saved not in pinned:
        pinned.append(listing.saved)
    return pinned, [view for view in listing.saved_views if view not in pinned]


def _built_in(listing: Listing, name: str, label: Any) -> dict[str, Any]:
    """All, Mine or the trash; from one to the other the filter stays, out of a saved view it does not."""
    is_current = listing.saved is None and listing.view == name
    if name == "all":
        url = listing.everything_url if listing.saved else listing.url(view="all" if listing.default else None)
    else:
        url = f"{listing.resource.list_url}?view={name}" if listing.saved else listing.url(view=name)
    return {"name": name, "label": label, "url": url, "current": is_current, "icon": ""}


def _tab(listing: Listing, view: SavedView) -> dict[str, Any]:
    return {
        "label": view.name,
        "url": url_of(listing.resource.list_url, view),
        "icon": ICONS[Audience(view.audience)],
        "hint": whose(listing.actor, view),
        "current": view == listing.saved,
    }


def url_of(list_url: str, view: SavedView) -> str:
    return f"{list_url}?view={view.pk}"


def whose(actor: Any, view: SavedView) -> str:
    """Who sees a view, in a few words."""
    if view.is_private:
        return _("Only you see this view")
    name = view.team.name if view.team else _("Everyone")
    if view.owner_id == actor.pk:
        return _("Shared with: %(people)s") % {"people": name}
    return _("Shared by %(person)s with: %(people)s") % {"person": view.owner.name, "people": name}


def _save_as_url(listing: Listing) -> str:
    query = listing.query()
    return f"{listing.resource.list_url}/views/new" + (f"?{query}" if query else "")


def _state(listing: Listing) -> dict[str, Any] | None:
    """What to offer when the list shows something else than the view that it belongs to."""
    if listing.saved is None:
        return None
    if not listing.is_edited:
        return None
    own = f"{listing.resource.list_url}/views/{listing.saved.pk}"
    may_save = policies.may_change(listing.actor, listing.saved) and not problem(listing)
    return {
        "save_url": f"{own}/save" if may_save else "",
        "hidden": [(name, value) for name, value in listing.asked.items() if name in STATE]
        + [("version", str(listing.saved.version))],
        "reset_url": url_of(listing.resource.list_url, listing.saved),
    }


def _menu(listing: Listing, view: SavedView) -> dict[str, Any]:
    """The verbs of the open view, each as far as this person may use it."""
    own = f"{listing.resource.list_url}/views/{view.pk}"
    is_default = listing.default == view
    is_hidden = view.pk in queries.habits(listing.actor, listing.resource.key)["hidden"]
    noun = {"noun": str(listing.resource.plural_label).lower()}
    default = _("No longer open %(noun)s with this view") if is_default else _("Open %(noun)s with this view")
    found = [{"label": default % noun, "icon": "home", "url": f"{own}/default", "post": True}]
    if is_hidden:
        found.append({"label": _("Show among the tabs"), "icon": "pin", "url": f"{own}/pin", "post": True})
    else:
        found += [
            {"label": _("Move to the left"), "icon": "arrow-left", "url": f"{own}/move/left", "post": True},
            {"label": _("Move to the right"), "icon": "arrow-right", "url": f"{own}/move/right", "post": True},
            {"label": _("Only in the menu"), "icon": "pinned-off", "url": f"{own}/unpin", "post": True},
        ]
    found.append({"label": _("Save as a new view…"), "icon": "copy", "url": _save_as_url(listing), "dialog": True})
    may_change = policies.may_change(listing.actor, view)
    if may_change:
        found.append({"label": _("Name and sharing…"), "icon": "pencil", "url": f"{own}/edit", "dialog": True})
    if listing.actor.is_admin and not view.is_private:
        found.append({"label": _("Default for others…"), "icon": "users", "url": f"{own}/defaults", "dialog": True})
    if policies.may_change(listing.actor, view):
        found.append(
            {"label": _("Delete this view"), "icon": "trash", "url": f"{own}/delete", "post": True, "danger": True}
        )
    return {
        "label": _("View “%(name)s”: more") % {"name": view.name},
        "hint": whose(listing.actor, view),
        "actions": found,
    }


# ── a view that cannot be shown as it is meant ──


def problem(listing: Listing) -> str:
    """Why the condition of the list cannot be asked, in words; "" when it can."""
    try:
        conditions.resolve(listing.tree, schema=listing.schema, viewer=listing.actor)
    except conditions.InvalidCondition as error:
        return str(error.message)
    return ""


def blocked(listing: Listing) -> dict[str, Any]:
    """What a list says in place of rows when its view asks for something that is gone, or hidden from this person.

    No rows are shown until they choose: without that part there may be more rows than the view means.
    """
    found = conditions.describe(listing.tree, listing.schema, listing.actor)
    rest = listing.tree
    for chip in reversed(found):
        if chip.error:
            rest = conditions.without(rest, chip.pointer)
    return {
        "reasons": list(dict.fromkeys(chip.error for chip in found if chip.error)),
        "without_url": listing.url(filter=conditions.dump(rest)),
        "may_change": bool(listing.saved and policies.may_change(listing.actor, listing.saved)),
        "owner": listing.saved.owner.name if listing.saved else "",
    }
