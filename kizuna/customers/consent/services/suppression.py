"""Addresses put on the suppression list and taken off it, and the contacts whose main address they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Touched, publish
from kizuna.base.records.models import Record
from kizuna.base.resources.actions import action
from kizuna.base.resources.models import Key
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.values.drafts import Said
from kizuna.base.types.errors import Errors, Invalid, Malformed, Refused, fill
from kizuna.base.types.ready import GivenTexts, Ready
from kizuna.customers.consent import queries
from kizuna.customers.consent.events import AddressSuppressed, SuppressionLifted
from kizuna.customers.consent.models import (
    Bounce,
    Mark,
    Pepper,
    Purpose,
    Reason,
    Standing,
    State,
    Suppression,
    channels,
)
from kizuna.customers.consent.models.purposes import english
from kizuna.customers.consent.models.suppression import ADVERTISING_ONLY, matching_form
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.models.channels import Channel

BATCH = 500
_WAS_ERASED = _(
    "This address was erased on request. To take it in again, take it off the list of suppressed addresses first."
)
_IS_ERASED = _(
    "An address of this record was erased on request, and no message goes to it. Take it out, or, where the person "
    "came back, take it off the list of suppressed addresses."
)
MOST_BOUNCES, WEEKS, SPREAD = 5, 13, dt.timedelta(days=7)
"""So many in so many weeks, the first and the last more than a week apart: nobody reads there any more."""
KEPT = dt.timedelta(weeks=2 * WEEKS)
"""Twice as long as a bounce counts: of what is told late, those before it are counted, too."""


def suppress_address(
    *, actor: Any, channel: str, address: str, reason: str, note: str = "", region: str = ""
) -> Suppression:
    """Leave an address in peace on one channel. Once there, it stays as it was entered. Raises Denied, Invalid."""
    policy.check(actor, "suppress", Suppression)
    way = _suppressible(channel)
    known_as = _understood(way, address, region)
    if reason not in Reason.values:
        raise Invalid({"reason": [fill(_("Choose one of: %(choices)s."), {"choices": ", ".join(Reason.values)})]})
    if reason == Reason.BY_HAND and not note.strip():
        raise Invalid({"note": [_("Say why.")]})
    return put_on(by=actor, way=way, address=known_as, reason=reason, note=note)


def look_up(*, actor: Any, channel: str, address: str, region: str = "") -> list[Suppression]:
    """What the list says, and said, of an address on one channel: newest first. Raises Denied, Invalid."""
    policy.check(actor, "read", Suppression)
    way = _suppressible(channel)
    digest = pepper().digest(way.point, _understood(way, address, region))
    return list(Suppression.objects.visible_to(actor).filter(digest=digest, channel=way.code).order_by("-pk"))


def pepper(*, locked: bool = False) -> Pepper:
    """The key of the hashes; the first to need it makes it. Locked, two cannot put one address on the list at once."""
    found = _PEPPER.ask() or [Pepper.objects.get_or_create(pk=1, defaults={"secret": Pepper.new()})[0]]
    return Pepper.objects.select_for_update().get(pk=1) if locked else found[0]


_PEPPER = Ready(lambda: Pepper.objects.filter(pk=1))


def _understood(way: Channel, address: str, region: str) -> str:
    try:
        return matching_form(way.point, address, region)
    except Malformed as error:
        raise Invalid({"address": [error.message]}) from error


def _suppressible(code: str) -> Channel:
    way = queries.channel_named(code)
    if not channels.is_suppressible(way):
        raise Invalid({"channel": [_("Addresses of this channel cannot be suppressed.")]})
    return way


@transaction.atomic
def put_on(
    *,
    by: Any,
    way: Channel,
    address: str = "",
    digest: str = "",
    reason: str,
    note: str = "",
    purpose: Purpose | None = None,
) -> Suppression:
    """The same for those who have checked the right to it, and for who unsubscribes, who has it. `address` is in its
    matching form; without one (nobody has it any more) its `digest` is given."""
    key = pepper(locked=True)
    digest = key.digest(way.point, address) if address else digest
    found = queries.in_force(digest, way.code, purpose)
    if found is not None:
        return _erased(found) if reason == Reason.ERASED else found
    made = Suppression(
        channel=way.code, purpose=purpose, digest=digest, reason=reason, note=note.strip()[:500],
        created_by_id=by.pk, updated_by_id=by.pk,
    )  # fmt: skip
    made.save()
    if address:
        _mark(made, way, address)
    if purpose is None:  # what repeats a withdrawal is told of by that
        told = AddressSuppressed(suppression_id=made.pk, channel=way.code, reason=reason)
        publish(told, subjects=[Touched("suppression", made.pk)], by=by)
    return made


def _erased(found: Suppression) -> Suppression:
    """Whatever it was put on the list for, the person behind it is not to come back."""
    if found.reason != Reason.ERASED:
        found.reason, found.version = Reason.ERASED, found.version + 1
        found.save(update_fields=["reason", "version"])
    return found


def keep_out_erased(resource: Resource, drafts: Sequence[Said]) -> dict[int, Errors]:
    """Rows of an import with an address that was erased on request: the person would be back without being asked,
    whether as a contact or as a lead."""
    if not resource.is_person or not _ANY_ERASED.ask():
        return {}
    erased = Suppression.objects.filter(reason=Reason.ERASED, lifted_at__isnull=True)
    key = pepper()
    said: dict[str, list[tuple[int, str]]] = {}
    for place, draft in enumerate(drafts):
        for point in ("email", "phone"):
            for one in draft.values.get(f"{point}s") or ():
                if address := one.get("key"):
                    said.setdefault(key.digest(point, address), []).append((place, f"{point}s"))
    found: dict[int, Errors] = {}
    digests = list(said)
    for start in range(0, len(digests), BATCH):
        for digest in erased.filter(digest__in=digests[start : start + BATCH]).values_list("digest", flat=True):
            for place, name in said[digest]:
                found.setdefault(place, {})[name] = [_WAS_ERASED]
    return found


def tell_of_erased(resource: Resource, record: Any, written: Collection[str]) -> list[Any]:
    """A word to who writes down an address that was erased on request: it may be wanted, and nobody has to find out
    later that no message goes there."""
    points = {"emails", "phones"} & set(written) & resource.fields.keys()
    if not points or not resource.is_person or not _ANY_IN_FORCE.ask():
        return []
    said = Said(values={name: getattr(record, name) for name in points})
    return [_IS_ERASED] if keep_out_erased(resource, [said]) else []


def follow_withdrawal(*, by: Any, contact: Contact, purpose: Purpose, channel: str, is_no: bool) -> None:
    """Let the list remember a no about one purpose when the contact is gone, and forget it when they agree again.
    What they said to everything themselves is then said to everything else; what somebody of us entered stays."""
    way = queries.channel_named(channel)
    address = getattr(contact, channels.column(way)) if channels.is_suppressible(way) else ""
    if not address:
        return
    if is_no:
        put_on(by=by, way=way, address=address, reason=Reason.UNSUBSCRIBED, purpose=purpose)
        return
    digest = pepper().digest(way.point, address)
    if (found := queries.in_force(digest, channel, purpose)) is not None:
        _agreed_again(by, found)
    whole = queries.in_force(digest, channel)
    if whole is not None and whole.reason == Reason.UNSUBSCRIBED and whole.created_by_id is None:
        for other in queries.offered():
            if other.pk != purpose.pk and not _has_agreed(contact, other, channel):
                put_on(by=by, way=way, address=address, reason=Reason.UNSUBSCRIBED, purpose=other)
        _agreed_again(by, whole)


def refusals(contact: Contact, purpose: Purpose, channel: str) -> list[dt.datetime]:
    """When the address of a contact was put on the list because of what the person themselves said."""
    way = queries.channel_named(channel)
    address = getattr(contact, channels.column(way)) if channels.is_suppressible(way) else ""
    if not address:
        return []
    digest = pepper().digest(way.point, address)
    found = (queries.in_force(digest, channel, purpose), queries.in_force(digest, channel))
    return [one.created_at for one in found if one is not None and one.reason in ADVERTISING_ONLY]


def follow_withdrawals(*, by: Any, channel: str, said: Sequence[tuple[Any, Purpose]]) -> None:
    """The same for many who said no on one channel, each to one purpose or several, in a few statements: contacts, and
    others whose main addresses are in columns of the same names."""
    way = queries.channel_named(channel)
    column = channels.column(way)
    if not channels.is_suppressible(way):
        return
    key = pepper(locked=True)
    addresses = {getattr(person, column) for person, _purpose in said} - {""}
    digests = {address: key.digest(way.point, address) for address in addresses}
    rows = Suppression.objects.filter(digest__in=digests.values(), channel=way.code, lifted_at__isnull=True)
    listed = set(rows.values_list("digest", "purpose_id"))
    wanted: dict[tuple[str, int], Suppression] = {}
    for person, purpose in said:
        digest = digests.get(getattr(person, column), "")
        if digest and (digest, purpose.pk) not in listed:
            wanted[digest, purpose.pk] = Suppression(
                channel=way.code, purpose=purpose, digest=digest, reason=Reason.UNSUBSCRIBED,
                created_by_id=by.pk, updated_by_id=by.pk,
            )  # fmt: skip
    made = Suppression.objects.bulk_create(wanted.values(), batch_size=BATCH)
    _mark_all(made, way, {digest: address for address, digest in digests.items()})


def _mark_all(made: Sequence[Suppression], way: Channel, addresses: Mapping[str, str]) -> None:
    """Mark the contacts whose main address is one of these, by their digests."""
    column = channels.column(way)
    texts = {addresses[one.digest] for one in made}
    having = Key.objects.filter(resource="contact", kind=f"{way.point}s", key__in=texts).values("record_id")
    people: dict[str, list[int]] = {}
    found = Contact.objects.live().filter(pk__in=having, **{f"{column}__in": texts})
    for pk, address in found.values_list("pk", column):
        people.setdefault(address, []).append(pk)
    marks = [Mark(contact_id=pk, suppression=one) for one in made for pk in people.get(addresses[one.digest], ())]
    Mark.objects.bulk_create(marks, batch_size=BATCH, ignore_conflicts=True)


def _has_agreed(contact: Contact, purpose: Purpose, channel: str) -> bool:
    rows = Standing.objects.filter(contact_id=contact.pk, purpose_id=purpose.pk, channel=channel)
    return rows.filter(state=State.GRANTED).exists()


def _agreed_again(by: Any, found: Suppression) -> None:
    Suppression.objects.filter(pk=found.pk).update(
        lifted_at=timezone.now(), lifted_by_id=by.pk, lifted_why=english(_("They agreed again."))
    )
    Mark.objects.filter(suppression_id=found.pk).delete()


def _mark(made: Suppression, way: Channel, address: str) -> None:
    """Mark the contacts whose main address it is."""
    having = Key.objects.filter(resource="contact", kind=f"{way.point}s", key=address).values("record_id")
    ids = Contact.objects.live().filter(pk__in=having, **{channels.column(way): address}).values_list("pk", flat=True)
    Mark.objects.bulk_create([Mark(contact_id=pk, suppression=made) for pk in ids], ignore_conflicts=True)


@action(
    label=_("Take off the list"),
    done=_("Taken off the list."),
    icon="arrow-back-up",
    when=lambda suppression: suppression.is_in_force,
    confirm=_("Whoever has this address can be contacted again, as far as they agreed to it."),
    asks={"why": _("Why?")},
)
def lift_suppression(*, actor: Any, suppression: Suppression, why: str) -> Suppression:
    """Let an address be used again. What was said about it stays in the history."""
    current = Suppression.objects.select_for_update().get(pk=suppression.pk)
    if not current.is_in_force:
        return current
    if not why.strip():
        raise Refused(_("Say why."), field="why")
    current.lifted_at, current.lifted_by_id, current.lifted_why = timezone.now(), actor.pk, why.strip()[:500]
    current.version += 1
    current.save(update_fields=["lifted_at", "lifted_by", "lifted_why", "version"])
    Mark.objects.filter(suppression_id=current.pk).delete()
    told = SuppressionLifted(suppression_id=current.pk, channel=current.channel)
    publish(told, subjects=[Touched("suppression", current.pk)], by=actor)
    return current


_IN_FORCE = Suppression.objects.filter(lifted_at__isnull=True).order_by()
_ANY_IN_FORCE = Ready(lambda: _IN_FORCE.values_list("pk")[:1])
_ANY_ERASED = Ready(lambda: _IN_FORCE.filter(reason=Reason.ERASED).values_list("pk")[:1])
_LISTED = Ready(lambda: _IN_FORCE.filter(digest__in=GivenTexts("digests")).values_list("pk", "digest"))


def mark_suppressed(resource: Resource, records: Sequence[Record], *, is_new: bool) -> None:
    """Keep the marks in line with contacts that were written: however an address comes back, it is known again."""
    if resource.key != "contact" or not _ANY_IN_FORCE.ask():
        return
    if not is_new:
        Mark.objects.filter(contact_id__in=[record.pk for record in records]).delete()
    key = pepper()
    for start in range(0, len(records), BATCH):
        _mark_batch(key, records[start : start + BATCH])


def _mark_batch(key: Pepper, records: Sequence[Record]) -> None:
    having: dict[str, list[int]] = {}
    for record in records:
        for point in ("email", "phone"):
            address = getattr(record, point)
            if address:
                having.setdefault(key.digest(point, address), []).append(record.pk)
    listed = _LISTED.ask(digests=having)
    marks = [Mark(contact_id=pk, suppression_id=number) for number, digest in listed for pk in having[digest]]
    Mark.objects.bulk_create(marks, ignore_conflicts=True)


# ── what comes back ──


@transaction.atomic
def record_bounce(*, by: Any, channel: str, address: str, is_hard: bool, at: dt.datetime | None = None) -> bool:
    """A message came back: for good, or once too often. Answers whether the address is suppressed now."""
    way = _suppressible(channel)
    known_as = matching_form(way.point, address)
    moment = at or timezone.now()
    if not is_hard:
        digest = pepper().digest(way.point, known_as)
        Bounce.objects.create(channel=way.code, digest=digest, at=moment)
        if not _is_dead(Bounce.objects.filter(digest=digest, channel=way.code, at__lte=moment), moment):
            return queries.in_force(digest, way.code) is not None
    put_on(by=by, way=way, address=known_as, reason=Reason.BOUNCED)
    return True


def forget_bounces(*, now: dt.datetime | None = None) -> int:
    """Remove what came back so long ago that it counts for no message any more, batch by batch; how many."""
    before, count = (now or timezone.now()) - KEPT, 0
    while ids := list(Bounce.objects.filter(at__lt=before).order_by("at").values_list("pk", flat=True)[:BATCH]):
        count += Bounce.objects.filter(pk__in=ids).delete()[0]
    return count


def _is_dead(bounces: Any, at: dt.datetime) -> bool:
    moments: Iterable[dt.datetime] = bounces.filter(at__gt=at - dt.timedelta(weeks=WEEKS)).values_list("at", flat=True)
    found = sorted(moments)
    return len(found) >= MOST_BOUNCES and found[-1] - found[0] > SPREAD
