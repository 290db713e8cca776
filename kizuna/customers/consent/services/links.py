"""Links in messages to customers: their preference page, and the way out with one click (RFC 8058)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kizuna.base.identity import SYSTEM
from kizuna.base.resources.redirects import survivor
from kizuna.base.types.errors import Refused
from kizuna.customers.consent import queries
from kizuna.customers.consent.models import Erasure, Link, Progress, Purpose, Reason, Source, State, channels
from kizuna.customers.consent.services.consents import keep, withdraw
from kizuna.customers.consent.services.suppression import pepper, put_on
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.models.channels import named

PAGE, CLICK = "kizuna.consent.preferences", "kizuna.consent.one-click"
PAGE_AGE = 400 * 24 * 3600
"""A preference page is open for somewhat more than a year; the way out is for ever."""


def preference_url(contact: Contact) -> str:
    """The page where somebody says what they want to hear about; for a message to their main address."""
    return (
        f"{settings.PUBLIC_URL}/preferences/{signing.TimestampSigner(salt=PAGE).sign(_link(contact, 'email').key.hex)}"
    )


def unsubscribe_url(contact: Contact, purpose: Purpose, channel: str) -> str:
    """Out of one purpose on one channel; Refused for service messages, which nobody can leave."""
    if purpose.is_service:
        raise Refused(_("Service messages need no consent."))
    point = queries.channel_named(channel).point
    link = _link(contact, point if point in ("email", "phone") else "email")
    meant = f"{link.key.hex}.{purpose.code}.{channel}"
    return f"{settings.PUBLIC_URL}/leave/{signing.Signer(salt=CLICK).sign(meant)}"


def list_headers(contact: Contact, purpose: Purpose, channel: str = "email") -> dict[str, str]:
    """What every message of advertising carries in its head."""
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(contact, purpose, channel)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _link(contact: Contact, point: str) -> Link:
    address = getattr(contact, point)
    found, _is_new = Link.objects.get_or_create(
        contact_id=contact.pk, point=point, digest=pepper().digest(point, address)
    )
    return found


def opened(token: str) -> Link | None:
    """The link of a preference page that is still open."""
    try:
        key = signing.TimestampSigner(salt=PAGE).unsign(token, max_age=PAGE_AGE)
    except signing.BadSignature:
        return None
    return Link.objects.filter(key=key).first()


def clicked(token: str) -> tuple[Link, Purpose, str] | None:
    """What a link out of something means: who, of what, on which channel."""
    try:
        key, code, channel = signing.Signer(salt=CLICK).unsign(token).split(".")
    except (signing.BadSignature, ValueError):
        return None
    link = Link.objects.filter(key=key).first()
    purpose = Purpose.objects.filter(code=code).first()
    return (link, purpose, channel) if link and purpose and named(channel) else None


def behind(link: Link) -> Contact | None:
    """The contact as it is now: the one it was merged into, also in the trash; None where there is none any more, and
    of whom was erased nothing is shown or written down again."""
    number = survivor("contact", link.contact_id) or link.contact_id
    if Erasure.objects.filter(contact_id=number, state=Progress.DONE).exists():
        return None
    return Contact.objects.filter(pk=number).first()


@transaction.atomic
def leave(*, link: Link, purpose: Purpose, channel: str, ip: str = "", language: str = "") -> None:
    """Out, at once, and for good: the contact has said no, and the address itself is left in peace for this purpose."""
    contact = behind(link)
    if contact is not None:
        withdraw(
            by=SYSTEM, contact_id=contact.pk, purpose=purpose, channel=channel, source=Source.ONE_CLICK, ip=ip,
            language=language,
        )  # fmt: skip
    way = queries.channel_named(channel)
    if channels.is_suppressible(way) and link.point == way.point:
        put_on(by=SYSTEM, way=way, digest=link.digest, reason=Reason.UNSUBSCRIBED, purpose=purpose)


@transaction.atomic
def set_preferences(*, link: Link, wanted: Mapping[str, bool], ip: str = "", language: str = "") -> int:
    """What somebody said on their page: "marketing.email" → yes or no. Only what differs is written; how much did. A
    yes that has run out and is said again is said anew; a tick that stood there because no yes is needed is none."""
    contact = behind(link)
    if contact is None:
        return 0
    purposes = {purpose.code: purpose for purpose in queries.offered()}
    wordings = queries.current_wording(list(purposes.values()), language)
    held = queries.agreed(contact, list(purposes.values()))
    count = 0
    for name, yes in wanted.items():
        code, _dot, channel = name.partition(".")
        purpose = purposes.get(code)
        if purpose is None or channel not in queries.ways_of(purpose):
            continue
        if yes != ((purpose.pk, channel) in held):
            keep(
                by=SYSTEM, contact_id=contact.pk, purpose=purpose, channel=channel,
                state=State.GRANTED if yes else State.WITHDRAWN, source=Source.PREFERENCES, ip=ip, language=language,
                wording=wordings.get(purpose.pk),
            )  # fmt: skip
            count += 1
    return count


@transaction.atomic
def leave_all(*, link: Link, ip: str = "", language: str = "") -> None:
    """No to everything, on every channel."""
    contact = behind(link)
    if contact is not None:
        withdraw(
            by=SYSTEM, contact_id=contact.pk, purpose=None, channel="", source=Source.PREFERENCES, ip=ip,
            language=language,
        )  # fmt: skip
    for code, _label in channels.suppressible():
        way: Any = named(code)
        if way.point == link.point:
            put_on(by=SYSTEM, way=way, digest=link.digest, reason=Reason.UNSUBSCRIBED)
