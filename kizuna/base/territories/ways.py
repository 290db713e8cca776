"""A way of choosing who gets a record: somebody of its territory; where nobody is there, of the one above."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kizuna.base.assignment import kinds
from kizuna.base.territories import queries


def register() -> None:
    kinds.register(
        kinds.Way(
            "territory",
            _("By territory"),
            kinds.next_in_turn,
            _("It was their turn in the territory."),
            turns=True,
            people=queries.nearest,
        )
    )
