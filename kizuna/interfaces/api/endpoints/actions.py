"""The verbs that rooms add to their records."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Missing, fill
from kizuna.interfaces.api import incoming
from kizuna.interfaces.api.addresses import ACTION, opened
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.representations import Shape, respond


@api.post("/{str:plural}/{int:record_id}/actions/{str:verb}")
def run_action(request: HttpRequest, plural: str, record_id: int, verb: str) -> HttpResponse:
    """Do it. The answer holds the record as it now is (null once the caller may not see it), and what else was made."""
    resource = opened(plural, ACTION, "POST")
    actor: Any = request.auth  # type: ignore[attr-defined]
    action = resource.action(verb)
    if action is None:
        raise Missing(fill(_("There is no action “%(name)s”."), {"name": verb[:60]}))
    arguments = incoming.body(request, may_be_empty=True)
    made = action.run(actor=actor, record_id=record_id, raw=arguments, reader=Reader.of(actor))
    record = Shape(resource, actor).one(resource.visible_to(actor).filter(pk=record_id))
    return respond({"record": record, "result": _reference(made, record_id, resource.key)})


def _reference(made: Any, record_id: int, key: str) -> dict[str, Any] | None:
    """Where to find what the action made; None when that is the record itself or nothing."""
    if not isinstance(made, Model) or (policy.resource_key(type(made)), made.pk) == (key, record_id):
        return None
    return {"resource": policy.resource_key(type(made)), "id": made.pk}
