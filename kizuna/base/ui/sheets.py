"""Changes of many records in words: what was done to which, how far it is, what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kizuna.base.bulk import queries
from kizuna.base.bulk.models import Kind, Operation, Outcome, Sheet, State
from kizuna.base.bulk.queries import Line
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Field, Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.transfer.exporting import Writer
from kizuna.base.types.errors import Invalid

FILE_ROWS = 500


def title(sheet: Sheet) -> str:
    resource = registry.get(sheet.resource)
    noun = {"noun": str(resource.plural_label).lower()}
    if sheet.undoes_id is not None:
        return _("Take back: %(noun)s") % noun
    if sheet.operation == Operation.ACT:
        action = resource.action(sheet.action)
        return f"{action.label if action else sheet.action}: {resource.plural_label}"
    words = {
        Operation.EDIT: _("Edit %(noun)s"),
        Operation.DELETE: _("Delete %(noun)s"),
        Operation.RESTORE: _("Bring back %(noun)s"),
    }
    return words[Operation(sheet.operation)] % noun


def line(sheet: Sheet, reader: Reader) -> dict[str, Any]:
    """A sheet in a list of them."""
    counts = {"done": reader.number(sheet.done_count), "total": reader.number(sheet.total)}
    return {
        "url": f"/bulk/{sheet.pk}",
        "title": title(sheet),
        "who": sheet.created_by.name if sheet.created_by else "Kizuna",
        "when": reader.day_and_time(sheet.created_at),
        "iso": sheet.created_at.isoformat(),
        "state": queries.state_of(sheet).label,
        "counts": _("%(done)s of %(total)s") % counts if sheet.is_gathered else "",
    }


def news(actor: Any, size: int) -> list[dict[str, Any]]:
    """For the bell: what goes on, and what has ended since the person last looked."""
    reader = Reader.of(actor)
    return [line(sheet, reader) | {"is_new": sheet.is_over} for sheet in queries.unseen(actor)[:size]]


def shown(sheet: Sheet, reader: Reader) -> dict[str, Any]:
    """What `ui/bulk_sheet.html` needs of the sheet itself."""
    resource, state = registry.get(sheet.resource), queries.state_of(sheet)
    undo = queries.undo_of(sheet)
    is_over = state in (State.DONE, State.CANCELLED, State.FAILED)
    is_undone = undo is not None and queries.state_of(undo) in (State.WAITING, State.RUNNING, State.DONE)
    left = sheet.total - sheet.dealt_with
    return {
        "url": f"/bulk/{sheet.pk}",
        "title": title(sheet),
        "who": sheet.created_by.name if sheet.created_by else "Kizuna",
        "when": reader.day_and_time(sheet.created_at),
        "what": _what(sheet, reader),
        "words": _state_words(state, sheet, reader),
        "is_bad": state == State.FAILED,
        "is_over": is_over,
        "done": sheet.dealt_with,
        "total": sheet.total,
        "done_words": f"{reader.number(sheet.dealt_with)} / {reader.number(sheet.total)}",
        "left": time_left(sheet) if state == State.RUNNING else "",
        "counts": [
            {"label": _("Changed"), "value": reader.number(sheet.done_count)},
            {"label": _("As before"), "value": reader.number(sheet.unchanged_count)},
            {"label": _("Refused"), "value": reader.number(sheet.refused_count)},
            *([{"label": _("Not reached"), "value": reader.number(left)}] if is_over and left else []),
        ],
        "can_go_on": is_over and state != State.DONE and sheet.created_by_id == reader.actor.pk,
        "can_undo": is_over and sheet.can_be_undone and not is_undone,
        "undo_url": f"/bulk/{undo.pk}" if undo else "",
        "undoes_url": f"/bulk/{sheet.undoes_id}" if sheet.undoes_id else "",
        "back": {"url": resource.list_url, "label": resource.plural_label},
    }


def _state_words(state: State, sheet: Sheet, reader: Reader) -> str:
    if state == State.DONE:
        done = sheet.done_count
        words = ngettext("%(count)s record was changed.", "%(count)s records were changed.", done)
        return words % {"count": reader.number(done)}
    return {
        State.WAITING: _("Waiting for its turn …"),
        State.RUNNING: _("Working …"),
        State.CANCELLED: _("Stopped. What was done until then stays."),
        State.FAILED: _("This could not be finished: %(why)s") % {"why": sheet.error or _("its worker failed.")},
    }[state]


def time_left(sheet: Sheet) -> str:
    """How long it will take at the pace so far; "" while that is not known."""
    if not (sheet.started_at and sheet.dealt_with):
        return ""
    passed = (timezone.now() - sheet.started_at).total_seconds()
    seconds = round(passed / sheet.dealt_with * (sheet.total - sheet.dealt_with))
    if seconds < 60:
        return _("less than a minute left")
    minutes = round(seconds / 60)
    return ngettext("about %(count)d minute left", "about %(count)d minutes left", minutes) % {"count": minutes}


# ── what was asked for ──


def _what(sheet: Sheet, reader: Reader) -> list[dict[str, str]]:
    """The values that the records get, as far as the reader may know the fields."""
    resource = registry.get(sheet.resource)
    if sheet.operation == Operation.EDIT:
        fields, given = resource.readable_fields(reader.actor), sheet.arguments["changes"]
    else:
        action = resource.action(sheet.action)
        fields = {param.name: param.field for param in action.params} if action else {}
        given = sheet.arguments.get("arguments", {})
    return [
        {"label": str(fields[name].label), "text": _text(fields[name], raw, reader)}
        for name, raw in given.items()
        if name in fields
    ]


def _text(field: Field, raw: Any, reader: Reader) -> str:
    if isinstance(raw, Mapping) and raw.keys() & {"add", "remove"}:
        signs = (("+", raw.get("add")), ("−", raw.get("remove")))
        return " ".join(f"{sign} {_text(field, words, reader)}" for sign, words in signs if words)
    try:
        value = field.parse(raw, reader)
    except Invalid:
        return ""
    if isinstance(field, Relation):
        return dict(field.titles(reader.actor, [value])).get(value, "–") if value else "–"
    return field.to_text(value, reader) or "–"


# ── what became of each ──


def words_of(outcome: Outcome) -> str:
    """A group of the result: why it was refused, else what it is."""
    return outcome.reason or str(Kind(outcome.kind).label)


def row(sheet: Sheet, found: Line) -> dict[str, Any]:
    """A record of the result; without a link for what the reader cannot see."""
    url = registry.get(sheet.resource).record_url(found.record_id) if found.title else ""
    return {"title": found.title or f"#{found.record_id}", "url": url}


def file(actor: Any, sheet: Sheet) -> Iterator[bytes]:
    """Every record with what became of it and why, as CSV."""
    with translation.override(actor.language):
        writer = Writer("utf-8-sig")
        yield writer.rows([[_("Number"), _("Record"), _("Result"), _("Why")]])
        lines = queries.every_line(actor, sheet)
        while some := list(islice(lines, FILE_ROWS)):
            outcomes = queries.outcomes_of(some)
            yield writer.rows(
                [str(one.record_id), one.title, *_result(outcomes.get(one.outcome_id or 0))] for one in some
            )


def _result(outcome: Outcome | None) -> tuple[str, str]:
    """What became of a record, and why, for a file."""
    return (str(Kind(outcome.kind).label), outcome.reason) if outcome else (_("Not reached"), "")
