"""Reads: what a step says to somebody, when it is due, and how a sequence goes."""

from kizuna.customers.sequences.queries.figures import Figures, figures_of
from kizuna.customers.sequences.queries.timing import due_moment, hours_in
from kizuna.customers.sequences.queries.wording import Said, said_to, values_of, zone_of

__all__ = ["Figures", "Said", "due_moment", "figures_of", "hours_in", "said_to", "values_of", "zone_of"]
