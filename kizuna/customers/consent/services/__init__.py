"""Verbs of consent. Plain create, change and delete go through `base.records`."""

from kizuna.customers.consent.services.asking import ask, language_of, waits
from kizuna.customers.consent.services.consents import (
    keep,
    keep_enquired,
    record_consent,
    withdraw,
    withdraw_consent,
)
from kizuna.customers.consent.services.contacting import may_contact, may_contact_all, record_outreach
from kizuna.customers.consent.services.disclosing import disclose_person, forget_disclosures, run_disclosure
from kizuna.customers.consent.services.erasing import (
    count_addresses,
    erase_person,
    look_at_erasure,
    people_of,
    run_erasure,
    stay_erased,
)
from kizuna.customers.consent.services.erasing_files import look_at_files
from kizuna.customers.consent.services.forgetting import forget_decisions, forget_outreach, forget_questions
from kizuna.customers.consent.services.links import (
    behind,
    clicked,
    leave,
    leave_all,
    list_headers,
    opened,
    preference_url,
    set_preferences,
    unsubscribe_url,
)
from kizuna.customers.consent.services.opting_in import (
    ask_consent,
    asked_by,
    confirm_opt_in,
    deliver_opt_in,
    keep_by,
    keep_confirmed,
)
from kizuna.customers.consent.services.suppression import (
    forget_bounces,
    keep_out_erased,
    lift_suppression,
    look_up,
    mark_suppressed,
    put_on,
    record_bounce,
    suppress_address,
    tell_of_erased,
)
from kizuna.customers.consent.services.wordings import publish_wording

__all__ = [
    "ask",
    "ask_consent",
    "asked_by",
    "behind",
    "clicked",
    "confirm_opt_in",
    "count_addresses",
    "deliver_opt_in",
    "disclose_person",
    "erase_person",
    "forget_bounces",
    "forget_decisions",
    "forget_disclosures",
    "forget_outreach",
    "forget_questions",
    "keep",
    "keep_by",
    "keep_confirmed",
    "keep_enquired",
    "keep_out_erased",
    "language_of",
    "leave",
    "leave_all",
    "lift_suppression",
    "list_headers",
    "look_at_erasure",
    "look_at_files",
    "look_up",
    "mark_suppressed",
    "may_contact",
    "may_contact_all",
    "opened",
    "people_of",
    "preference_url",
    "publish_wording",
    "put_on",
    "record_bounce",
    "record_consent",
    "record_outreach",
    "run_disclosure",
    "run_erasure",
    "set_preferences",
    "stay_erased",
    "suppress_address",
    "tell_of_erased",
    "unsubscribe_url",
    "waits",
    "withdraw",
    "withdraw_consent",
]
