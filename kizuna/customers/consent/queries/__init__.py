"""Reads: whether somebody may be contacted, how things stand with them, what is suppressed."""

from kizuna.customers.consent.queries.deciding import (
    Answer,
    Reached,
    Why,
    agreed,
    allowed,
    channel_named,
    decide,
    decide_every,
    may_be_advertised_to,
    needs_consent,
    still_holds,
    ways_to_advertise,
    zone_of,
    zones_of,
)
from kizuna.customers.consent.queries.personal_data import disclosure, disclosures_of, erasure_of, is_given_up
from kizuna.customers.consent.queries.standings import (
    current_wording,
    offered,
    purpose_named,
    standings_of,
    ways_of,
    wording_of,
)
from kizuna.customers.consent.queries.suppressed import in_force, marks_of

__all__ = [
    "Answer",
    "Reached",
    "Why",
    "agreed",
    "allowed",
    "channel_named",
    "current_wording",
    "decide",
    "decide_every",
    "disclosure",
    "disclosures_of",
    "erasure_of",
    "in_force",
    "is_given_up",
    "marks_of",
    "may_be_advertised_to",
    "needs_consent",
    "offered",
    "purpose_named",
    "standings_of",
    "still_holds",
    "ways_of",
    "ways_to_advertise",
    "wording_of",
    "zone_of",
    "zones_of",
]
