"""Settings of administrators: who took records out of Kizuna as a file, when, which and how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kizuna.base import conditions
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.search.selecting import MINE
from kizuna.base.transfer import queries
from kizuna.base.transfer.exporting import EXPORT_KINDS
from kizuna.base.transfer.queries import Exported
from kizuna.base.types.numbers import whole
from kizuna.base.ui import changes
from kizuna.base.ui.middleware import wants_part
from kizuna.interfaces.web.views.people import for_administrators

ADDRESS = "/settings/exports"
Filters = Mapping[tuple[str, str], str]


@for_administrators
@require_GET
def exports_page(request: HttpRequest) -> HttpResponse:
    """The newest, or those before one of them; those of one person and of one kind of record where it is asked."""
    who, kind = whole(request.GET.get("who", "")), request.GET.get("kind", "")
    before = whole(request.GET.get("before", ""))
    size = queries.EXPORTS
    found = queries.exported(request.user, who=who, kind=kind, before=before, size=size + 1)
    shown, reader = found[:size], Reader.of(request.user)
    people = User.objects.in_bulk({one.actor_id for one in shown if one.actor_id} | ({who} if who else set()))
    filters = _filters(shown, request.user)
    asked = {name: value for name, value in (("who", who), ("kind", kind)) if value}
    context = {
        "title": _("Exports"),
        "page": "exports",
        "entries": [_entry(one, people, filters, reader, asked) for one in shown],
        "only": reader.listed(filter(None, (_name(people, who) if who else "", _records(kind) if kind else ""))),
        "more_url": _url(asked, before=shown[-1].event_id) if len(found) > size else "",
    }
    return render(request, "web/exports.html#entries" if wants_part(request) else "web/exports.html", context)


def _entry(
    one: Exported, people: Mapping[int, User], filters: Filters, reader: Reader, asked: Mapping[str, Any]
) -> dict[str, Any]:
    told = one.event
    kind = EXPORT_KINDS.get(told.kind)
    words = ngettext(
        "%(who)s exported %(records)s: %(count)s row", "%(who)s exported %(records)s: %(count)s rows", told.count
    )
    records = _records(told.resource)
    columns = ngettext("%(count)s column", "%(count)s columns", len(told.columns))
    return {
        **changes.sentence(
            words, _name(people, one.actor_id), records=records.lower(), count=reader.number(told.count)
        ),
        "who_url": _url(asked, who=one.actor_id) if one.actor_id else "",
        "records": records,
        "records_url": _url(asked, kind=told.resource),
        "facts": [kind.label if kind else told.kind, changes.door(one.via), one.address],
        "which": _which(told, filters, reader),
        "columns": columns % {"count": reader.number(len(told.columns))},
        "labels": reader.listed(_labels(told.resource, told.columns)),
        "at": reader.day_and_time(one.occurred_at),
        "iso": one.occurred_at.isoformat(),
    }


def _which(told: Any, filters: Filters, reader: Reader) -> list[dict[str, str]]:
    """What narrowed the rows, part by part; nothing where all went out that the person may export."""
    only = (_("the rows that were ticked") if told.is_ticked else "", _("their own") if told.view == MINE else "")
    parts = [
        (_("Only"), reader.listed(filter(None, only))),
        (_("Filter"), filters.get((told.resource, told.condition), "")),
        (_("Search"), told.search),
    ]
    return [{"label": label, "words": words} for label, words in parts if words]


def _filters(shown: Sequence[Exported], viewer: Any) -> Filters:
    """The conditions in words. Those on one kind of record are put into words together, so that what they point to is
    looked up once, however many exports there are."""
    by_kind: dict[str, dict[str, None]] = {}
    for one in shown:
        if one.event.condition:
            by_kind.setdefault(one.event.resource, {})[one.event.condition] = None
    found: dict[tuple[str, str], str] = {}
    for key, texts in by_kind.items():
        found |= {(key, text): _("a filter that can no longer be read") for text in texts}
        resource = registry.find(key)
        trees = [(text, tree) for text in texts if (tree := _tree(text))]
        if resource is None:
            continue
        chips = conditions.describe({"all": [tree for _text, tree in trees]}, ResourceSchema(resource, viewer), viewer)
        found |= {(key, text): chip.text for (text, _tree), chip in zip(trees, chips, strict=True)}
    return found


def _tree(text: str) -> Any:
    """None for what the log holds only the beginning of."""
    try:
        return conditions.parse(text)
    except conditions.InvalidCondition:
        return None


def _name(people: Mapping[int, User], actor_id: int | None) -> str:
    person = people.get(actor_id) if actor_id else None
    return person.name if person else SYSTEM.name


def _records(key: str) -> str:
    resource = registry.find(key)
    return str(resource.plural_label) if resource else key


def _labels(key: str, names: Sequence[str]) -> list[str]:
    """Columns as they are called today; one that is gone by its name."""
    resource = registry.find(key)
    fields = resource.fields if resource else {}
    return [str(fields[name].label) if name in fields else name for name in names]


def _url(asked: Mapping[str, Any], **changed: Any) -> str:
    return f"{ADDRESS}?{urlencode({**asked, **changed})}"
