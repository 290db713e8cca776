"""What somebody keeps at hand: records they marked, and those they opened last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.resources.avatars import avatar
from kizuna.base.search import queries as search
from kizuna.base.search.queries import Hit
from kizuna.base.ui import favourites as marked

ROWS = 8


def favourites(actor: Any) -> dict[str, Any]:
    return {
        "rows": _rows(marked.favourites(actor)[:ROWS]),
        "nothing": _("Mark a record with its star, and it stands here."),
    }


def nothing_yet(actor: Any) -> dict[str, Any]:
    """Which records they were is known to the browser alone; it asks for them."""
    return recent(actor, "")


def recent(actor: Any, remembered: str) -> dict[str, Any]:
    """The records with these references, as far as this person may see them."""
    refs = marked.parsed(remembered.split(",")[:ROWS])
    return {
        "rows": _rows(search.named(actor, refs) if refs else []),
        "nothing": _("What you open stands here, in this browser only."),
    }


def _rows(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    return [
        {
            "name": hit.title.get("text") or f"#{hit.id}",
            "url": hit.url,
            "detail": hit.subtitle,
            **avatar(hit.resource, hit.id, hit.title),
        }
        for hit in hits
    ]
