"""The verbs that rooms add to their records."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.resources.actions import Action, Foreseen
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing, fill
from kizuna.interfaces.api import incoming
from kizuna.interfaces.api.addresses import ACTION, PREVIEW, opened
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.representations import Shape, respond


@api.post("/{str:plural}/{int:record_id}/actions/{str:verb}")
def run_action(request: HttpRequest, plural: str, record_id: int, verb: str) -> HttpResponse:
    """Do it. The answer holds the record as it now is (null once the caller may not see it), and what else was made."""
    resource = opened(plural, ACTION, "POST")
    actor: Any = request.auth  # type: ignore[attr-defined]  # ninja sets it
    action = _action(resource, verb)
    arguments = incoming.body(request, may_be_empty=True)
    made = action.run(actor=actor, record_id=record_id, raw=arguments, reader=Reader.of(actor))
    record = Shape(resource, actor).one(resource.visible_to(actor).filter(pk=record_id))
    return respond({"record": record, "result": _reference(made, record_id, resource.key)})


@api.post("/{str:plural}/{int:record_id}/actions/{str:verb}/preview")
def preview_action(request: HttpRequest, plural: str, record_id: int, verb: str) -> HttpResponse:
    """The records that the same call would make or fill, in order, without doing it."""
    resource = opened(plural, PREVIEW, "POST")
    actor: Any = request.auth  # type: ignore[attr-defined]  # ninja sets it
    arguments = incoming.body(request, may_be_empty=True)
    action = _action(resource, verb)
    found = action.foresee(actor=actor, record_id=record_id, raw=arguments, reader=Reader.of(actor))
    return respond({"items": [_foreseen(one) for one in found]})


def _action(resource: Resource, verb: str) -> Action:
    action = resource.action(verb)
    if action is None:
        raise Missing(fill(_("There is no action “%(name)s”."), {"name": verb[:60]}))
    return action


def _foreseen(one: Foreseen) -> dict[str, Any]:
    return {"resource": one.resource, "id": one.record_id, "values": one.values, "links": one.links}


def _reference(made: Any, record_id: int, key: str) -> dict[str, Any] | None:
    """Where to find what the action made; None when that is the record itself or nothing."""
    if not isinstance(made, Model) or (policy.resource_key(type(made)), made.pk) == (key, record_id):
        return None
    return {"resource": policy.resource_key(type(made)), "id": made.pk}
