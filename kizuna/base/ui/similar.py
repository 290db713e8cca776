"""Is this one here already? Asked while somebody fills in the form of a new record; a hint, never a refusal."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kizuna.base.duplicates import resolver
from kizuna.base.duplicates.queries import ALIKE, DIFFERENT, PROBABLE, SAME, Reason
from kizuna.base.duplicates.resolver import Candidate
from kizuna.base.resources.avatars import avatar
from kizuna.base.resources.resource import Resource
from kizuna.base.search import queries as search
from kizuna.base.search.queries import Hit
from kizuna.base.types.refs import RecordRef
from kizuna.base.ui import controls
from kizuna.base.ui.duplicates import certainty_words


def similar(resource: Resource, actor: Any, data: QueryDict) -> dict[str, Any] | None:
    """What `ui/parts/matches.html` needs, the most certain first; None when there are none."""
    values = controls.submitted(resource, actor, data)
    found = {one.record_id: one for one in resolver.candidates(actor, resource, values)}
    hits = search.named(actor, [RecordRef(resource.key, pk) for pk in found])
    if not hits:
        return None
    return {
        "title": _("Perhaps already here"),
        "lead": _("Found while you type; nothing is saved yet."),
        "foot": _("Not the same? Keep going."),
        "items": [_match(hit, found[hit.id]) for hit in hits],
    }


def _match(hit: Hit, candidate: Candidate) -> dict[str, Any]:
    return {
        "name": hit.title.get("text") or f"#{hit.id}",
        "reading": hit.title.get("reading", ""),
        "detail": hit.subtitle,
        **avatar(hit.resource, hit.id, hit.title),
        "url": hit.url,
        "remark": certainty_words(candidate.certainty)[0] if candidate.certainty >= PROBABLE else "",
        "reasons": [{"text": _words(reason), "same": reason.how != DIFFERENT} for reason in candidate.reasons],
        "use_url": hit.url,
    }


def _words(reason: Reason) -> str:
    words = {SAME: _("Same %(field)s"), ALIKE: _("Similar %(field)s")}.get(reason.how, _("Different %(field)s"))
    return words % {"field": str(reason.label).lower()}
