"""What somebody said, written down; and what holds afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Touched, publish
from kizuna.base.resources.actions import action
from kizuna.base.types import rows
from kizuna.base.types.errors import Refused
from kizuna.base.types.refs import RecordRef
from kizuna.customers.consent import queries
from kizuna.customers.consent.events import ConsentRecorded
from kizuna.customers.consent.models import Basis, Consent, Purpose, Source, Standing, State, Wording
from kizuna.customers.consent.models import channels as ways
from kizuna.customers.consent.models.consents import STRICTNESS
from kizuna.customers.consent.services import asking
from kizuna.customers.consent.services.suppression import follow_withdrawal, refusals
from kizuna.customers.contacts.models import Contact

LATEST = dt.timedelta(minutes=5)
"""Clocks differ: a moment that lies no further ahead is taken for now."""
UNPROVED = (Source.IMPORT, Source.API)
"""Doors through which somebody else speaks: no yes of theirs beats a withdrawal."""
THEIR_OWN = (Source.DOUBLE, Source.PAPER, Source.PHONE, Source.PERSON)
"""Where the person is known to have spoken; into a form anybody types anybody's address."""


@transaction.atomic
def keep(
    *,
    by: Any,
    contact_id: int,
    purpose: Purpose,
    channel: str,
    state: str,
    source: str,
    basis: str = Basis.CONSENT,
    happened_at: dt.datetime | None = None,
    valid_until: dt.date | None = None,
    wording: Wording | None = None,
    language: str = "",
    ip: str = "",
    note: str = "",
) -> Consent | None:
    """Write down what somebody said; the one way in for every door. The caller has checked the right to it.

    None, and nothing written, where an import or another program speaks against a withdrawal. A yes that anybody could
    have given for them waits, and one mail asks them; where they have agreed already, the answer is what holds.
    """
    said_at = _checked(purpose, channel, happened_at)
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
    held = Standing.objects.filter(contact_id=contact_id, purpose_id=purpose.pk, channel=channel).first()
    consent = Consent(
        contact_id=contact_id, purpose=purpose, channel=channel, state=state, source=source, basis=basis,
        happened_at=said_at, valid_until=valid_until, wording=wording, language=language, ip=ip, note=note,
        owner_id=None, created_by_id=by.pk, updated_by_id=by.pk,
    )  # fmt: skip
    is_to_confirm = _is_to_confirm(contact, consent)
    if held and held.state == State.WITHDRAWN != state and (is_to_confirm or source in UNPROVED):
        return None
    if is_to_confirm and held and queries.still_holds(contact, held):
        return held.consent
    if is_to_confirm:
        consent.state = State.REQUESTED
        _ask_them(by, contact, consent)
    rows.insert(consent)
    _tell(by, contact, consent, stand(held, consent))
    return consent


def _is_to_confirm(contact: Contact, said: Consent) -> bool:
    return asking.waits(
        purpose=said.purpose, channel=said.channel, state=said.state, source=said.source, basis=said.basis,
        country=contact.country,
    )  # fmt: skip


def _ask_them(by: Any, contact: Contact, consent: Consent) -> None:
    """Let them confirm it, in the words that they read."""
    language = asking.language_of(contact)
    purpose = consent.purpose
    asking.ask(
        by=by, person=contact, about=RecordRef("contact", contact.pk), purpose=purpose, language=language,
        wording=consent.wording or queries.current_wording([purpose], language).get(purpose.pk),
    )  # fmt: skip


@transaction.atomic
def keep_enquired(
    *,
    by: Any,
    contact_id: int,
    purpose: Purpose,
    channel: str,
    state: str,
    source: str,
    happened_at: dt.datetime,
    wording: Wording | None = None,
    language: str = "",
    ip: str = "",
) -> Consent | None:
    """Write down what came with an enquiry. A no holds from now on. A yes beats an earlier no, of the person or of
    their address, only where they gave it themselves and it is known in which words; else the answer is None. One that
    they have yet to confirm takes nothing from an earlier yes."""
    is_no = state == State.WITHDRAWN
    if not is_no:
        contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
        held = Standing.objects.filter(contact_id=contact_id, purpose=purpose, channel=channel).first()
        if state == State.REQUESTED and held and queries.still_holds(contact, held):
            return None
        refused_at = _refused_at(contact, purpose, channel)
        is_proved = source in THEIR_OWN and wording is not None
        if refused_at and not (is_proved and happened_at > refused_at):
            return None
    return keep(
        by=by, contact_id=contact_id, purpose=purpose, channel=channel, state=state, source=source, wording=wording,
        language=language, ip=ip, happened_at=None if is_no else happened_at,
    )  # fmt: skip


def _refused_at(contact: Contact, purpose: Purpose, channel: str) -> dt.datetime | None:
    """When they said no to this last; on the list stands also what is left of it once their record is gone."""
    held = Standing.objects.filter(contact=contact, purpose=purpose, channel=channel, state=State.WITHDRAWN)
    moments = [*held.values_list("since", flat=True), *refusals(contact, purpose, channel)]
    return max(moments, default=None)


