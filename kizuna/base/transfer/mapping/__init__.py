"""Which column goes into which field: guessed from the header and the first rows, corrected by people."""

from kizuna.base.transfer.mapping.guessing import guess
from kizuna.base.transfer.mapping.keys import combinable, matchable, why_no_key
from kizuna.base.transfer.mapping.products import recognise
from kizuna.base.transfer.mapping.targets import (
    ID,
    Target,
    TargetGroup,
    label_of,
    target_groups,
    targets_of,
)

__all__ = [
    "ID",
    "Target",
    "TargetGroup",
    "combinable",
    "guess",
    "label_of",
    "matchable",
    "recognise",
    "target_groups",
    "targets_of",
    "why_no_key",
]
