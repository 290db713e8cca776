"""A no that comes in a file: columns such as "Email Opt Out" of other products, each for one channel.

Only a no is taken from a file. Who is not said to have refused has not agreed by that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Touched, publish
from kizuna.base.transfer import remarks
from kizuna.base.transfer.remarks import Remark
from kizuna.customers.consent import queries
from kizuna.customers.consent.events import ConsentsDeclined
from kizuna.customers.consent.models import Consent, Source, Standing, State
from kizuna.customers.consent.models.consents import STRICTNESS
from kizuna.customers.consent.services.suppression import follow_withdrawals
from kizuna.customers.contacts.models import Contact

BATCH = 500
DECLINED: tuple[tuple[str, Any, Sequence[str]], ...] = (
    ("email", _("No advertising by e-mail"), (
        "HasOptedOutOfEmail", "Email Opt Out", "E-mail Opt Out", "Unsubscribed from all email", "Unsubscribed",
        "Opted out of email", "Opt out", "Do not email", "メール配信停止", "配信停止", "メール拒否", "メール不可",
        "メール送信除外", "DM不可", "수신거부", "이메일 수신거부", "메일 수신거부",
    )),
    ("phone", _("No advertising by telephone"), ("DoNotCall", "Do Not Call", "電話不可", "電話拒否", "전화 거부")),
    ("sms", _("No advertising by text message"), (
        "SMS Opt Out", "Do not text", "SMS拒否", "SMS不可", "SMS 수신거부", "문자 수신거부",
    )),
    ("post", _("No advertising by post"), ("Do not mail", "Mail Opt Out", "郵送不可", "郵送DM不可", "우편 수신거부")),
    ("fax", _("No advertising by fax"), ("HasOptedOutOfFax", "Fax Opt Out", "FAX不可", "FAX送信除外", "팩스 수신거부")),
)  # fmt: skip
"""The channel, and what other products call a column that says no to it."""


def register() -> None:
    """To be called in `apps.ready()`."""
    take("contact", known=_declined, keep=decline)


def take(resource: str, *, known: Callable[..., Collection[int]], keep: Callable[..., None]) -> None:
    """Let files of a kind of record say no: `known(channel, ids)` tells who has said it, `keep(channel, actor, ids)`
    writes it down."""
    for channel, label, headers in DECLINED:
        remarks.register(
            Remark(
                resource=resource,
                name=f"no_{channel}",
                label=label,
                headers=headers,
                may=lambda actor: policy.permissions_of(actor).can(resource, "update"),
                known=partial(known, channel),
                keep=partial(keep, channel),
                lasts=_("Only they themselves take a no back."),
            )
        )


def _declined(channel: str, ids: Collection[int]) -> set[int]:
    """Those of these contacts who have said no to everything on this channel."""
    purposes = [purpose.pk for purpose in queries.offered()]
    rows = Standing.objects.filter(
        contact_id__in=ids, channel=channel, state=State.WITHDRAWN, purpose_id__in=purposes
    ).order_by()
    counted = rows.values_list("contact_id").annotate(times=Count("pk"))
    return {pk for pk, times in counted if times >= len(purposes)}


def decline(channel: str, actor: Any, ids: Sequence[int]) -> None:
    """These contacts say no to everything on this channel."""
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            _decline_batch(channel, actor, ids[start : start + BATCH])


def _decline_batch(channel: str, actor: Any, ids: Sequence[int]) -> None:
    """The same as a withdrawal of each, in as many statements for hundreds of people as for one."""
    now, purposes = timezone.now(), queries.offered()
    people = list(Contact.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    rows = Standing.objects.filter(contact_id__in=ids, channel=channel)
    held = {(one.contact_id, one.purpose_id): one for one in rows}
    said = [
        Consent(
            contact_id=person.pk, purpose=purpose, channel=channel, state=State.WITHDRAWN, source=Source.IMPORT,
            happened_at=now, owner_id=None, created_by_id=actor.pk, updated_by_id=actor.pk,
        )
        for person in people
        for purpose in purposes
        if (person.pk, purpose.pk) not in held or held[person.pk, purpose.pk].state != State.WITHDRAWN
    ]  # fmt: skip
    if not said:
        return
    Consent.objects.bulk_create(said, batch_size=BATCH)
    holding = [one for one in said if _holds(held.get((one.contact_id, one.purpose_id)), one)]
    _stand_all(holding)
    named = {person.pk: person for person in people}
    follow_withdrawals(by=actor, channel=channel, said=[(named[one.contact_id], one.purpose) for one in holding])
    told = ConsentsDeclined(
        contact_ids=tuple(dict.fromkeys(one.contact_id for one in holding)),
        purpose_ids=tuple(purpose.pk for purpose in purposes),
        channel=channel,
    )
    touched = [Touched("contact", pk) for pk in dict.fromkeys(one.contact_id for one in said)]
    publish(told, subjects=[*touched, *(Touched("consent", one.pk) for one in said)], by=actor)


def _holds(held: Standing | None, said: Consent) -> bool:
    return held is None or said.happened_at >= held.since


def _stand_all(said: Sequence[Consent]) -> None:
    Standing.objects.bulk_create(
        [
            Standing(
                contact_id=one.contact_id, purpose_id=one.purpose_id, channel=one.channel, state=one.state,
                strictness=STRICTNESS.index(one.state), basis=one.basis, since=one.happened_at, consent_id=one.pk,
            )
            for one in said
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["contact", "purpose", "channel"],
        update_fields=["state", "strictness", "basis", "since", "valid_until", "consent"],
    )  # fmt: skip