def _checked(purpose: Purpose, channel: str, happened_at: dt.datetime | None) -> dt.datetime:
    """The moment of what can be said at all."""
    now = timezone.now()
    if happened_at and happened_at > now + LATEST:
        raise Refused(_("This lies in the future."), field="happened_at")
    if purpose.is_service:
        raise Refused(_("Service messages need no consent."), field="purpose")
    queries.channel_named(channel)
    return happened_at or now


def _tell(by: Any, contact: Contact, consent: Consent, standing: str) -> None:
    """Let the suppression list follow a yes or no that holds, and the world hear of it."""
    if standing == consent.state and standing in (State.GRANTED, State.WITHDRAWN):
        is_no = standing == State.WITHDRAWN
        if is_no or consent.source not in UNPROVED:
            follow_withdrawal(by=by, contact=contact, purpose=consent.purpose, channel=consent.channel, is_no=is_no)
    told = ConsentRecorded(
        consent_id=consent.pk,
        contact_id=contact.pk,
        purpose_id=consent.purpose_id,
        channel=consent.channel,
        state=consent.state,
        standing=standing,
    )
    publish(told, subjects=[Touched("contact", contact.pk), Touched("consent", consent.pk)], by=by)


def stand(held: Standing | None, consent: Consent) -> str:
    """Let what was said last hold: of two at one moment a withdrawal, else the one written down later."""
    if held is not None:
        beaten = consent.happened_at < held.since or (
            consent.happened_at == held.since and held.state == State.WITHDRAWN and consent.state != State.WITHDRAWN
        )
        if beaten:
            return held.state
    Standing.objects.update_or_create(
        contact_id=consent.contact_id,
        purpose_id=consent.purpose_id,
        channel=consent.channel,
        defaults={
            "state": consent.state,
            "strictness": STRICTNESS.index(consent.state),
            "basis": consent.basis,
            "since": consent.happened_at,
            "valid_until": consent.valid_until,
            "consent_id": consent.pk,
        },
    )
    return consent.state


@action(
    label=_("Record a consent"),
    done=_("Written down."),
    icon="shield-check",
    place="panel",
    asks={
        "purpose": _("Purpose"),
        "channel": _("Channel"),
        "source": _("How did they say so?"),
        "basis": _("Legal basis"),
        "happened_at": _("When? (empty: now)"),
        "valid_until": _("Valid until"),
        "wording": _("What they read or heard"),
        "note": _("Evidence: who asked, where the paper lies"),
    },
)
def record_consent(
    *,
    actor: Any,
    contact: Contact,
    purpose: Purpose,
    channel: ways.ChannelCode,
    source: Source,
    basis: Basis = Basis.CONSENT,
    happened_at: dt.datetime | None = None,
    valid_until: dt.date | None = None,
    wording: Wording | None = None,
    note: str = "",
) -> Consent:
    """Write down that somebody agreed to be contacted for a purpose on a channel, and how we know."""
    kept = keep(
        by=actor, contact_id=contact.pk, purpose=purpose, channel=channel, state=State.GRANTED, source=source,
        basis=basis, happened_at=happened_at, valid_until=valid_until, wording=wording,
        language=wording.language if wording else contact.language, note=note,
    )  # fmt: skip
    if kept is None:
        raise Refused(_("They said no to this. Say how they agreed anew themselves."), field="source")
    return kept


@action(
    label=_("Withdraw a consent"),
    done=_("Consent withdrawn."),
    icon="ban",
    place="panel",
    bulk=True,
    asks={
        "purpose": _("Purpose (empty: all)"),
        "channel": _("Channel (empty: all)"),
        "source": _("How did they say so?"),
        "note": _("Note"),
    },
)
def withdraw_consent(
    *,
    actor: Any,
    contact: Contact,
    purpose: Purpose | None = None,
    channel: ways.ChannelCode | None = None,
    source: Source = Source.OTHER,
    note: str = "",
) -> None:
    """Write down that somebody does not want to be contacted: for one purpose or all, on one channel or all."""
    withdraw(by=actor, contact_id=contact.pk, purpose=purpose, channel=channel or "", source=source, note=note)


def withdraw(
    *,
    by: Any,
    contact_id: int,
    purpose: Purpose | None,
    channel: str,
    source: str,
    note: str = "",
    ip: str = "",
    language: str = "",
) -> int:
    """Say no to what is named, and where all is meant to everything that can be said no to; how many said so anew."""
    purposes = [purpose] if purpose else queries.offered()
    codes = [channel] if channel else [code for code, _label in ways.choices()]
    held = Standing.objects.filter(contact_id=contact_id, state=State.WITHDRAWN)
    known = set(held.values_list("purpose_id", "channel"))
    count = 0
    for one in purposes:
        for code in codes:
            if (one.pk, code) not in known and _is_offered(one, code, is_named=bool(channel)):
                keep(
                    by=by, contact_id=contact_id, purpose=one, channel=code, state=State.WITHDRAWN, source=source,
                    note=note, ip=ip, language=language,
                )  # fmt: skip
                count += 1
    return count


def _is_offered(purpose: Purpose, code: str, *, is_named: bool) -> bool:
    return is_named or not purpose.channels or code in purpose.channels
