"""As what the rows of a list can be shown: a table, a board, a calendar, a map, a chart; what templates need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.conf import settings as site
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kizuna.base.identity.services import users as identity
from kizuna.base.resources.fields import Field
from kizuna.base.resources.table import Page, Row
from kizuna.base.resources.tallies import Tally
from kizuna.base.types import locales
from kizuna.base.types.money import Money
from kizuna.base.ui import boards, calendars, chart_parts, list_charts, maps
from kizuna.base.ui.boards import Board, Lane
from kizuna.base.ui.calendars import AGENDA, SPANS, WEEK, Calendar
from kizuna.base.ui.list_charts import ListChart
from kizuna.base.ui.listing import BOARD, CALENDAR, CHART, LIST, MAP, SHAPE, Listing
from kizuna.base.ui.maps import Cluster, Map, Window

MODES = {
    LIST: (gettext_lazy("List"), "table"),
    BOARD: (gettext_lazy("Board"), "layout-kanban"),
    CALENDAR: (gettext_lazy("Calendar"), "calendar"),
    MAP: (gettext_lazy("Map"), "map-pin"),
    CHART: (gettext_lazy("Chart"), "chart-bar"),
}


def offered(listing: Listing) -> list[dict[str, Any]]:
    """The switch above the list: what this kind of record can be shown as to this person."""
    fits = {
        LIST: True,
        BOARD: bool(boards.fields_for(listing.resource, listing.actor)),
        CALENDAR: bool(calendars.fields_for(listing.resource, listing.actor)),
        MAP: bool(maps.fields_for(listing.resource, listing.actor)),
        CHART: bool(list_charts.fields_for(listing.resource, listing.actor)),
    }
    return [
        {
            "label": label,
            "icon": icon,
            "url": listing.url() if mode == listing.mode else _elsewhere(listing, mode, columns=None),
            "current": mode == listing.mode,
        }
        for mode, (label, icon) in MODES.items()
        if fits[mode] or mode == listing.mode
    ]


def _elsewhere(listing: Listing, mode: str, **changes: str | None) -> str:
    """The same records in another mode, without what only this one knows."""
    nothing: dict[str, str | None] = dict.fromkeys((*SHAPE, "at"))
    return listing.url("", **{**nothing, "mode": mode, **changes})


def shown(listing: Listing) -> dict[str, Any]:
    """What `ui/list.html` needs in place of a table. Raises Invalid for a condition that cannot be asked."""
    if board := boards.of(listing):
        return {"board": _board(board), "by": _by(listing, board.offered, board.field)}
    if on_map := maps.of(listing):
        several = _by(listing, on_map.offered, on_map.field) if len(on_map.offered) > 1 or not on_map.field else None
        return {"map": _map(on_map), "by": several, "columns": None, "sort": None}
    if chart := list_charts.of(listing):
        return {"chart": _chart(chart), "by": _by(listing, chart.offered, chart.field), "columns": None, "sort": None}
    found = calendars.of(listing)
    assert found is not None
    return {"calendar": _calendar(found), "by": _by(listing, found.offered, found.field), "columns": None, "sort": None}


def settings(listing: Listing) -> dict[str, str]:
    """What a view keeps of the mode as this person has it; nothing for lists."""
    found = boards.of(listing) or calendars.of(listing) or maps.of(listing) or list_charts.of(listing)
    return {"mode": listing.mode, **found.settings()} if found else {}


def chosen_fields(listing: Listing) -> list[str]:
    """The names ticked in the menu of columns: on a board those on its cards."""
    board = boards.of(listing)
    if board is None or board.field is None:
        return [field.name for field in listing.columns]
    return [field.name for field in board.cards.fields]


def remember(listing: Listing) -> None:
    """Keep which board this person chose for a field, and what they collapsed and limited on it."""
    board = boards.of(listing)
    if board is None or board.field is None:
        return
    asked: dict[str, str] = {name: listing.asked[name] for name in ("collapsed", "limits") if name in listing.asked}
    said = {board.habit: asked}
    if board.related and board.related.board and "within" in listing.asked:
        said[board.field.name] = {"within": str(board.related.board[0])}
    if _habits(listing, said) == _habits(listing, {}):
        return
    with identity.holding_preferences(listing.actor):
        kept = listing.actor.preferences.get(boards.HABITS)
        kept = kept if isinstance(kept, dict) else {}
        value = kept | {listing.resource.key: _habits(listing, said)}
        identity.set_preference(actor=listing.actor, name=boards.HABITS, value=value)


def _habits(listing: Listing, said: dict[str, dict[str, str]]) -> dict[str, Any]:
    """How this person has the boards of this kind of record, with what they said just now."""
    kept = listing.kept(boards.HABITS) or {}
    return kept | {name: kept.get(name, {}) | some for name, some in said.items() if some}


def _by(listing: Listing, fields: list[Field], field: Field | None) -> dict[str, Any]:
    return {
        "label": field.label if field else "",
        "choices": [
            {
                "label": one.label,
                "url": listing.url(by=one.name, within=None, limits=None, collapsed=None, split=None),
                "current": one == field,
            }
            for one in fields
        ],
    }


def problem(listing: Listing, asked: str) -> dict[str, Any]:
    """Why there is no board, calendar, map or chart. A field that is gone and one that is hidden are told alike."""
    noun = str(MODES[listing.mode][0]).lower()
    why = _("The field “%(name)s” that it is divided by was removed, cannot divide it, or you may not see it.")
    nothing = _("There is no field that you may see by which it could be divided.")
    return {
        "title": _("This %(mode)s cannot be shown") % {"mode": noun},
        "why": why % {"name": asked[:60]} if asked else nothing,
        "list_url": _elsewhere(listing, LIST),
    }


# ── board ──


def _board(board: Board) -> dict[str, Any]:
    listing = board.listing
    if board.field is None:
        return {"problem": problem(listing, board.asked)}
    pages = board.pages()
    return {
        "label": board.field.label,
        "field": board.field.name,
        "lanes": [_lane(board, lane, pages.get(lane.key)) for lane in board.lanes],
        "move_url": _move_url(listing) if board.may_move else "",
        "newest_first": board.shows_newest_first,
        "heads_url": listing.url("/board/heads"),
        "token": uuid4().hex[:8],
        "within": _within(board),
    }


def _within(board: Board) -> dict[str, Any] | None:
    """Which board of several is shown, and the way to the others."""
    if board.related is None or board.related.board is None:
        return None
    chosen = board.related.board
    return {
        "label": chosen[1],
        "what": board.related.target.fields[board.related.how.within].label,
        "choices": [
            {
                "label": label,
                "url": board.listing.url(within=str(pk), limits=None, collapsed=None),
                "current": pk == chosen[0],
            }
            for pk, label in board.related.boards
        ],
    }


def _move_url(listing: Listing) -> str:
    query = listing.query()
    return f"{listing.resource.list_url}/{{id}}/move" + (f"?{query}" if query else "")


def _lane(board: Board, lane: Lane, page: Page | None) -> dict[str, Any]:
    """One that is collapsed has no page."""
    listing = board.listing
    found = {
        "number": lane.number,
        "key": lane.key,
        "value": lane.value,
        "label": lane.label,
        "is_rail": page is None,
        "collapse_url": board.collapse_url(lane),
        "limit": board.limits.get(lane.key, ""),
        "limit_url": listing.url("/board/limit"),
        "icon": lane.icon,
        "tone": lane.tone,
    }
    may_add = listing.may("create") and board.field is not None and board.field.name in listing.writable
    if may_add and board.field is not None:
        found["add_url"] = f"{listing.resource.list_url}/new?{board.field.name}={lane.value}"
    return found if page is None else found | lane_cards(board, lane, page)


def lane_cards(board: Board, lane: Lane, page: Page) -> dict[str, Any]:
    """`cards` and `more_url` of `ui/parts/cards.html`."""
    more = board.listing.url("/board/lane", lane=lane.key, cursor=page.next_cursor) if page.next_cursor else ""
    return {"cards": [board.cards.draw(row) for row in page.rows], "more_url": more}


def lane_heads(board: Board, lanes: list[Lane]) -> dict[str, Any]:
    """Counts, sums and limits of lanes, and how many records no lane shows."""
    reader = board.listing.reader
    tallies = board.tallies(lanes)
    elsewhere = tallies.pop("", None)
    marks = {mark: tallies.pop(mark) for mark in board.marks if mark in tallies}
    return {
        "sums": _sums(board, lanes, tallies),
        "marks": [_mark(board, mark, found) for mark, found in marks.items()],
        "heads": [_head(board, lane, tallies[lane.key]) for lane in lanes],
        "elsewhere": reader.number(elsewhere.count) + _plus(elsewhere) if elsewhere and elsewhere.count else "",
        "elsewhere_url": board.elsewhere_url if elsewhere and elsewhere.count else "",
    }


def _mark(board: Board, mark: str, found: Tally) -> dict[str, Any]:
    number = {"number": board.listing.reader.number(found.count) + _plus(found)}
    words = _("%(number)s overdue") if mark == boards.LATE else _("%(number)s rotting")
    return {"text": words % number, "url": board.marked_url(mark), "is_late": mark == boards.LATE, "count": found.count}


def _sums(board: Board, lanes: list[Lane], tallies: dict[str, Tally]) -> dict[str, Any] | None:
    """What all cards come to that still go on; only of whole boards, and of lanes that were all counted."""
    going_on = [tallies[lane.key] for lane in lanes if not lane.is_end]
    if board.related is None or len(lanes) != len(board.lanes) or any(one.is_more for one in going_on):
        return None
    language = board.listing.reader.language
    return {
        "open": _added(language, (money for found in going_on for money in found.totals)),
        "weighted": _added(language, (money for found in going_on for money in found.weighted)) if board.weight else "",
    }


def _added(language: str, amounts: Iterable[Money]) -> str:
    """The sum of each currency, one beside the other."""
    found: dict[str, Money] = {}
    for one in amounts:
        found[one.currency] = found[one.currency] + one if one.currency in found else one
    return " + ".join(found[currency].brief(language) for currency in sorted(found))


def _head(board: Board, lane: Lane, found: Tally) -> dict[str, Any]:
    reader = board.listing.reader
    limit = board.limits.get(lane.key)
    return {
        "number": lane.number,
        "count": reader.number(found.count) + _plus(found),
        "limit": reader.number(limit) if limit else "",
        "is_over": limit is not None and (found.is_more or found.count > limit),
        "total": _total(board, lane, reader.language, found) if found.totals else None,
    }


def _total(board: Board, lane: Lane, language: str, found: Tally) -> dict[str, Any]:
    """What the cards of a lane come to: as many lines for several currencies as for one."""
    is_weighed = board.weight is not None and not lane.is_end
    is_brief = is_weighed or lane.is_end
    whole, part = found.totals[0], found.weighted[0]
    share = int(part.amount * 100 / whole.amount) if whole else 0
    return {
        "text": " + ".join(one.brief(language) if is_brief else one.format(language) for one in found.totals),
        "weighted": _added(language, found.weighted) if is_weighed else "",
        "share": share if len(found.totals) == 1 else None,
    }


def _plus(found: Tally) -> str:
    return "+" if found.is_more else ""


# ── calendar ──


def _calendar(found: Calendar) -> dict[str, Any]:
    listing = found.listing
    if found.field is None:
        return {"problem": problem(listing, found.asked)}
    by_day, counts = found.rows()
    may_add = listing.may("create") and found.field.name in listing.writable
    return {
        "label": found.field.label,
        "field": found.field.name,
        "span": found.span,
        "title": found.title,
        "spans": [
            {"label": label, "url": listing.url(span=span), "current": span == found.span}
            for span, label in SPANS.items()
        ],
        "previous_url": listing.url(at=found.before.isoformat()),
        "next_url": listing.url(at=found.after.isoformat()),
        "today_url": listing.url(at=None),
        "weekdays": []
        if found.span == AGENDA
        else [locales.weekday(day, found.reader.language) for day in found.days[:7]],
        "days": [_day(found, day, by_day.get(day, []), counts.get(day, 0), may_add=may_add) for day in found.days],
        "move_url": _move_url(listing) if found.may_move else "",
        "across": 7 if found.span != AGENDA else 1,
        "is_empty": not counts,
    }


def _day(found: Calendar, day: dt.date, rows: list[Row], count: int, *, may_add: bool) -> dict[str, Any]:
    more = count - len(rows)
    return {
        "iso": day.isoformat(),
        "number": str(day.day),
        "label": found.reader.day(day),
        "weekday": locales.weekday(day, found.reader.language),
        "is_today": day == found.reader.today,
        "is_outside": found.span not in (AGENDA, WEEK) and day.month != found.at.month,
        "is_weekend": day.weekday() >= 5,
        "cards": [found.cards.draw(row) | {"clock": found.clock(found.cards.values(row))} for row in rows],
        "more": _("+%(count)s more") % {"count": found.reader.number(more)} if more > 0 else "",
        "more_url": found.list_url(day) if more > 0 else "",
        "add_url": found.new_url(day) if may_add else "",
        "add_label": _("Add on %(day)s") % {"day": found.reader.day(day)},
    }


# ── map ──


def _map(found: Map) -> dict[str, Any]:
    listing = found.listing
    if found.field is None:
        return {"problem": problem(listing, found.asked)}
    extent = None if found.at else found.extent()
    return {
        "label": found.field.label,
        "places_url": listing.url("/map/places"),
        "circle_url": listing.url("/map/circle"),
        "at": f"{found.at[0].lat},{found.at[0].lon},{found.at[1]}" if found.at else "",
        "extent": ",".join(map(str, extent)) if extent else "",
        "is_empty": extent is None and not found.at and not found.circles,
        "circles": [circle for _pointer, circle in found.circles],
        "nowhere_url": found.nowhere_url,
        "tiles": site.TILES,
    }


def places(found: Map, window: Window) -> dict[str, Any]:
    """What lies in a part of the map: marks, and the same as a list."""
    clusters = found.clusters(window)
    cards = found.drawn(clusters)
    total = sum(one.count for one in clusters)
    return {
        "total": found.reader.number(total),
        "count": total,
        "places": [_place(found, one, cards[one.first]) for one in clusters if one.first in cards],
    }


def _place(found: Map, one: Cluster, card: dict[str, Any]) -> dict[str, Any]:
    number = found.reader.number
    return card | {
        "lat": str(one.lat),
        "lon": str(one.lon),
        "number": number(one.count) if one.count > 1 else "",
        "size": len(str(one.count)),
        "others": one.count - 1,
        "others_number": number(one.count - 1),
        "bounds": "" if one.is_stack else f"{one.south},{one.west},{one.north},{one.east}",
        "list_url": found.stack_url(one) if one.is_stack else "",
    }


# ── chart ──


def _chart(found: ListChart) -> dict[str, Any]:
    if not found.is_known:
        return {"problem": problem(found.listing, found.asked or found.listing.value("measure"))}
    return chart_parts.knobs(found)
