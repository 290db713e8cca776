"""Somebody asks on a website or in another program: the door to leads."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from kizuna.base.records import notices
from kizuna.base.resources import registry
from kizuna.base.types import text
from kizuna.base.types.errors import Errors, Invalid, Missing
from kizuna.customers.consent import queries as consent
from kizuna.customers.consent.models import Purpose, Source, State, Wording
from kizuna.customers.contacts.models import channels
from kizuna.customers.leads import services
from kizuna.customers.leads.services import Said
from kizuna.interfaces.api import incoming
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.paging import LARGEST_ID
from kizuna.interfaces.api.representations import respond

GIVEN = ("lead", "consents", "key", "happened_at")
SAID = ("purpose", "channel", "state", "source", "wording")
STATES = (State.GRANTED, State.WITHDRAWN)
LONGEST_KEY, MOST = 200, 20


@api.post("/{str:plural}/capture")
def capture_lead(request: HttpRequest, plural: str) -> HttpResponse:
    """201 for a new lead, 200 where the enquiry joined one that is open, or was told before under this key."""
    if plural != registry.get("lead").plural:
        raise Missing()
    actor: Any = request.auth  # type: ignore[attr-defined]
    body = incoming.body(request)
    errors: Errors = {name: [_("There is no such field.")] for name in body.keys() - {*GIVEN}}
    values, key = body.get("lead"), body.get("key") or ""
    if not isinstance(values, dict):
        errors["lead"] = [_("This is needed.")]
    key = text.clean(key) if isinstance(key, str) else key
    if not isinstance(key, str) or len(key) > LONGEST_KEY:
        errors["key"] = [_("At most %(limit)d characters.") % {"limit": LONGEST_KEY}]
    happened_at = _moment(body.get("happened_at"), errors)
    said = _said(body.get("consents") or [], errors)
    if errors or not isinstance(values, dict):
        raise Invalid(errors)
    try:
        done = services.capture_lead(actor=actor, values=values, said=said, key=key, happened_at=happened_at)
    except Invalid as problem:
        raise problem.under("lead") from problem
    answer: dict[str, Any] = {"id": done.lead.pk, "is_new": done.is_new, "enquiry_id": done.touch.pk}
    if found := notices.of(registry.get("lead"), done.lead, values):
        answer["notices"] = found
    headers = {"Location": f"{request.path.removesuffix('/capture')}/{done.lead.pk}"}
    return respond(answer, status=201 if done.is_new else 200, headers=headers)


def _moment(raw: Any, errors: Errors) -> dt.datetime | None:
    if raw is None:
        return None
    try:
        found = parse_datetime(raw) if isinstance(raw, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 1970 <= found.year <= 2200:
        errors["happened_at"] = [_("A moment looks like 2026-11-20T06:30:00Z.")]
        return None
    return found


def _said(given: Any, errors: Errors) -> list[Said]:
    if not isinstance(given, list) or len(given) > MOST or not all(isinstance(one, dict) for one in given):
        errors["consents"] = [_("Give a list of what they agreed to.")]
        return []
    return [found for number, one in enumerate(given) if (found := _one(one, f"consents.{number}", errors))]


def _one(given: dict[str, Any], path: str, errors: Errors) -> Said | None:
    wrong: Errors = {f"{path}.{name}": [_("There is no such field.")] for name in given.keys() - {*SAID}}
    purpose = _purpose(text.clean(str(given.get("purpose", "")))[:40])
    if purpose is None:
        wrong[f"{path}.purpose"] = [_("There is no such purpose.")]
    channel, state = given.get("channel"), given.get("state", State.GRANTED)
    source = given.get("source", Source.FORM)
    for name, value, known in (
        ("channel", channel, dict(channels.choices())), ("state", state, STATES), ("source", source, Source.values),
    ):  # fmt: skip
        if not isinstance(value, str) or value not in known:
            wrong[f"{path}.{name}"] = [_("Choose one of: %(choices)s.") % {"choices": ", ".join(map(str, known))}]
    wording = _wording(given.get("wording"), purpose)
    if given.get("wording") is not None and wording is None:
        wrong[f"{path}.wording"] = [_("There is no such wording of this purpose.")]
    errors |= wrong
    if wrong or purpose is None:
        return None
    return Said(purpose, str(channel), state=str(state), source=str(source), wording=wording)


def _purpose(code: str) -> Purpose | None:
    """One that people can say yes or no to."""
    try:
        found = consent.purpose_named(code)
    except Missing:
        return None
    return None if found.is_service else found


def _wording(raw: Any, purpose: Purpose | None) -> Wording | None:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw <= LARGEST_ID:
        return None
    return consent.wording_of(purpose, raw)
