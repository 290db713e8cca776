"""Verbs of selling. Plain create, change and delete go through `base.records`."""

from kizuna.domains.sales.services.moving import (
    lose_opportunity,
    move_opportunity,
    reopen_opportunity,
    win_opportunity,
)
from kizuna.domains.sales.services.parties import refuse_too_many_shares
from kizuna.domains.sales.services.stages import note_stages
from kizuna.domains.sales.services.states import note_states

__all__ = [
    "lose_opportunity",
    "move_opportunity",
    "note_stages",
    "note_states",
    "refuse_too_many_shares",
    "reopen_opportunity",
    "win_opportunity",
]
