"""Tags: words that group records, kept as typed and told apart by their matching form."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Invalid, fill
from kizuna.base.types.text import clean, fold

MAX_TAGS = 50
MAX_LENGTH = 60


def normalise_tags(raw: Any) -> list[str]:
    """Clean tags in the order given, the first spelling of each, empty ones left out; None is no tags.

    Raises Invalid with paths such as "2" (the third one) or "" (the list itself).
    """
    if raw is None:
        return []
    if not isinstance(raw, list | tuple):
        raise Invalid({"": _("Give a list of tags.")})
    errors: dict[str, Any] = {}
    found: dict[str, str] = {}
    for place, tag in enumerate(raw):
        if not isinstance(tag, str):
            errors[str(place)] = _("A tag is text.")
            continue
        tag = clean(tag)
        if len(tag) > MAX_LENGTH:
            errors[str(place)] = fill(_("A tag has at most %(limit)d characters."), {"limit": MAX_LENGTH})
        elif key := fold(tag):
            found.setdefault(key, tag)
    if len(found) > MAX_TAGS:
        errors[""] = fill(_("At most %(limit)d tags."), {"limit": MAX_TAGS})
    if errors:
        raise Invalid(errors)
    return list(found.values())
