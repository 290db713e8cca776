"""Search hits as the palette and the relation picker draw them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from kizuna.base.resources.avatars import avatar
from kizuna.base.search.queries import Hit
from kizuna.base.types import locales


def drawn(hit: Hit) -> dict[str, Any]:
    """Initials, title and the line beneath it, with the matched words apart."""
    cell = hit.title
    before, match, after = split(str(cell.get("text", "")), hit.words)
    detail = locales.listed(filter(None, [cell.get("reading"), hit.subtitle]), get_language() or "en")
    detail_before, detail_match, detail_after = split(detail, hit.words)
    return {
        "text": cell.get("text", ""),
        "before": before,
        "match": match,
        "after": after,
        "detail": detail,
        "detail_before": detail_before,
        "detail_match": detail_match,
        "detail_after": detail_after,
        **avatar(hit.resource, hit.id, cell),
    }


def split(shown: str, words: tuple[str, ...]) -> tuple[str, str, str]:
    """Text before, in and after the first matched word; nothing matched is ("", "", "")."""
    lowered = shown.casefold()
    for word in words:
        at = lowered.find(word.casefold()) if len(lowered) == len(shown) else shown.find(word)
        if word and at >= 0:
            return shown[:at], shown[at : at + len(word)], shown[at + len(word) :]
    return "", "", ""
