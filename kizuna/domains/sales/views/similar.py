"""The panel of an open deal that tells how others like it ended."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.resources import registry
from kizuna.base.resources.titles import title_of
from kizuna.base.ui.shown import ShownRecord
from kizuna.domains.sales.models import Kind
from kizuna.domains.sales.queries.similar import Similar, similar_to


def panel(shown: ShownRecord) -> dict[str, Any] | None:
    """Won and lost deals like this one, each with the reason why it is here; only while this one is open."""
    deal: Any = shown.record
    if not deal.is_open:
        return None
    return {
        "id": "similar-deals",
        "icon": "versions",
        "title": _("Similar deals"),
        "rows": [_row(shown, one) for one in similar_to(deal, actor=shown.actor)],
        "nothing": _("No deal like this one was won or lost yet."),
    }


def _row(shown: ShownRecord, one: Similar) -> dict[str, Any]:
    is_won = one.deal.status == Kind.WON
    words = [*one.reasons, *([_("has a lesson")] if one.deal.has_lesson else [])]  # type: ignore[attr-defined]
    if not is_won and one.deal.reason is not None:
        words.append(registry.get("closereason").title_field.to_text((one.deal.reason.name, ""), shown.reader))
    return {
        "name": title_of(one.deal, shown.actor),
        "url": registry.get("opportunity").record_url(one.deal.pk),
        "detail": shown.reader.listed(words),
        "badge": {"text": _("Won") if is_won else _("Lost"), "tone": "good" if is_won else "", "icon": ""},
    }
