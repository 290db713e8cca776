"""What a record is looked at for, and what makes it complete: said once, for screens, API and the reckoning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

KINDS = ("contact", "company")
"""The kinds of records that are looked at."""
POOR = 40
"""Of a hundred; below it a record is said to be hardly filled in."""
STALE_MONTHS = 18
RIGHT_FOR_DAYS = 365
"""So long what somebody found to be right is not asked about again."""


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong. `meaning` is its definition, `asks` says that a person has to decide about it,
    `mend` names the verb that mends many at once, or "delete"."""

    code: str
    label: Any
    meaning: Any
    tone: str = "warn"
    mend: str = ""
    asks: bool = True
    kinds: Sequence[str] = KINDS


CHECKS: dict[str, Check] = {
    check.code: check
    for check in (
        Check(
            "bounced",
            _("Mail comes back"),
            _("Messages to the main address came back for good, and it is suppressed since."),
            "bad",
            kinds=("contact",),
            mend="drop_bad_addresses",
        ),
        Check(
            "invalid",
            _("Address cannot be right"),
            _("An e-mail address with a domain that is surely mistyped or reserved, or a number that no country has."),
            "bad",
            mend="drop_bad_addresses",
        ),
        Check(
            "disposable",
            _("Throw-away mail"),
            _("An e-mail address at a provider of mailboxes for some minutes."),
            mend="drop_bad_addresses",
        ),
        Check(
            "unreachable",
            _("Cannot be reached"),
            _("Neither e-mail address nor telephone number nor city."),
            asks=False,
        ),
        Check("poor", _("Hardly filled in"), _("Less than two fifths of what a complete record has."), asks=False),
        Check(
            "unnormalised",
            _("Would be written otherwise today"),
            _("A name, number or address that came in under older rules of spelling."),
            asks=False,
            mend="write_anew",
        ),
        Check(
            "stale",
            _("Gone quiet"),
            _("No touch and no change for 18 months."),
            mend="look_again",
        ),
        Check(
            "orphaned",
            _("Company without anything"),
            _("No people, no subsidiaries, nothing ever done with it."),
            kinds=("company",),
            mend="delete",
        ),
        Check(
            "recheck",
            _("To be looked at again"),
            _("Somebody asked for it, and the day has come."),
            mend="confirm_right",
        ),
    )
}
DRAWN_BY_HAND = frozenset({"recheck"})
"""Entered by people, and left alone by the reckoning."""
ASKING = tuple(check.code for check in CHECKS.values() if check.asks)


def of_kind(key: str) -> list[Check]:
    return [check for check in CHECKS.values() if key in check.kinds]


def choices() -> list[tuple[str, Any]]:
    return [(check.code, check.label) for check in CHECKS.values()]


PARTS: Mapping[str, Mapping[str, str]] = {
    "contact": {
        "family_name": "family_name",
        "given_name": "given_name",
        "emails": "email",
        "phones": "phone",
        "city": "city",
        "language": "language",
        "source": "source",
        "owner": "owner_id",
    },
    "company": {
        "domain": "domain",
        "industry": "industry",
        "employees": "employees",
        "emails": "email",
        "phones": "phone",
        "city": "city",
        "owner": "owner_id",
    },
}
"""What a complete record has: the field, and the column that says whether it is filled in. Each counts the same."""
