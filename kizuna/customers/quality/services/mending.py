"""Mending what was found, of one record or of many."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.records.values import settle
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Denied
from kizuna.base.types.points import together
from kizuna.customers.consent import queries as consent
from kizuna.customers.consent.models import Reason
from kizuna.customers.contacts.models.channels import named
from kizuna.customers.quality.queries import assessing
from kizuna.customers.quality.services.walking import look_at

POINTS = {"emails": "email", "phones": "phone"}


@action(label=_("Write values anew"), done=_("Values written anew."), icon="wand", bulk=True, place="panel")
def write_anew(*, actor: Any, record: Record) -> Record:
    """Write names, numbers and addresses as Kizuna would today. What they say stays; history keeps what they were."""
    resource = registry.of(record)
    fresh = assessing.anew(record)
    names = assessing.differing(record, fresh)
    if names:
        before = dict(record.__dict__)
        for name in names:
            record.__dict__[name] = fresh.__dict__[name]
        settle(record, resource)
        records.store_changes(actor=actor, resource=resource, changed=[(record, before)])
    look_at(resource.key, [record])
    return record


@action(
    label=_("Remove bad addresses"),
    done=_("Bad addresses removed."),
    icon="mail-off",
    bulk=True,
    place="panel",
    confirm=_("Addresses that cannot be right, throw-away mail and those that came back are taken off the record."),
    put_back=True,
)
def drop_bad_addresses(*, actor: Any, record: Record) -> Record:
    """Take addresses and numbers that lead nowhere off a record. Its history keeps them, and gives them back."""
    resource = registry.of(record)
    dead = _bounced(resource.key, record)
    changes = {}
    for name, kind in POINTS.items():
        points = getattr(record, name) or []
        kept = [point for point in points if not _leads_nowhere(kind, point, dead)]
        if len(kept) < len(points):
            changes[name] = together([dict(point) for point in kept])
    if changes.keys() - resource.writable_fields(actor).keys():
        raise Denied()
    if changes:
        record = records.update(actor=actor, record=record, changes=changes)
    look_at(resource.key, [record])
    return record


def _bounced(key: str, record: Any) -> set[tuple[str, str]]:
    """The main addresses of a contact from which everything came back."""
    if key != "contact":
        return set()
    ways = [named(one.channel) for one in consent.marks_of(record) if one.reason == Reason.BOUNCED]
    return {(way.point, getattr(record, way.point)) for way in ways if way is not None}


def _leads_nowhere(kind: str, point: dict[str, Any], dead: set[tuple[str, str]]) -> bool:
    if (kind, point.get("key", "")) in dead:
        return True
    return any(assessing.is_bad(kind, point, code) for code in ("invalid", "disposable"))
