"""What a merge shows: each value of each record beside the others, what will stay and why, and what moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kizuna.base.merging import queries
from kizuna.base.merging.models import Merge
from kizuna.base.merging.outcome import ALL, Line
from kizuna.base.merging.queries import Hanging, Newcomer, Preview
from kizuna.base.merging.services import kept_since
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.avatars import avatar
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Sort, Table

Drawn = dict[str, Any]


class ShownRecords:
    """Several records side by side for one reader: every cell from one query."""

    def __init__(self, resource: Resource, actor: Any, records: Sequence[Record]) -> None:
        self.resource, self.actor, self.records = resource, actor, records
        self.reader = Reader.of(actor)
        self.fields = resource.readable_fields(actor)
        rows = resource.model.objects.filter(pk__in=[record.pk for record in records])
        columns = list(self.fields.values())
        table = Table(resource, actor, columns=columns, sort=Sort(resource.title_field, False), rows=rows)
        self.values = {row.id: dict(zip(self.fields, row.values, strict=True)) for row in table.every()}

    def title(self, record_id: int) -> str:
        field = self.resource.title_field
        value = self.values[record_id].get(field.name)
        return (field.to_text(value, self.reader) if value is not None else "") or f"#{record_id}"

    def cell(self, record_id: int, name: str) -> Drawn:
        return dict(self.fields[name].cell(self.values[record_id][name], self.reader))

    def head(self, record: Record) -> Drawn:
        """Who it is, in the choice of the record that stays."""
        cell = self.cell(record.pk, self.resource.title) if self.resource.title in self.fields else {}
        return {
            "id": record.pk,
            "name": self.title(record.pk),
            "url": self.resource.record_url(record.pk),
            **avatar(self.resource, record.pk, cell),
            "came": _("Since %(day)s")
            % {"day": self.reader.day(record.created_at.astimezone(self.reader.zone).date())},
            "version": record.version,
        }


def drawn(resource: Resource, actor: Any, preview: Preview) -> Drawn:
    """`merge` for `ui/merge.html`. Fields that the actor may not see are not there."""
    outcome = preview.outcome
    records = sorted(outcome.records, key=lambda record: record.pk)
    shown = ShownRecords(resource, actor, records)
    writable = resource.writable_fields(actor)
    lines = [
        _line(shown, line, records, may_choose=all(field.name in writable for field in line.fields))
        for line in outcome.lines
        if line.name in shown.fields and not all(line.is_empty(record.pk) for record in records)
    ]
    return {
        "heads": [shown.head(record) | {"stays": record.pk == outcome.survivor.pk} for record in records],
        "survivor": outcome.survivor.pk,
        "columns": len(records),
        "lines": [line for line in lines if line["differs"]],
        "same": [line for line in lines if not line["differs"]],
        "told": [_told(one, records) for one in preview.told],
        "hanging": [_hanging(shown, one, records) for one in preview.hanging],
    }


def _line(shown: ShownRecords, line: Line, records: Sequence[Record], *, may_choose: bool) -> Drawn:
    united = None
    if line.is_list and sum(not line.is_empty(record.pk) for record in records) > 1:
        united = {"value": ALL, "chosen": line.chosen is None, "words": _("All of them together")}
    return {
        "name": line.name,
        "label": line.label,
        "differs": line.differs,
        "reason": line.reason.label,
        "by_hand": line.reason == "manual",
        "may_choose": may_choose,
        "options": [
            {"value": record.pk, "chosen": line.chosen == record.pk, "cell": shown.cell(record.pk, line.name)}
            for record in records
        ],
        "united": united,
    }


def _told(one: Any, records: Sequence[Record]) -> Drawn:
    values = [one.values.get(record.pk, "") for record in records]
    return {"label": one.label, "values": values, "result": one.result, "reason": one.reason}


def _hanging(shown: ShownRecords, one: Hanging, records: Sequence[Record]) -> Drawn:
    counts = [shown.reader.number(one.counts.get(record.pk, 0)) for record in records]
    return {"label": one.label, "counts": counts}


# Merges that were made ----------------------------------------------------------------------------------------------


def line(merge: Merge, reader: Reader) -> Drawn:
    """One of a list of merges."""
    resource = registry.get(merge.resource)
    titles = [called for _pk, called in _called(merge, resource, reader)]
    state = _("Taken apart") if merge.is_undone else _moved(merge.moved_count, reader)
    return {
        "url": f"/merges/{merge.pk}",
        "title": f"{resource.label}: {reader.listed(titles)}",
        "who": merge.merged_by.name if merge.merged_by else "Kizuna",
        "when": reader.moment(merge.merged_at),
        "iso": merge.merged_at.isoformat(),
        "state": state,
    }


def _moved(count: int, reader: Reader) -> str:
    """What came over beside the values themselves; nothing is said of nothing."""
    if not count:
        return ""
    told = ngettext("%(number)s linked entry brought over", "%(number)s linked entries brought over", count)
    return told % {"number": reader.number(count)}


def _called(merge: Merge, resource: Resource, reader: Reader) -> list[tuple[int, str]]:
    """What the records were called when they were merged, the one that stayed first."""
    known = merge.titles if resource.is_named_to(reader.actor) else {}
    return [(pk, known.get(str(pk)) or f"#{pk}") for pk in (merge.survivor_id, *merge.others)]


def apart(actor: Any, merge: Merge, resource: Resource) -> Drawn:
    """`merge` for `ui/unmerge.html`: what was one, and what came since and can go either way."""
    reader = Reader.of(actor)
    survivor = resource.model._default_manager.get(pk=merge.survivor_id)
    titles = [{"id": pk, "name": called} for pk, called in _called(merge, resource, reader)]
    is_open = not merge.is_undone and not merge.is_forgotten and not survivor.is_deleted
    kept = kept_since(resource, merge, survivor) if is_open else []
    readable = resource.readable_fields(actor)
    return {
        **line(merge, reader),
        "when": reader.day_and_time(merge.merged_at),
        "record_url": resource.record_url(merge.survivor_id),
        "titles": titles,
        "survivor": titles[0]["name"],
        "others": titles[1:],
        "is_undone": merge.is_undone,
        "is_forgotten": merge.is_forgotten,
        "undone": _undone(merge, reader),
        "may": is_open and queries.may_merge(actor, resource),
        "kept": [{"name": name, "label": readable[name].label} for name in kept if name in readable],
        "newcomers": [_newcomer(one, reader) for one in queries.newcomers(actor, merge)] if is_open else [],
    }


def _undone(merge: Merge, reader: Reader) -> str:
    if not merge.undone_at:
        return ""
    who = merge.undone_by.name if merge.undone_by else "Kizuna"
    return _("%(who)s took it apart on %(when)s.") % {"who": who, "when": reader.day_and_time(merge.undone_at)}


def _newcomer(one: Newcomer, reader: Reader) -> Drawn:
    resource = one.relation.resource
    assert resource is not None
    return {
        "key": one.key,
        "kind": resource.label,
        "icon": resource.icon,
        "name": (resource.is_named_to(reader.actor) and str(one.record)) or f"#{one.record.pk}",
        "url": resource.record_url(one.record.pk),
        "when": reader.moment(one.record.created_at),
    }
