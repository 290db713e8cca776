"""The list of any resource: rows, tabs, chips, chosen columns, and the count that comes after the page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.access import policy
from kizuna.base.conditions import InvalidCondition
from kizuna.base.identity.services import users as identity
from kizuna.base.merging import queries as merging
from kizuna.base.resources.avatars import avatar
from kizuna.base.resources.fields import EMPTY, Cell, Field
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Page, Row
from kizuna.base.types.errors import Invalid
from kizuna.base.types.numbers import wholes
from kizuna.base.ui import filters, modes, tabs
from kizuna.base.ui.listing import BOARD, CALENDAR, DENSITIES, LIST, Listing
from kizuna.base.ui.middleware import wants_part, words
from kizuna.base.ui.views.bulk import selection


@login_required
@require_GET
def list_page(request: HttpRequest, resource: Resource) -> HttpResponse:
    """The page, or only its table when htmx asks for it."""
    actor: Any = request.user
    listing = Listing.opened(resource, actor, request.GET)
    problem = ""
    try:
        shown = _shown(listing)
    except Invalid as error:
        if _is_blocked(listing, error):
            return _answer(request, {**context(listing, NO_ROWS), "blocked": tabs.blocked(listing)})
        if request.headers.get("HX-Request"):
            raise
        problem, listing = words(error), Listing(resource, actor, {})
        shown = _shown(listing)
    _remember(listing, request)
    return _answer(request, shown | {"problem": problem}, status=422 if problem else 200)


NO_ROWS = Page(rows=[], next_cursor=None, previous_cursor=None, first_position=0)


def _is_blocked(listing: Listing, error: Invalid) -> bool:
    """Whether it is the saved view that asks for what cannot be asked, and not the address."""
    return listing.saved is not None and "filter" not in listing.asked and isinstance(error, InvalidCondition)


def _shown(listing: Listing) -> dict[str, Any]:
    """What the list needs as it was asked for: as rows, as a board, as a calendar."""
    if listing.mode != LIST:
        return head(listing) | modes.shown(listing)
    return context(listing, listing.table.page(listing.asked.get("cursor")))


def _answer(request: HttpRequest, shown: dict[str, Any], *, status: int = 200) -> HttpResponse:
    template = "ui/list.html#table" if wants_part(request) else "ui/list.html"
    return render(request, template, shown, status=status)


def _remember(listing: Listing, request: HttpRequest) -> None:
    """Keep columns and row height chosen in the menus for the next time this person opens the list, and how they have
    its board; in a saved view they are the view's."""
    if listing.saved:
        return
    if listing.mode != LIST:
        modes.remember(listing)
        return
    actor: Any = request.user
    asked = listing.asked
    chosen = {
        "columns": [field.name for field in listing.columns] if "columns" in asked else None,
        "density": (listing.density or "normal") if "density" in asked else None,
    }
    for name, value in chosen.items():
        if value and listing.kept(name) != value:
            with identity.holding_preferences(actor):
                kept = actor.preferences.get(name) or {}
                identity.set_preference(actor=actor, name=name, value=kept | {listing.resource.key: value})


@login_required
@require_GET
def count(request: HttpRequest, resource: Resource) -> HttpResponse:
    """How many rows match, asked for after the rows are on the screen."""
    listing = Listing(resource, request.user, request.GET)
    total, is_more = listing.table.count()
    shown = f"{listing.reader.number(total)}{'+' if is_more else ''}"
    return render(request, "ui/list.html#count", {"pager": {"count": shown}})


@login_required
@require_GET
def sort_menu(request: HttpRequest, resource: Resource) -> HttpResponse:
    """By what the list can be sorted, asked for when the menu opens: most people never do, and it is a long one."""
    listing = Listing(resource, request.user, request.GET)
    return render(request, "ui/list.html#sort_menu", {"sort": {"choices": _sort_choices(listing)}})


