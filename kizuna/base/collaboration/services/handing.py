"""Handing a record over: a new owner, and a message for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.collaboration import queries
from kizuna.base.collaboration.events import RecordHandedOver
from kizuna.base.collaboration.services.commenting import comment
from kizuna.base.events import Touched, current_origin, publish
from kizuna.base.events.origin import originating
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused


@action(
    label=_("Hand over"),
    icon="arrow-forward-up",
    bulk=True,
    when=lambda record: not record.is_deleted,
    asks={"owner": _("New owner"), "message": _("Message")},
)
def hand_over(*, actor: Any, record: Record, owner: User, message: str = "") -> Record:
    """Give the record to a new owner, who is told, with a message that stays as a comment. Whoever may not see the
    record cannot get it, and the owner is changed only by who may change it."""
    resource = registry.of(record)
    if not owner.is_active:
        raise Refused(_("This person no longer works here."), field="owner")
    if record.owner_id == owner.pk:
        raise Refused(_("It is theirs already."), field="owner")
    said = comment(actor=actor, record=record, text=message, mentions=[]) if message.strip() else None
    told = RecordHandedOver(
        resource=resource.key, record_id=record.pk, owner_id=owner.pk, comment_id=said.pk if said else None
    )
    row = publish(told, subjects=[Touched(resource.key, record.pk)], by=actor)
    with originating(replace(current_origin(), cause_id=row.pk, depth=row.depth + 1)):
        given = records.update(actor=actor, record=record, changes={"owner": owner.pk})
    if not queries.seers(resource, record.pk, [owner.pk]):
        raise Refused(_("This person may not see the record, so they cannot get it."), field="owner")
    return given
