"""The views of a list as one person has them, and the one that it opens with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from kizuna.base.access import policy
from kizuna.base.resources import registry
from kizuna.base.saved_views.models import DefaultView, SavedView
from kizuna.base.types.errors import Missing
from kizuna.base.types.ready import Given, GivenTexts, Ready

MOST_SHOWN = 200
HABITS = "views"
ALL = "all"


def views_of(actor: Any, resource: str) -> list[SavedView]:
    """The views of a list that the actor sees, in their own order, in one query whatever their number.

    `rank` says for whom a view is the default: 1 for a role of the actor, 2 for everybody, else None.
    """
    rows = _OF_LIST.ask(actor=actor.pk, resource=resource)
    places = {view_id: place for place, view_id in enumerate(habits(actor, resource)["order"])}
    return sorted(rows, key=lambda view: (places.get(view.pk, len(places)), view.pk))


def _of_list() -> QuerySet[SavedView]:
    actor = Given("actor")
    mine = Q(role=None) | Q(role__users=actor)
    ranks = DefaultView.objects.filter(mine, view=OuterRef("pk")).annotate(
        rank=Case(When(role=None, then=Value(2)), default=Value(1), output_field=IntegerField())
    )
    return (
        SavedView.objects.seen_by(actor)
        .filter(resource=Given("resource"))
        .select_related("owner", "team")
        .annotate(rank=Subquery(ranks.order_by("rank").values("rank")[:1]))
        .order_by(F("rank").asc(nulls_last=True), "pk")[:MOST_SHOWN]
    )


_OF_LIST = Ready(_of_list)


def default_of(actor: Any, resource: str, views: Sequence[SavedView]) -> SavedView | None:
    """The view among these with which the list opens: the actor's choice, else their role's, else everybody's."""
    chosen = habits(actor, resource)["default"]
    if chosen == ALL:
        return None
    own = next((view for view in views if view.pk == chosen), None)
    ranked = [view for view in views if getattr(view, "rank", None) is not None]
    return own or min(ranked, key=lambda view: (view.rank, view.pk), default=None)  # type: ignore[attr-defined]


def habits(actor: Any, resource: str) -> dict[str, Any]:
    """How a person has the tabs of a list: `order` and `hidden` (ids), and `default` (an id, "all", or None)."""
    kept = (getattr(actor, "preferences", None) or {}).get(HABITS)
    found = kept.get(resource) if isinstance(kept, dict) else None
    found = found if isinstance(found, dict) else {}
    return {"order": list(found.get("order", ())), "hidden": list(found.get("hidden", ()))} | {
        "default": found.get("default")
    }


def find(actor: Any, view_id: int) -> SavedView:
    """Raises Missing for a view that is gone, that is not shared with the actor, or whose records they may not read."""
    view = visible(actor).filter(pk=view_id).select_related("owner", "team").first()
    if view is None:
        raise Missing()
    return view


def visible(actor: Any) -> QuerySet[SavedView]:
    """Every view that the actor sees of records that they may read."""
    return SavedView.objects.visible_to(actor).filter(resource__in=_readable(actor))


def newest(actor: Any) -> list[SavedView]:
    """The newest of them, with what a line about each says: asked with each letter that is typed into the palette."""
    return _NEWEST.ask(actor=actor.pk, resources=_readable(actor))


_NEWEST = Ready(
    lambda: (
        SavedView.objects.seen_by(Given("actor"))
        .filter(resource__in=GivenTexts("resources"))
        .order_by("-pk")
        .only("resource", "name", "audience")[:MOST_SHOWN]
    )
)


def _readable(actor: Any) -> list[str]:
    permissions = policy.permissions_of(actor)
    return [resource.key for resource in registry.all_resources() if permissions.can(resource.key, "read")]


def defaults(view: SavedView) -> set[int | None]:
    """The roles for which a view is the default; None stands for everybody."""
    return set(DefaultView.objects.filter(view=view).values_list("role_id", flat=True))
