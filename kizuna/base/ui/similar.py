"""Is this one here already? Asked while somebody fills in the form of a new record; a hint, never a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kizuna.base.resources.fields import Field, FullName
from kizuna.base.resources.models import having
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.search import queries as search
from kizuna.base.search.queries import Hit
from kizuna.base.types import text
from kizuna.base.types.errors import Invalid
from kizuna.base.types.names import PersonName
from kizuna.base.types.refs import RecordRef

MOST = 5
NAME = ("family_name", "given_name", "family_reading", "given_reading")


def similar(resource: Resource, actor: Any, data: QueryDict) -> dict[str, Any] | None:
    """What `ui/parts/matches.html` needs, the records with the most in common first; None when there are none.

    What cannot be understood yet is passed over. Only fields and records that the actor may see say anything.
    """
    reasons: dict[int, list[str]] = {}
    for reason, rows in _questions(resource, actor, data):
        for pk in rows.values_list("pk", flat=True)[:MOST]:
            reasons.setdefault(pk, []).append(reason)
    best = sorted(reasons, key=lambda pk: (-len(reasons[pk]), -pk))[:MOST]
    hits = search.named(actor, [RecordRef(resource.key, pk) for pk in best])
    if not hits:
        return None
    return {
        "title": _("Perhaps already here"),
        "lead": _("Found while you type; nothing is saved yet."),
        "foot": _("Not the same? Keep going."),
        "items": [_match(hit, reasons[hit.id]) for hit in hits],
    }


def _questions(resource: Resource, actor: Any, data: QueryDict) -> Iterator[tuple[str, Any]]:
    """(reason, rows that share it) of everything that tells one record from another."""
    readable, rows = resource.readable_fields(actor), resource.visible_to(actor)
    for name in resource.match_keys:
        if name in readable and (keys := _keys(readable[name], actor, data)):
            label = str(readable[name].label).lower()
            yield _("Same %(field)s") % {"field": label}, rows.filter(having(resource.key, name, keys))
    if isinstance(resource.title_field, FullName) and resource.title in readable:
        for reason, line in _names(data):
            yield reason, rows.filter(folded_names__contains=f"\n{line}\n")


def _keys(field: Field, actor: Any, data: QueryDict) -> set[str]:
    raw = field.from_form(data)
    try:
        return field.keys(field.parse(raw, Reader.of(actor))) if raw else set()
    except Invalid:
        return set()


def _names(data: QueryDict) -> Iterator[tuple[str, str]]:
    """Whole names only: one part alone is shared by too many."""
    family, given, family_reading, given_reading = (text.clean(data.get(part, "")[:200]) for part in NAME)
    name = PersonName(family=family, given=given, family_reading=family_reading, given_reading=given_reading)
    if name.family and name.given:
        yield _("Same name"), text.fold(name.display())
    if name.family_reading and name.given_reading:
        yield _("Same reading"), text.fold(name.reading)


def _match(hit: Hit, reasons: list[str]) -> dict[str, Any]:
    return {
        "name": hit.title.get("text") or f"#{hit.id}",
        "lang": hit.title.get("lang", ""),
        "reading": hit.title.get("reading", ""),
        "detail": hit.subtitle,
        "initials": hit.title.get("initials", ""),
        "tint": hit.id % 6 + 1,
        "square": not hit.resource.is_person,
        "url": hit.url,
        "reasons": [{"text": reason, "same": True} for reason in reasons],
        "use_url": hit.url,
    }
