"""What an import would do, before it does it: how many rows would become what, and every difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import queries
from kizuna.base.transfer.models import DryRun, Import, Line, State
from kizuna.base.transfer.services import dry_runs
from kizuna.base.transfer.verdicts import ALIKE, PARTLY, TWICE, Verdict
from kizuna.base.types.errors import Problem
from kizuna.base.types.numbers import whole
from kizuna.base.ui.changes import Differences
from kizuna.base.ui.duplicates import certainty
from kizuna.base.ui.import_columns import Settled, columns_page, url_of
from kizuna.base.ui.middleware import go, wants_part
from kizuna.base.ui.views.transfer import VERDICT_WORDS, counted, partly_words

LISTED = (Verdict.UPDATE, ALIKE, TWICE, Verdict.CREATE, Verdict.SKIP, PARTLY, Verdict.CONFLICT, Verdict.REJECTED)
"""In the order in which one looks at them."""


@login_required
@require_POST
def try_out(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    """Check every row with the columns and rules as the person settled them."""
    imported = queries.find(request.user, resource, import_id)
    settled = Settled.of(request, imported)
    try:
        dry_runs.start_dry_run(actor=request.user, imported=imported, mapping=settled.mapping, options=settled.options)
    except Problem as problem:
        return columns_page(request, resource, imported, settled, problem=problem)
    return go(request, f"{url_of(resource, imported)}/tried")


@login_required
@require_POST
def stop(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    imported = queries.find(request.user, resource, import_id)
    dry_runs.cancel_dry_run(actor=request.user, imported=imported)
    return go(request, url_of(resource, imported))


@login_required
@require_GET
def tried(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    """The page; for htmx its progress, further rows of a group, or what looks like a record that is here."""
    imported = queries.find(request.user, resource, import_id)
    found = queries.dry_run_of(imported)
    if found is None or imported.state != State.DRAFT:
        return go(request, url_of(resource, imported))
    work = _work(request, resource, imported, found)
    context = {
        "title": imported.name,
        "back": {"url": url_of(resource, imported), "label": _("Columns and rules")},
        "work": work,
        **(_group(request, resource, imported, found) if work["is_over"] else {}),
    }
    part = "#lines" if request.GET.get("after") else "#alike" if "alike" in request.GET else "#progress"
    return render(request, f"ui/import_tried.html{part if wants_part(request) else ''}", context)


def _work(request: HttpRequest, resource: Resource, imported: Import, found: DryRun) -> dict[str, Any]:
    reader, state = Reader.of(request.user), queries.state_of(found)
    total = found.position if state == State.DONE else max(imported.about, found.position)
    return {
        "url": f"{url_of(resource, imported)}/tried",
        "columns_url": url_of(resource, imported),
        "words": _state_words(state, found),
        "is_over": state not in (State.WAITING, State.RUNNING),
        "is_done": state == State.DONE,
        "is_bad": state == State.FAILED,
        "done": found.position,
        "total": total,
        "done_words": f"{reader.number(found.position)} / {reader.number(total)}",
        "counts": counted(found.counts, reader),
        "partly": partly_words(found.counts.get(PARTLY, 0), reader),
        "alike": _alike(found, reader) if state == State.DONE else None,
        "related": [_related(key, count, reader) for key, count in sorted(found.related.items())],
    }


def _state_words(state: State, found: DryRun) -> str:
    return {
        State.WAITING: _("Waiting for its turn …"),
        State.RUNNING: _("Checking every row …"),
        State.DONE: _("Every row was checked. Nothing was changed; this is what the import would do."),
        State.CANCELLED: _("Stopped before every row was checked. Nothing was changed."),
        State.FAILED: _("The rows could not be checked: %(why)s") % {"why": found.error or _("its worker failed.")},
    }.get(state, "")


def _alike(found: DryRun, reader: Reader) -> dict[str, Any]:
    """What is known by now of new rows that look like records that are here, or like each other."""
    count, new = found.counts.get(ALIKE, 0), found.counts.get(Verdict.CREATE, 0)
    words = ngettext(
        "%(number)s new row looks like a record that is already here. The import would make a new record of it, and "
        "propose the two for review as duplicates.",
        "%(number)s new rows look like records that are already here. The import would make new records of them, and "
        "propose each two for review as duplicates.",
        count,
    )
    asked, twice = found.asked_count or 0, found.counts.get(TWICE, 0)
    twice_words = ngettext(
        "%(number)s new row looks like an earlier row of the file.",
        "%(number)s new rows look like an earlier row of the file.",
        twice,
    )
    some = _("Only the first %(number)s new rows were compared.") % {"number": reader.number(asked)}
    return {
        "is_looking": found.asked_count is None and not queries.has_stopped(found),
        "words": words % {"number": reader.number(count)} if count else "",
        "twice": twice_words % {"number": reader.number(twice)} if twice else "",
        "some": some if 0 < asked < new else "",
    }


def _related(key: str, count: int, reader: Reader) -> str:
    resource = registry.get(key)
    words = {"nouns": str(resource.plural_label), "count": reader.number(count)}
    return _("%(nouns)s that rows name and that would be made: %(count)s.") % words


def _group(request: HttpRequest, resource: Resource, imported: Import, found: DryRun) -> dict[str, Any]:
    """The groups of the result, and a page of the rows in the one that is open."""
    there = [group for group in map(str, LISTED) if found.counts.get(group)]
    asked = request.GET.get("rows", "")
    opened = asked if asked in there else next(iter(there), None)
    if opened is None:
        return {"groups": [], "lines": [], "lines_url": ""}
    reader, url = Reader.of(request.user), f"{url_of(resource, imported)}/tried"
    after = whole(request.GET.get("after", "")) or 0
    lines = queries.lines(imported, opened, after=after, size=queries.LINES + 1)
    page = lines[: queries.LINES]
    help_words = _help()
    return {
        "groups": [
            {
                "url": f"{url}?rows={group}",
                "label": _group_words(group),
                "count": reader.number(found.counts[group]),
                "is_open": group == opened,
                "help": help_words[group],
            }
            for group in there
        ],
        "lines": _lines(page, resource, reader),
        "lines_url": f"{url}?rows={opened}&after={page[-1].pk}" if len(lines) > len(page) else "",
    }


def _group_words(group: str) -> str:
    beside = {PARTLY: _("Not wholly"), ALIKE: _("Here already?"), TWICE: _("Twice in the file?")}
    return beside.get(group) or str(VERDICT_WORDS[Verdict(group)])


def _help() -> dict[str, str]:
    return {
        Verdict.UPDATE: _("Records we have, and what would change in each."),
        ALIKE: _(
            "New rows, and the record that each looks most like. To have them change those records instead, choose "
            "what they have in common as the first key among the rules."
        ),
        TWICE: _(
            "New rows, and the earlier row of the file that each looks most like. To have them make one record, choose "
            "what they have in common as the first key among the rules, or mend the file."
        ),
        Verdict.CREATE: _("Rows that would become new records."),
        Verdict.SKIP: _("Rows that your rules leave out."),
        PARTLY: _("Rows that come in without a value that cannot be used, and why. They come back as a file, too."),
        Verdict.CONFLICT: _("Rows that could mean several records, or another one than they say. They are not used."),
        Verdict.REJECTED: _("Rows that cannot be used, and why. They come back as a file, to be mended."),
    }


@dataclass(frozen=True)
class _Readable:
    """What changes in a row, as far as the reader may know the fields."""

    changes: Mapping[str, Sequence[Any]]


def _lines(page: Sequence[Line], resource: Resource, reader: Reader) -> list[dict[str, Any]]:
    readable = resource.readable_fields(reader.actor)
    told = [_Readable({name: two for name, two in (line.changes or {}).items() if name in readable}) for line in page]
    differences = Differences(reader, resource, told)
    alike = {line.record_id for line in page if line.likeness and line.record_id}
    known = {one.pk: one for one in resource.visible_to(reader.actor).filter(pk__in=alike)} if alike else {}
    return [
        {
            "number": reader.number(line.number),
            "title": line.title,
            "url": resource.record_url(line.record_id) if line.record_id and not line.likeness else "",
            "like": _likeness(line, known.get(line.record_id), resource, reader) if line.likeness else None,
            "changes": differences.of(one),
            "reason": line.reason,
        }
        for line, one in zip(page, told, strict=True)
    ]


def _likeness(line: Line, record: Any, resource: Resource, reader: Reader) -> dict[str, Any] | None:
    """The record or the row that a new row looks like, and what speaks for that, as far as the reader may know the
    record and the fields."""
    assert line.likeness is not None
    row = line.likeness.get("row")
    if record is None and not row:
        return None
    readable = resource.readable_fields(reader.actor)
    return {
        "title": line.likeness["title"] if row else str(record),
        "row": reader.number(row) if row else "",
        "url": "" if row else resource.record_url(record.pk),
        **certainty(reader, line.likeness["certainty"]),
        "reasons": [
            {"label": resource.fields[name].label, "how": how}
            for name, how in line.likeness["reasons"]
            if name in readable and name in resource.fields
        ],
    }
