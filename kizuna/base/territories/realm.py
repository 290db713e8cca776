"""What lies in somebody's territories is theirs to see where their role says so: the realm of territories in grants."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kizuna.base.access import realms
from kizuna.base.territories import queries
from kizuna.base.territories.models import Placed

KEY = "territory"


def register() -> None:
    realms.register(
        realms.Realm(
            KEY,
            own=_("Own and territories"),
            team=_("Team and territories"),
            about=_("Territories means records in the territories where this person works, and in those beneath them."),
            column="territory_id",
            has=lambda model: issubclass(model, Placed),
            places_of=queries.places_of,
            decided_by=frozenset({"territory", "territorymember"}),
        )
    )
