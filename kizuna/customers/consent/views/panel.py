"""What a contact agreed to, beside their timeline. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.ui.finding import may
from kizuna.base.ui.shown import ShownRecord
from kizuna.customers.consent import queries
from kizuna.customers.consent.models import Standing, State, Suppression
from kizuna.customers.contacts.models import Contact

VERBS = ("record_consent", "ask_consent", "withdraw_consent")
SHOWN = 2
"""How many of what can be done stand in the panel: to ask and to write down. The rest is in its menu."""
BADGES = {
    State.GRANTED: {"tone": "good", "icon": "check"},
    State.WITHDRAWN: {"tone": "bad", "icon": "x"},
    State.EXPIRED: {"tone": "warn", "icon": "clock"},
    State.REQUESTED: {"tone": "warn", "icon": "clock"},
}


def panel(shown: ShownRecord) -> dict[str, Any] | None:
    """The panel, or None for who may not read consents."""
    permissions = policy.permissions_of(shown.actor)
    if not permissions.can("consent", "read"):
        return None
    contact = shown.record
    assert isinstance(contact, Contact)
    standings = queries.standings_of(contact)
    actions = _actions(shown)
    history = {"filter": conditions.dump({"field": "contact", "op": "is", "value": shown.record.pk})}
    return {
        "id": "consents",
        "icon": "shield-check",
        "title": _("Consent"),
        "count": "",
        "url": f"/consents?{urlencode(history)}",
        "more": _("What they said, and when") if standings else "",
        "rows": [
            *_suppressed(shown, contact, permissions),
            *(_row(shown, standing) for standing in standings),
        ],
        "nothing": _("They have said nothing about being contacted yet."),
        "actions": actions[:SHOWN],
        "menu": actions[SHOWN:],
    }


def _suppressed(shown: ShownRecord, contact: Contact, permissions: Any) -> list[dict[str, Any]]:
    may_open = permissions.can("suppression", "read")
    return [_listed(shown, found, may_open) for found in queries.marks_of(contact)]


def _listed(shown: ShownRecord, found: Suppression, may_open: bool) -> dict[str, Any]:
    return {
        "name": str(found),
        "url": f"/suppressions/{found.pk}" if may_open else shown.url,
        "detail": since(shown, found.created_at),
        "badge": {"text": _("Suppressed"), "tone": "bad", "icon": "ban"},
    }


def since(shown: ShownRecord, moment: dt.datetime) -> str:
    day = moment.astimezone(shown.reader.zone).date()
    return _("Since %(day)s") % {"day": shown.reader.day(day)}


def _row(shown: ShownRecord, standing: Standing) -> dict[str, Any]:
    source = standing.consent.get_source_display()
    return {
        "name": f"{standing.purpose} · {standing.label}",
        "url": f"/consents/{standing.consent_id}",
        "detail": shown.reader.listed([since(shown, standing.since), source]),
        "badge": {"text": standing.get_state_display(), **BADGES[State(standing.state)]},
    }


def _actions(shown: ShownRecord) -> list[dict[str, Any]]:
    permissions = policy.permissions_of(shown.actor)
    if shown.is_deleted:
        return _of_the_erased(shown) if permissions.can("contact", "erase_person") else []
    may_write = may(shown.actor, shown.resource, shown.record, "update")  # the verbs ask for themselves
    whole = [name for name in ("disclose_person", "erase_person") if permissions.can("contact", name)]
    verbs = [
        {"label": action.label, "icon": action.icon, "url": f"{shown.url}/actions/{action.name}", "dialog": True}
        for action in shown.resource.actions
        if action.name in VERBS and may_write and permissions.can("contact", action.name)
    ]
    asked = {"label": _("May we contact them?"), "icon": "list-check", "url": f"{shown.url}/may-contact"}
    data = {"label": _("Personal data"), "icon": "file-text", "url": f"{shown.url}/personal-data"}
    return [asked, *verbs, *([data] if whole else [])]


def _of_the_erased(shown: ShownRecord) -> list[dict[str, Any]]:
    """The proof beside what is left of somebody who was erased."""
    if queries.erasure_of(shown.record.pk) is None:
        return []
    return [{"label": _("Proof of the erasure"), "icon": "certificate", "url": f"{shown.url}/personal-data"}]
