"""An import taken back: what that would do, how far it is, and what stayed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.titles import titles_of
from kizuna.base.transfer import queries, remarks
from kizuna.base.transfer.models import Import, Kept, State, Undoing
from kizuna.base.transfer.services import undoing
from kizuna.base.types.numbers import whole
from kizuna.base.ui.changes import Differences
from kizuna.base.ui.import_columns import url_of
from kizuna.base.ui.middleware import go, wants_part
from kizuna.base.ui.views.transfer import made_words


@login_required
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    """The page says what taking it back would do; POST begins. For htmx its progress, or more of what stayed."""
    imported = queries.find(request.user, resource, import_id)
    url = f"{url_of(resource, imported)}/undo"
    if request.method == "POST":
        undoing.start_undo(actor=request.user, imported=imported)
        return go(request, url)
    if imported.event_id is None:
        return go(request, url_of(resource, imported))
    found = queries.undoing_of(imported)
    context = {
        "title": _("Take back “%(name)s”") % {"name": imported.name},
        "back": {"url": url_of(resource, imported), "label": imported.name},
        "work": _work(request, resource, imported, found, url),
        **_what_stayed(request, found, url),
    }
    part = "#kept" if request.GET.get("after") else "#progress"
    return render(request, f"ui/import_undo.html{part if wants_part(request) else ''}", context)


@login_required
@require_POST
def stop(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    imported = queries.find(request.user, resource, import_id)
    undoing.cancel_undo(actor=request.user, imported=imported)
    return go(request, f"{url_of(resource, imported)}/undo")


def _work(
    request: HttpRequest, resource: Resource, imported: Import, found: Undoing | None, url: str
) -> dict[str, Any]:
    reader = Reader.of(request.user)
    shown: dict[str, Any] = {"url": url, "list": {"url": resource.list_url, "label": resource.plural_label}}
    if found is None:
        plan = [*_plan(imported, reader), *_said_for_good(resource, imported)]
        can_start = queries.state_of(imported) not in (State.WAITING, State.RUNNING)
        return shown | {"words": _("This is what taking the import back does:"), "plan": plan, "can_start": can_start}
    state = queries.state_of(found)
    total = max(undoing.about(imported), found.done_count)
    return shown | {
        "words": _state_words(state, found),
        "plan": _said_for_good(resource, imported),
        "note": _why_fewer(imported, found, reader) if state == State.DONE else "",
        "is_begun": True,
        "can_start": state in (State.CANCELLED, State.FAILED),
        "is_over": state not in (State.WAITING, State.RUNNING),
        "is_bad": state == State.FAILED,
        "done": found.done_count,
        "total": total,
        "done_words": f"{reader.number(found.done_count)} / {reader.number(total)}",
        "counts": [
            {"label": _("In the trash"), "value": reader.number(found.removed_count)},
            {"label": _("Changes put back"), "value": reader.number(found.restored_count)},
            {"label": _("As before already"), "value": reader.number(found.unchanged_count)},
            {"label": _("Stayed"), "value": reader.number(found.kept_count)},
        ],
    }


def _plan(imported: Import, reader: Reader) -> list[str]:
    made, changed = imported.created_count, imported.updated_count
    found = []
    if made:
        words = ngettext(
            "%(count)s record that it made goes to the trash, with the related records it made.",
            "%(count)s records that it made go to the trash, with the related records it made.",
            made,
        )
        found.append(words % {"count": reader.number(made)})
        found += made_words(imported, reader)
    if changed:
        words = ngettext(
            "What %(count)s row changed in a record is put back.",
            "What %(count)s rows changed in records is put back.",
            changed,
        )
        found.append(words % {"count": reader.number(changed)})
    found.append(_("What somebody changed since, or what something else hangs on since, stays, and is listed here."))
    return found


def _why_fewer(imported: Import, found: Undoing, reader: Reader) -> str:
    """So that the figures of an import and of its undoing add up: the one counts rows, the other records."""
    if found.restored_count + found.unchanged_count + found.kept_count >= imported.updated_count:
        return ""
    words = _(
        "Rows of the file that changed something: %(count)s. Several about one record count once here, and those about "
        "a record that the import made itself went with it."
    )
    return words % {"count": reader.number(imported.updated_count)}


def _said_for_good(resource: Resource, imported: Import) -> list[str]:
    """What rows said beside the fields of their records, and nobody takes back for those of whom they said it."""
    targets = dict.fromkeys(str(one) for one in (*imported.mapping, *imported.options.get("defaults", {})) if one)
    words = _("“%(said)s” stays for everybody of whom the file said so: only they themselves take a no back.")
    said = [remarks.find(resource, target) for target in targets]
    return [words % {"said": one.label} for one in said if one is not None]


def _state_words(state: State, found: Undoing) -> str:
    return {
        State.WAITING: _("Waiting for its turn …"),
        State.RUNNING: _("Taking it back …"),
        State.DONE: _("The import was taken back."),
        State.CANCELLED: _("Stopped. What was taken back until then stays so."),
        State.FAILED: _("This could not be finished: %(why)s") % {"why": found.error or _("its worker failed.")},
    }.get(state, "")


@dataclass(frozen=True)
class _Told:
    changes: Mapping[str, Sequence[Any]]


def _what_stayed(request: HttpRequest, found: Undoing | None, url: str) -> dict[str, Any]:
    if found is None:
        return {"kept": [], "kept_url": ""}
    rows = queries.kept(found, after=whole(request.GET.get("after", "")) or 0, size=queries.LINES + 1)
    page = rows[: queries.LINES]
    more = f"{url}?after={page[-1].pk}" if len(rows) > len(page) else ""
    return {"kept": _lines(page, Reader.of(request.user)), "kept_url": more}


def _lines(page: Sequence[Kept], reader: Reader) -> list[dict[str, Any]]:
    """In the order in which they were met; of records and fields that the reader may not know nothing but a number."""
    by_kind: dict[str, list[Kept]] = defaultdict(list)
    for one in page:
        by_kind[one.resource].append(one)
    shown: dict[int, dict[str, Any]] = {}
    for key, rows in by_kind.items():
        resource = registry.find(key)
        if resource is not None:
            shown |= _lines_of(resource, rows, reader)
    return [shown[one.pk] for one in page if one.pk in shown]


def _lines_of(resource: Resource, rows: Sequence[Kept], reader: Reader) -> dict[int, dict[str, Any]]:
    seen = resource.visible_to(reader.actor).filter(pk__in={one.record_id for one in rows})
    titles = titles_of(resource, reader.actor, seen)
    readable = resource.readable_fields(reader.actor)
    is_told = {one.pk: one.record_id in titles and one.field in readable for one in rows}
    told = [_Told({one.field: (one.imported, one.now)} if is_told[one.pk] else {}) for one in rows]
    differences = Differences(reader, resource, told)
    found = {}
    for one, changed in zip(rows, told, strict=True):
        line = {
            "title": titles.get(one.record_id, f"#{one.record_id}"),
            "url": resource.record_url(one.record_id) if one.record_id in titles else "",
            "why": _why(one, resource, reader if one.record_id in titles else None),
        }
        found[one.pk] = line | next(iter(differences.of(changed)), {})
    return found


def _why(one: Kept, resource: Resource, reader: Reader | None) -> str:
    """Why it stayed; of what was said beside the fields what that is, for a reader who may know the record and it."""
    remark = remarks.find(resource, one.field)
    if remark is None or reader is None or not remark.may(reader.actor):
        return str(Kept.Why(one.why).label)
    return _("“%(said)s”: %(why)s") % {"said": remark.label, "why": remark.lasts}