@login_required
@require_GET
def columns_menu(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Which columns the list can show, asked for when the menu opens."""
    listing = Listing(resource, request.user, request.GET)
    shown = {"list": {"state": listing.state}, "columns": {"choices": _column_choices(listing)}}
    return render(request, "ui/list.html#columns_menu", shown)


@login_required
@require_GET
def row(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """One row of the list as it stands now: what a cell editor is closed with."""
    listing = Listing(resource, request.user, request.GET)
    return row_response(request, listing, record_id)


@login_required
@require_GET
def fresh(request: HttpRequest, resource: Resource) -> HttpResponse:
    """What others did to an open list: `rows` as they stand now, and how many of `new` records match it."""
    listing = Listing(resource, request.user, request.GET)
    rows, new = (ids(request.GET.get(name, "")) for name in ("rows", "new"))
    came = listing.rows.filter(pk__in=new).count() if new else 0
    listing.rows = resource.visible_to(request.user).filter(pk__in=rows)
    page = listing.table.page(size=MOST_FRESH)
    number = f"{listing.reader.number(came)}{'+' if 'more' in request.GET else ''}"
    shown = {
        "table": table(listing, page, may_edit=listing.may("update")),
        "selection": selection(listing),
        "arrivals": {"number": number, "count": came, "url": _newest_first(listing)} if came else None,
    }
    return render(request, "ui/list.html#fresh", shown)


FRESH = {BOARD: "/board/fresh", CALENDAR: "/calendar/fresh"}
MOST_FRESH = 200
"""Rows that are read again at once, and new ones that are counted."""


def ids(words: str) -> list[int]:
    """Numbers of records; what is none is left out."""
    return wholes(words.split(",")[:MOST_FRESH])


def _newest_first(listing: Listing) -> str:
    """The list in an order that begins with what came last, where it can be sorted so: what was given to somebody came
    when it changed."""
    goes_by_owner = listing.is_by_owner or policy.whose(listing.actor, listing.resource.model) is not None
    name = "updated_at" if goes_by_owner else "created_at"
    moment = listing.resource.readable_fields(listing.actor).get(name)
    return listing.url(sort=f"-{name}" if moment and moment.sort_path else listing.value("sort"))


def row_response(request: HttpRequest, listing: Listing, record_id: int) -> HttpResponse:
    """The row drawn with the list's columns; nothing when it no longer matches what the person may see."""
    listing.rows = listing.resource.visible_to(listing.actor).filter(pk=record_id)
    page = listing.table.page()
    if not page.rows:
        return HttpResponse("")
    shown = context(listing, page)
    return render(request, "ui/list.html#row", shown | {"row": shown["table"]["rows"][0]})


def context(listing: Listing, page: Page) -> dict[str, Any]:
    """What `ui/list.html` needs for rows; see the comment at its top."""
    return head(listing) | {
        "density": _density(listing),
        "table": table(listing, page, may_edit=listing.may("update")),
        "pager": _pager(listing, page),
        "selection": selection(listing),
        "empty": _empty(listing),
    }


def head(listing: Listing) -> dict[str, Any]:
    """What stands above the records, whatever they are shown as."""
    resource = listing.resource
    is_allowed = {name: listing.may(name) for name in ("create", "import", "export")}
    return {
        "title": resource.plural_label,
        "noun": {"one": resource.label, "many": resource.plural_label, "icon": resource.icon},
        "list": {
            "url": listing.url(),
            "key": resource.key,
            "is_by_owner": listing.is_by_owner,
            "fresh_url": listing.url(FRESH.get(listing.mode, "/fresh")),
            "search_value": listing.search_text,
            "state": listing.state,
        },
        "new_url": f"{resource.list_url}/new" if is_allowed["create"] else "",
        "new_label": _("New %(noun)s") % {"noun": str(resource.label).lower()},
        "import_url": f"{resource.list_url}/import" if is_allowed["import"] and is_allowed["create"] else "",
        "export_url": listing.url("/export") if is_allowed["export"] else "",
        "duplicates_url": f"{resource.list_url}/duplicates" if merging.may_merge(listing.actor, resource) else "",
        **tabs.context(listing),
        "modes": modes.offered(listing),
        "filters": filters.chips(listing),
        "filter_url": listing.url("/filter"),
        "sort": {"label": listing.sort.field.label, "menu_url": listing.url("/menus/sort")},
        "columns": {"url": resource.list_url, "menu_url": listing.url("/menus/columns")},
    }


def table(listing: Listing, page: Page, *, may_edit: bool) -> dict[str, Any]:
    """Head and body: cells as the fields make them, drawn by the template in one pass."""
    may_edit = may_edit and listing.view != "trash"
    return {
        "columns": [_head(listing, field) for field in listing.columns] or [_head_of_numbers(listing)],
        "rows": _rows(listing, page),
        "edit_url": f"{listing.resource.list_url}/{{id}}/cells/{{field}}?{listing.query()}" if may_edit else "",
    }


def _head(listing: Listing, field: Field) -> dict[str, Any]:
    is_sorted = listing.sort.field.name == field.name
    is_down = is_sorted and listing.sort.is_descending
    return {
        "name": field.name,
        "label": field.label,
        "kind": "name" if field.name == listing.resource.title else field.kind,
        "numeric": field.numeric,
        "editable": field.name in listing.writable,
        "sort_url": _sort_url(listing, field) if field.sort_path else "",
        "sorted": ("down" if is_down else "up") if is_sorted else "",
    }


def _head_of_numbers(listing: Listing) -> dict[str, Any]:
    """Over the one column of a list of which the reader may see no other: each record goes by its number."""
    return {"name": "", "label": listing.resource.label, "kind": "name"}


def _sort_url(listing: Listing, field: Field) -> str:
    """The list sorted by this field; the other way round when it is already."""
    goes_down = listing.sort.field.name == field.name and not listing.sort.is_descending
    return listing.url(sort=f"-{field.name}" if goes_down else field.name)


def _sort_choices(listing: Listing) -> list[dict[str, Any]]:
    return [
        {
            "label": field.label,
            "url": _sort_url(listing, field),
            "current": field.name == listing.sort.field.name,
            "down": listing.sort.is_descending,
        }
        for field in listing.resource.readable_fields(listing.actor).values()
        if field.sort_path
    ]


def _rows(listing: Listing, page: Page) -> list[dict[str, Any]]:
    """Each row with its cells. What is the same in every row is said once, and numbers arrive as text: this is the
    inner loop of the most used page."""
    nothing = [{"kind": "empty", "text": field.nothing, "numeric": field.numeric} for field in listing.columns]
    columns = list(zip(listing.columns, nothing, strict=True))
    select = _("Select %(title)s")
    return [_row(listing, row, columns, select) for row in page.rows]


def _row(listing: Listing, row: Row, columns: list[tuple[Field, Cell]], select: str) -> dict[str, Any]:
    reader = listing.reader
    drawn = [field.cell(value, reader) for (field, _nothing), value in zip(columns, row.values, strict=True)]
    cells = [nothing if cell is EMPTY else cell for cell, (_field, nothing) in zip(drawn, columns, strict=True)]
    first = cells[0] if cells else EMPTY
    title = {**first, **avatar(listing.resource, row.id, first), "kind": "name"}
    title["text"] = title.get("text") or f"#{row.id}"
    return {
        "id": str(row.id),
        "url": listing.resource.record_url(row.id),
        "label": select % {"title": title["text"]},
        "cells": [title, *cells[1:]],
    }


def _pager(listing: Listing, page: Page) -> dict[str, Any]:
    first, last = page.first_position, page.first_position + len(page.rows) - 1
    number = listing.reader.number
    return {
        "range": f"{number(first)}–{number(last)}" if page.rows else "0",
        "first": str(first),
        "count_url": listing.url("/count") if page.rows else "",
        "next_url": listing.url(cursor=page.next_cursor) if page.next_cursor else "",
        "previous_url": listing.url(cursor=page.previous_cursor) if page.previous_cursor else "",
    }


def _column_choices(listing: Listing) -> list[dict[str, Any]]:
    """Every readable field but the title, those shown first and in their order."""
    shown = modes.chosen_fields(listing)
    rest = [name for name in listing.resource.readable_fields(listing.actor) if name not in shown]
    return [
        {"name": name, "label": listing.resource.fields[name].label, "shown": name in shown}
        for name in [*shown, *rest]
        if name != listing.resource.title
    ]


def _density(listing: Listing) -> dict[str, Any]:
    return {
        "current": listing.density,
        "choices": [
            {"label": label, "url": listing.url(density=name or "normal"), "current": name == listing.density}
            for name, label in DENSITIES.items()
        ],
    }


def _empty(listing: Listing) -> dict[str, Any]:
    is_filtered = bool(listing.tree or listing.search_text or listing.view != "all" or listing.saved)
    noun = str(listing.resource.plural_label).lower()
    if listing.view == "trash" and not listing.tree and not listing.search_text:
        text, title = _("Whatever is deleted lies here and can be brought back."), _("The trash is empty")
        return {"title": title, "text": text, "icon": "trash", "filtered": True, "clear_url": listing.everything_url}
    text = (
        _("Nothing here matches what you asked for.")
        if is_filtered
        else listing.resource.purpose or _("There are no %(noun)s yet.") % {"noun": noun}
    )
    title = _("Nothing matches") if is_filtered else listing.resource.plural_label
    icon = "filter-off" if is_filtered else listing.resource.icon
    return {
        "title": title,
        "text": text,
        "icon": icon,
        "filtered": is_filtered,
        "clear_url": listing.everything_url,
    }
