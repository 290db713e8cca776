"""Double opt-in: one mail with one link, confirmed by a button, for some days, and kept as evidence."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Touched, publish
from kizuna.base.identity import SYSTEM
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused
from kizuna.customers.consent import queries
from kizuna.customers.consent.events import ConsentAsked
from kizuna.customers.consent.models import Consent, OptIn, Purpose, Source, State
from kizuna.customers.consent.queries import Why
from kizuna.customers.consent.services.consents import keep
from kizuna.customers.contacts.models import Contact

SALT = "kizuna.consent.opt-in"
OPEN = dt.timedelta(days=7)
FINAL = (Why.GONE, Why.NO_ADDRESS, Why.SUPPRESSED, Why.WITHDRAWN)
"""Who stands so is not asked, either: asking is writing to them."""


@action(
    label=_("Ask by e-mail"),
    done=_("Asked by e-mail."),
    icon="mail",
    place="panel",
    asks={"purpose": _("Purpose")},
)
def ask_consent(*, actor: Any, contact: Contact, purpose: Purpose) -> OptIn:
    """Send one mail with a link by which the person confirms that they agree. Not twice, and not to who said no."""
    if purpose.is_service:
        raise Refused(_("Service messages need no consent."), field="purpose")
    answer = queries.decide(person=contact, channel="email", purpose=purpose)
    final = next((why for why in answer.reasons if why in FINAL), None)
    if final is not None:
        raise Refused(final.label, field="purpose")
    if not {*answer.reasons} & {Why.NO_CONSENT, Why.UNCONFIRMED, Why.EXPIRED}:
        raise Refused(_("They have agreed already."), field="purpose")
    now = timezone.now()
    if OptIn.objects.filter(contact=contact, purpose=purpose, expires_at__gt=now, confirmed_at=None).exists():
        raise Refused(_("They have been asked, and can still answer."), field="purpose")
    language = language_of(contact)
    wording = queries.current_wording([purpose], language).get(purpose.pk)
    asked = OptIn.objects.create(
        contact=contact, purpose=purpose, wording=wording, language=language, created_at=now, expires_at=now + OPEN
    )
    keep(
        by=actor, contact_id=contact.pk, purpose=purpose, channel="email", state=State.REQUESTED,
        source=Source.DOUBLE, wording=wording, language=language,
    )  # fmt: skip
    publish(ConsentAsked(opt_in_id=asked.pk, contact_id=contact.pk), subjects=[Touched("contact", contact.pk)])
    return asked


def language_of(contact: Contact) -> str:
    """A language in which we can write to somebody: theirs, or that of the installation."""
    return contact.language if contact.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def deliver_opt_in(*, opt_in_id: int) -> bool:
    """Send the mail, once: whoever takes it first sends it; what was refused by the server is tried again."""
    rows = OptIn.objects.filter(pk=opt_in_id, sent_at=None, confirmed_at=None, expires_at__gt=timezone.now())
    if not rows.update(sent_at=timezone.now()):
        return False
    asked = OptIn.objects.select_related("contact", "purpose", "wording").get(pk=opt_in_id)
    try:
        _letter(asked).send()
    except OSError:
        OptIn.objects.filter(pk=opt_in_id).update(sent_at=None)
        raise
    return True


def _letter(asked: OptIn) -> EmailMessage:
    with translation.override(asked.language):
        words = {
            "purpose": asked.wording.title if asked.wording else asked.purpose.title,
            "text": asked.wording.text if asked.wording else asked.purpose.summary,
            "url": f"{settings.PUBLIC_URL}/confirm/{signing.Signer(salt=SALT).sign(asked.key.hex)}",
            "days": OPEN.days,
        }
        subject = gettext("Please confirm: %(purpose)s") % words
        body = render_to_string("consent/opt_in.txt", words).strip() + "\n"
    return EmailMessage(subject, body, to=[asked.contact.email], headers={"Auto-Submitted": "auto-generated"})


def asked_by(token: str) -> OptIn | None:
    """The question behind a link that can still be answered."""
    try:
        key = uuid.UUID(hex=signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    rows = OptIn.objects.select_related("contact", "purpose", "wording")
    return rows.filter(key=key, confirmed_at=None, expires_at__gt=timezone.now()).first()


@transaction.atomic
def confirm_opt_in(*, asked: OptIn, ip: str = "") -> Consent | None:
    """Keep the yes, once."""
    now = timezone.now()
    if not OptIn.objects.filter(pk=asked.pk, confirmed_at=None, expires_at__gt=now).update(confirmed_at=now):
        return None
    return keep(
        by=SYSTEM, contact_id=asked.contact_id, purpose=asked.purpose, channel="email", state=State.GRANTED,
        source=Source.DOUBLE, wording=asked.wording, language=asked.language, ip=ip,
        note=gettext("Asked %(when)s") % {"when": f"{asked.created_at:%Y-%m-%d %H:%M} UTC"},
    )  # fmt: skip
