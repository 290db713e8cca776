"""Handing records over: a new owner, and a message for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import audience, policy
from kizuna.base.collaboration import queries
from kizuna.base.collaboration.events import RecordHandedOver, RecordsHandedOver
from kizuna.base.collaboration.services.commenting import comment, comment_on_each
from kizuna.base.events import Touched, current_origin, publish
from kizuna.base.events.origin import originating
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Denied, Refused
from kizuna.base.types.verdicts import Verdicts

GONE = _("This person no longer works here.")
THEIRS = _("It is theirs already.")
UNSEEN = _("This person may not see the record, so they cannot get it.")


@action(
    label=_("Hand over"),
    done=_("Handed over."),
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
        raise Refused(GONE, field="owner")
    if record.owner_id == owner.pk:
        raise Refused(THEIRS, field="owner")
    said = comment(actor=actor, record=record, text=message, mentions=[]) if message.strip() else None
    told = RecordHandedOver(
        resource=resource.key, record_id=record.pk, owner_id=owner.pk, comment_id=said.pk if said else None
    )
    row = publish(told, subjects=[Touched(resource.key, record.pk)], by=actor)
    with originating(replace(current_origin(), cause_id=row.pk, depth=row.depth + 1)):
        given = records.update(actor=actor, record=record, changes={"owner": owner.pk})
    if not queries.seers(resource, record.pk, [owner.pk]):
        raise Refused(UNSEEN, field="owner")
    return given


@hand_over.for_many
def hand_over_many(*, actor: Any, records: Sequence[Record], owner: User, message: str = "") -> Verdicts:
    """The same for many records of one kind, which the caller holds, as far as each can be given: one event, one
    change, and one line for the new owner however many they get. Raises what is wrong with a single one of them."""
    found = Verdicts()
    if not owner.is_active:
        return Verdicts(refused={record.pk: str(GONE) for record in records})
    resource = registry.of(records[0])
    rest = {record.pk: record for record in records if record.owner_id != owner.pk}
    found.refused = {record.pk: str(THEIRS) for record in records if record.pk not in rest}
    own = resource.model._default_manager.permitted(actor, "update").filter(pk__in=list(rest))
    barred = rest.keys() - set(own.values_list("pk", flat=True))
    found.refused |= {pk: str(Denied.message) for pk in barred}
    unseen = _unseen(owner, resource.model, rest.keys() - barred)
    found.refused |= {pk: str(UNSEEN) for pk in unseen}
    found.done = [pk for pk in rest if pk not in found.refused]
    if found.done:
        _give(actor, [rest[pk] for pk in found.done], owner, message)
    return found


def _give(actor: Any, given: Sequence[Record], owner: User, message: str) -> None:
    resource = registry.of(given[0])
    edit = records.Edit(actor, resource, {"owner": owner.pk})
    ids = tuple(record.pk for record in given)
    said = comment_on_each(actor=actor, resource=resource, ids=ids, text=message) if message.strip() else ()
    told = RecordsHandedOver(resource=resource.key, ids=ids, owner_id=owner.pk, comment_ids=tuple(said))
    row = publish(told, subjects=[Touched(resource.key, pk) for pk in ids], by=actor)
    with originating(replace(current_origin(), cause_id=row.pk, depth=row.depth + 1)):
        batch = [(record, edit.values(record)) for record in given]
        changed = records.change_each(actor=actor, resource=resource, batch=batch)
    for reason in changed.refused.values():
        raise Refused(reason)


def _unseen(owner: User, model: type[models.Model], ids: Iterable[int]) -> set[int]:
    """Which of the records the new owner would not see if they were theirs."""
    members = policy.owners_seen(owner, model)
    if policy.sees_all(owner, model) or (members is not None and owner.pk in members):
        return set()
    with transaction.atomic():
        wanted = sorted(ids)
        model._default_manager.filter(pk__in=wanted).update(owner=owner)
        seen = audience.seen_by([owner], model, wanted)[owner.pk]
        transaction.set_rollback(True)
    return set(wanted) - set(seen)
