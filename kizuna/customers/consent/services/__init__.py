"""Verbs of consent. Plain create, change and delete go through `base.records`."""

from kizuna.customers.consent.services.consents import keep, record_consent, withdraw, withdraw_consent
from kizuna.customers.consent.services.contacting import (
    forget_decisions,
    may_contact,
    may_contact_all,
    record_outreach,
)
from kizuna.customers.consent.services.suppression import (
    lift_suppression,
    look_up,
    mark_suppressed,
    put_on,
    record_bounce,
    suppress_address,
)
from kizuna.customers.consent.services.wordings import publish_wording

__all__ = [
    "forget_decisions",
    "keep",
    "lift_suppression",
    "look_up",
    "mark_suppressed",
    "may_contact",
    "may_contact_all",
    "publish_wording",
    "put_on",
    "record_bounce",
    "record_consent",
    "record_outreach",
    "suppress_address",
    "withdraw",
    "withdraw_consent",
]
