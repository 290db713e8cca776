"""May somebody be contacted now? And the suppression list, which knows addresses only by their fingerprints."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.resources import registry
from kizuna.base.types.errors import Invalid, Missing
from kizuna.customers.consent import services
from kizuna.interfaces.api import incoming
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.representations import respond

LONGEST = 40
ENTRY = ("channel", "address", "reason", "note")


@api.get("/{str:plural}/{int:record_id}/may-contact")
def may_contact(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """The answer that every sender of ours asks for, with the reasons against it in order. It is written down."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    contacts = registry.get("contact")
    if plural != contacts.plural:
        raise Missing()
    given = Parameters(request.GET, ("channel", "purpose"))
    channel, purpose = given.read("channel", _code, ""), given.read("purpose", _code, "")
    given.check()
    if not channel or not purpose:
        raise Invalid({"": [_("Give a channel and a purpose.")]})
    person = contacts.visible_to(actor).filter(pk=record_id).first()
    if person is None:
        raise Missing()
    if not policy.permissions_of(actor).can("consent", "read"):
        raise Missing()
    answer = services.may_contact(person=person, channel=channel, purpose=purpose)
    return respond(
        {
            "allowed": answer.allowed,
            "reasons": [{"code": reason.value, "text": str(reason.label)} for reason in answer.reasons],
            "next_at": answer.next_at,
            "label": answer.label,
        }
    )


def _code(text: str) -> str:
    return text[:LONGEST]


@api.post("/suppress")
def suppress(request: HttpRequest) -> HttpResponse:
    """Leave an address in peace on one channel. The entry, also when it was there already."""
    found = services.suppress_address(actor=request.auth, **_texts(request, ENTRY))  # type: ignore[attr-defined]
    return respond(_entry(found), status=201)


def _entry(row: Any) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in ("channel", "reason", "note", "created_at", "lifted_at")}
    return {"id": row.pk} | shown


def _texts(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str]:
    body = incoming.body(request)
    wrong: dict[str, Any] = {name: _("There is no such field.") for name in body.keys() - {*names}}
    wrong |= {name: _("Give a text.") for name in names if not isinstance(body.get(name, ""), str)}
    wrong |= {name: _("This is needed.") for name in ("channel", "address") if not body.get(name)}
    if wrong:
        raise Invalid(wrong)
    return {name: body.get(name, "") for name in names}
