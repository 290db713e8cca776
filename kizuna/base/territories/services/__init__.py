"""The verbs of territories."""

from kizuna.base.territories.services.keeping import merge_territory, tree_changed, turn_members
from kizuna.base.territories.services.placing import follow_rules, place_all
from kizuna.base.territories.services.realigning import (
    apply_planned,
    apply_realignment,
    begin_drafts,
    carry_on,
    undo_realignment,
    withdraw_realignment,
)

__all__ = [
    "apply_planned",
    "apply_realignment",
    "begin_drafts",
    "carry_on",
    "follow_rules",
    "merge_territory",
    "place_all",
    "tree_changed",
    "turn_members",
    "undo_realignment",
    "withdraw_realignment",
]
