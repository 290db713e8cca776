"""Search hits as the palette and the relation picker draw them."""

from __future__ import annotations

from typing import Any

from kizuna.base.search.queries import Hit


def drawn(hit: Hit) -> dict[str, Any]:
    """Initials, title and the line beneath it, with the matched words apart."""
    cell = hit.title
    before, match, after = split(str(cell.get("text", "")), hit.words)
    detail = ", ".join(filter(None, [str(cell.get("reading", "")), hit.subtitle]))
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
        "initials": cell.get("initials", ""),
        "lang": cell.get("lang", ""),
        "tint": hit.id % 6 + 1,
        "square": not hit.resource.is_person,
        "icon": hit.resource.icon,
    }


def split(shown: str, words: tuple[str, ...]) -> tuple[str, str, str]:
    """Text before, in and after the first matched word; nothing matched is ("", "", "")."""
    lowered = shown.casefold()
    for word in words:
        at = lowered.find(word.casefold()) if len(lowered) == len(shown) else shown.find(word)
        if word and at >= 0:
            return shown[:at], shown[at : at + len(word)], shown[at + len(word) :]
    return "", "", ""
