"""What boards and calendars ask for after the page: heads, further cards, those that others changed, a limit, and a
card dropped elsewhere."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.records.models import Record
from kizuna.base.resources.fields import Field
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied, Invalid, Missing, Problem, Refused, Stale
from kizuna.base.ui import boards, controls, drops, inplace, modes, reaches
from kizuna.base.ui.boards import LARGEST_LIMIT, MORE_CARDS, NOTHING, Board, is_limit, written
from kizuna.base.ui.finding import NO_FIELD, find
from kizuna.base.ui.listing import BOARD, CALENDAR, Listing
from kizuna.base.ui.middleware import go, toast, words
from kizuna.base.ui.shown import ShownRecord
from kizuna.base.ui.views.lists import MOST_FRESH, ids


def _board(request: HttpRequest, resource: Resource) -> Board:
    """The board of an address. Raises Missing where there is none."""
    listing = Listing(resource, request.user, request.GET)
    board = boards.of(listing)
    if board is None or board.field is None:
        raise Missing()
    return board


@login_required
@require_GET
def heads(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Counts and sums of every lane, asked for after the cards are on the screen."""
    board = _board(request, resource)
    return render(request, "ui/parts/board_heads.html", modes.lane_heads(board, board.lanes))


@login_required
@require_GET
def fresh(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Cards that others changed, where they lie now, in one query; those that lie in no lane any more are left out."""
    board = _board(request, resource)
    found = board.table(board.listing.rows.filter(pk__in=ids(request.GET.get("cards", "")))).page(size=MOST_FRESH)
    lanes = [
        {"number": lane.number, "cards": [board.cards.draw(row) for row in rows]}
        for lane, rows in board.divided(found.rows)
    ]
    return render(request, "ui/parts/board_fresh.html", {"lanes": lanes, "board": _moves(board)})


@login_required
@require_GET
def days(request: HttpRequest, resource: Resource) -> HttpResponse:
    """The days of a calendar as they stand now."""
    listing = Listing(resource, request.user, request.GET)
    if listing.mode != CALENDAR:
        raise Missing()
    return render(request, "ui/parts/calendar.html", modes.shown(listing))


@login_required
@require_GET
def lane(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Further cards of one lane."""
    board = _board(request, resource)
    found = board.lane(request.GET.get("lane", ""))
    if found is None:
        raise Missing()
    page = board.page(found, board.listing.asked.get("cursor"), MORE_CARDS)
    return render(
        request, "ui/parts/cards.html", {"lane": modes.lane_cards(board, found, page), "board": _moves(board)}
    )


def _moves(board: Board) -> dict[str, Any]:
    return {"move_url": board.may_move}


@login_required
@require_POST
def limit(request: HttpRequest, resource: Resource) -> HttpResponse:
    """How many cards a lane shall have at most; nothing given takes the limit away. It warns, and forbids nothing."""
    board = _board(request, resource)
    found = board.lane(request.POST.get("lane", ""))
    if found is None:
        raise Missing()
    given = request.POST.get("limit", "").strip()
    limits = {key: most for key, most in board.limits.items() if key != found.key}
    if given:
        if not is_limit(given):
            raise Invalid({"": [_("Give a whole number from 1 to %(most)d.") % {"most": LARGEST_LIMIT}]})
        limits[found.key] = int(given)
    return go(request, board.listing.url(limits=written(limits) or NOTHING))


@login_required
@require_POST
def move(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """A card was dropped in another lane, or on another day: its field gets that value, by the same rules as anywhere.

    The answer puts the card and both heads in their places. Whoever comes too late is told where the card is now: who
    did something else to the record than move it (`was` is where the card lay) is no obstacle.
    """
    actor: Any = request.user
    listing = Listing(resource, actor, request.GET)
    record = find(resource, actor, record_id)
    field = resource.readable_fields(actor).get(request.POST.get("field", ""))
    if field is None:
        raise Missing(NO_FIELD)
    if field.name not in listing.writable:
        raise Denied()
    before = field.to_json(field.read(record))
    version = controls.version_of(request.POST)
    reach = request.POST.get(reaches.NAME, "")
    if not reach and reaches.offered(resource, record):
        return _ask_how_far(request, resource, record)
    try:
        saved = inplace.settled(
            lambda at: _set(request, resource, record, field, at, reach),
            version=version,
            is_as_seen=lambda now: drops.place(field, now, listing.reader) == request.POST.get("was"),
        )
    except Stale as error:
        text = _where(listing, field, error.current)
        return toast(HttpResponse(status=error.status), text, tone="bad", also="kizuna:changed")
    except (Invalid, Refused) as error:
        return _ask_for_more(request, resource, record, field, error) or toast(
            HttpResponse(status=error.status), words(error), tone="bad"
        )
    if reach or request.POST.get(drops.ASKED):
        undo = reaches.undo_of(resource, record, saved) or _undo_of(resource, saved, version)
        return toast(
            render(request, "ui/parts/dialog_closed.html"), _moved_words(listing), undo=undo, also="kizuna:changed"
        )
    return _moved(request, listing, saved, before, version)


def _ask_how_far(request: HttpRequest, resource: Resource, record: Record) -> HttpResponse:
    """The card goes back to its place while somebody says what their drop is to move."""
    context = {
        "title": _("Move %(noun)s") % {"noun": str(resource.label).lower()},
        "fields": [reaches.control(resource, record, request.user)],
        "hidden": _told(request),
        "form": {"action": request.get_full_path(), "save_label": _("Move"), "key": f"{resource.key}:{record.pk}:move"},
    }
    response = render(request, "ui/parts/dialog_form.html", context, status=409)
    response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"
    return response


def _told(request: HttpRequest) -> list[tuple[str, str]]:
    """What the drop said, for a dialog to say again."""
    return [(name, request.POST.get(name, "")) for name in ("field", "value", "was", "version")]


def _set(
    request: HttpRequest, resource: Resource, record: Record, field: Field, version: int | None, reach: str
) -> Record:
    """What the drop stands for: a verb where the kind of record names one, else a plain change."""
    actor: Any = request.user
    verb = resource.moves.get(field.name)
    if verb is not None:
        return drops.carry_out(verb, actor=actor, record=record, field=field, data=request.POST, version=version)
    changes = {field.name: drops.dropped(field, record, request.POST.get("value", ""), Reader.of(actor))}
    return reaches.change(actor=actor, resource=resource, record=record, changes=changes, version=version, reach=reach)


def _ask_for_more(
    request: HttpRequest, resource: Resource, record: Record, field: Field, problem: Problem
) -> HttpResponse | None:
    """The card goes back to its place while somebody fills in what the verb lacks; None where nothing can be."""
    verb = resource.moves.get(field.name)
    asked = drops.asked_for(verb, resource, problem, request.POST) if verb else []
    if verb is None or not asked:
        return None
    is_again = bool(request.POST.get(drops.ASKED))
    names = {field.name for field in asked}
    context = {
        "title": verb.label,
        "lead": "" if is_again else problem.message,
        "fields": [drops.control(field, record, request, problem if is_again else None) for field in asked],
        "errors": controls.other_errors(problem, names, resource) if is_again else [],
        "hidden": [
            *_told(request),
            (drops.ASKED, "1"),
            *(("fields", field.name) for field in asked),
        ],
        "form": {
            "action": request.get_full_path(),
            "save_label": verb.label,
            "key": f"{resource.key}:{record.pk}:move",
        },
    }
    response = render(request, "ui/parts/dialog_form.html", context, status=problem.status)
    response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"
    return response


def _undo_of(resource: Resource, saved: Record, version: int | None) -> str:
    return f"{resource.record_url(saved.pk)}/undo/{saved.version}" if saved.version != version else ""


def _where(listing: Listing, field: Field, current: Record) -> str:
    """Somebody else was faster: what stands in the field now."""
    text = ShownRecord(listing.resource, current, listing.actor).cell(field.name).get("text", "")
    names = {"field": field.label, "value": text or _("nothing")}
    return _("Somebody else changed this in the meantime. %(field)s is now: %(value)s.") % names


def _moved(request: HttpRequest, listing: Listing, saved: Record, before: Any, version: int | None) -> HttpResponse:
    resource = listing.resource
    undo = _undo_of(resource, saved, version)
    board = boards.of(listing) if listing.mode == BOARD else None
    rows = listing.rows.filter(pk=saved.pk)
    page = board.table(rows).page() if board and board.field else None
    if board is None or page is None or not page.rows or not board.shows_newest_first:
        return toast(HttpResponse(status=204), _moved_words(listing), undo=undo, also="kizuna:changed")
    assert board.field is not None
    ends = [board.lane_of(board.field.from_json(before)), board.lane_of(board.field.read(saved))]
    lanes = board.lanes if board.related else list({lane.key: lane for lane in ends if lane is not None}.values())
    shown = {"card": board.cards.draw(page.rows[0]), "board": _moves(board), **modes.lane_heads(board, lanes)}
    return toast(render(request, "ui/parts/board_moved.html", shown), _moved_words(listing), undo=undo)


def _moved_words(listing: Listing) -> str:
    return _("%(noun)s moved.") % {"noun": listing.resource.label}
