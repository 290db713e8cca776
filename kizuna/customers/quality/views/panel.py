"""How complete a record is and what was found about it, quietly beside its timeline."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.ui.finding import may
from kizuna.base.ui.shown import ShownRecord
from kizuna.customers.quality.models import State, Verdict, checks
from kizuna.customers.quality.queries import assessing, findings
from kizuna.customers.quality.queries.figures import FIELD

ALWAYS = ("confirm_right", "look_again")


def panel(shown: ShownRecord) -> dict[str, Any] | None:
    """The panel, or None for who may not read all that it tells of, and for what lies in the trash."""
    key, record = shown.resource.key, shown.record
    if FIELD not in shown.fields or record.is_deleted:
        return None
    lacking = [str(shown.fields[name].label) for name in assessing.missing(key, record)]
    codes: list[str] = shown.values[FIELD]
    verdict = findings.last_verdict(key, record.pk)
    missing = _("Missing: %(fields)s") % {"fields": shown.reader.listed(lacking)} if lacking else ""
    return {
        "id": "quality",
        "icon": "heart-rate-monitor",
        "title": _("Data quality"),
        "note": shown.cell("completeness").get("text", ""),
        "text": missing,
        "rows": [_found(shown, code) for code in codes] + ([_decided(shown, verdict)] if verdict else []),
        "nothing": "" if lacking else _("Complete, and nothing to be mended."),
        "actions": _actions(shown, codes),
    }


def _found(shown: ShownRecord, code: str) -> dict[str, Any]:
    check = checks.CHECKS[code]
    badge = {"text": _("To be mended"), "tone": check.tone}
    return {"name": check.label, "url": shown.url, "detail": check.meaning, "badge": badge}


def _decided(shown: ShownRecord, verdict: Verdict) -> dict[str, Any]:
    day = shown.reader.day(verdict.created_at.astimezone(shown.reader.zone).date())
    who = verdict.created_by.name if verdict.created_by else "Kizuna"
    until = _("until %(day)s") % {"day": shown.reader.day(verdict.until)}
    words = [who, day, until, verdict.note]
    icon = "check" if verdict.state == State.RIGHT else "clock"
    return {
        "name": verdict.get_state_display(),
        "url": f"{shown.url}/history",
        "detail": shown.reader.listed(word for word in words if word),
        "badge": {"text": "", "tone": "good", "icon": icon},
    }


def _actions(shown: ShownRecord, codes: list[str]) -> list[dict[str, Any]]:
    """The verbs that fit what was found; those of people only where something waits for a decision."""
    mends = {checks.CHECKS[code].mend for code in codes}
    asks = any(checks.CHECKS[code].asks for code in codes)
    names = [*(ALWAYS if asks else ()), *(name for name in ("write_anew", "drop_bad_addresses") if name in mends)]
    permissions = policy.permissions_of(shown.actor)
    if not names or not may(shown.actor, shown.resource, shown.record, "update"):
        return []
    verbs = [
        verb for name in names if (verb := shown.resource.action(name)) and permissions.can(shown.resource.key, name)
    ]
    return [
        {
            "label": verb.label,
            "icon": verb.icon,
            "url": f"{shown.url}/actions/{verb.name}",
            "dialog": bool(verb.params),
            "post": not verb.params,
            "confirm": verb.confirm,
        }
        for verb in verbs
    ]
