"""What people agreed to, who must be left in peace, and the rules by which both are read."""

from kizuna.customers.consent.models.consents import Basis, Consent, Source, Standing, State, strictest
from kizuna.customers.consent.models.contacting import Decision, Outreach
from kizuna.customers.consent.models.links import Link, OptIn
from kizuna.customers.consent.models.packs import PolicyPack
from kizuna.customers.consent.models.personal_data import Disclosure, Erasure, Progress
from kizuna.customers.consent.models.purposes import Purpose, Wording
from kizuna.customers.consent.models.suppression import MARKED_BY, Bounce, Mark, Pepper, Reason, Suppression

__all__ = [
    "MARKED_BY",
    "Basis",
    "Bounce",
    "Consent",
    "Decision",
    "Disclosure",
    "Erasure",
    "Link",
    "Mark",
    "OptIn",
    "Outreach",
    "Pepper",
    "PolicyPack",
    "Progress",
    "Purpose",
    "Reason",
    "Source",
    "Standing",
    "State",
    "Suppression",
    "Wording",
    "strictest",
]
