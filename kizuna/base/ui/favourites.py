"""Records that somebody keeps at hand: favourites in the navigation, and what they looked at last in the palette."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.identity.services import users as identity
from kizuna.base.search import queries as search
from kizuna.base.search.queries import Hit
from kizuna.base.types.errors import Malformed, Refused, fill
from kizuna.base.types.refs import RecordRef

HABIT = "favourites"
MOST = 20
MOST_RECENT = 8


def refs_of(actor: Any) -> list[RecordRef]:
    """What the actor marked, in the order in which they did."""
    return parsed((getattr(actor, "preferences", None) or {}).get(HABIT) or ())


def favourites(actor: Any) -> list[Hit]:
    """The records marked that the actor still sees, titles as they are now."""
    refs = refs_of(actor)
    return search.named(actor, refs) if refs else []


def mark(*, actor: Any, ref: RecordRef, is_favourite: bool) -> None:
    """Keep a record among the favourites, or no longer. A habit and no event. Raises Refused past the twentieth."""
    with identity.holding_preferences(actor):
        kept = [one for one in refs_of(actor) if one != ref]
        if is_favourite and len(kept) >= MOST:
            raise Refused(fill(_("You have %(count)d favourites already. Take one away first."), {"count": MOST}))
        found = [str(one) for one in [*kept, *([ref] if is_favourite else [])]]
        identity.set_preference(actor=actor, name=HABIT, value=found or None)


def parsed(texts: Sequence[Any]) -> list[RecordRef]:
    """References as they were remembered, without what is none."""
    found = []
    for text in texts:
        try:
            found.append(RecordRef.parse(str(text)))
        except Malformed:
            continue
    return found
