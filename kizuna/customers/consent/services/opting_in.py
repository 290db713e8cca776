"""Double opt-in, the answer: one mail with one link, confirmed by a button, for some days, and kept as evidence."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.identity import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused
from kizuna.base.types.refs import RecordRef
from kizuna.customers.consent import queries
from kizuna.customers.consent.models import OptIn, Purpose, Source, State
from kizuna.customers.consent.queries import Why
from kizuna.customers.consent.services import asking
from kizuna.customers.consent.services.consents import keep
from kizuna.customers.contacts.models import Contact

SALT = "kizuna.consent.opt-in"
_KEPT: dict[str, Callable[[OptIn, str], object]] = {}


def keep_by(resource: str, kept: Callable[[OptIn, str], object]) -> None:
    """Let a room write down what one of its records has confirmed; called with the question and where it was answered
    from, in the same transaction. To be called in `apps.ready()`."""
    _KEPT[resource] = kept


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
    final = next((why for why in answer.reasons if why in asking.FINAL), None)
    if final is not None:
        raise Refused(final.label, field="purpose")
    if not {*answer.reasons} & {Why.NO_CONSENT, Why.UNCONFIRMED, Why.EXPIRED}:
        raise Refused(_("They have agreed already."), field="purpose")
    language = asking.language_of(contact)
    wording = queries.current_wording([purpose], language).get(purpose.pk)
    about = RecordRef("contact", contact.pk)
    asked = asking.ask(by=actor, person=contact, about=about, purpose=purpose, wording=wording, language=language)
    if asked is None:
        raise Refused(_("They have been asked, and can still answer."), field="purpose")
    keep(
        by=actor, contact_id=contact.pk, purpose=purpose, channel="email", state=State.REQUESTED,
        source=Source.DOUBLE, wording=wording, language=language,
    )  # fmt: skip
    return asked


def deliver_opt_in(*, opt_in_id: int) -> bool:
    """Send the mail, once: whoever takes it first sends it; what was refused by the server is tried again. Nobody is
    written to who has no address any more."""
    rows = OptIn.objects.filter(pk=opt_in_id, sent_at=None, confirmed_at=None, expires_at__gt=timezone.now())
    if not rows.update(sent_at=timezone.now()):
        return False
    asked = OptIn.objects.select_related("purpose", "wording").get(pk=opt_in_id)
    address = _address_of(asked)
    if not address:
        return False
    try:
        _letter(asked, address).send()
    except OSError:
        OptIn.objects.filter(pk=opt_in_id).update(sent_at=None)
        raise
    return True


def _address_of(asked: OptIn) -> str:
    """The main address of the contact or lead as it is now; "" in the trash."""
    rows = registry.get(asked.resource).model._default_manager.filter(pk=asked.record_id, deleted_at=None)
    return str(rows.values_list("email", flat=True).first() or "")


def _letter(asked: OptIn, address: str) -> EmailMessage:
    with translation.override(asked.language):
        words = {
            "purpose": asked.wording.title if asked.wording else asked.purpose.title,
            "text": asked.wording.text if asked.wording else asked.purpose.summary,
            "url": f"{settings.PUBLIC_URL}/confirm/{signing.Signer(salt=SALT).sign(asked.key.hex)}",
            "days": asking.OPEN.days,
        }
        subject = gettext("Please confirm: %(purpose)s") % words
        body = render_to_string("consent/opt_in.txt", words).strip() + "\n"
    return EmailMessage(subject, body, to=[address], headers={"Auto-Submitted": "auto-generated"})


def asked_by(token: str) -> OptIn | None:
    """The question behind a link that can still be answered."""
    try:
        key = uuid.UUID(hex=signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    rows = OptIn.objects.select_related("purpose", "wording")
    return rows.filter(key=key, confirmed_at=None, expires_at__gt=timezone.now()).first()


@transaction.atomic
def confirm_opt_in(*, asked: OptIn, ip: str = "") -> bool:
    """Keep the yes, once; False where it was kept already, or too much time has passed."""
    now = timezone.now()
    if not OptIn.objects.filter(pk=asked.pk, confirmed_at=None, expires_at__gt=now).update(confirmed_at=now):
        return False
    _KEPT[asked.resource](asked, ip)
    return True


def keep_confirmed(*, asked: OptIn, contact_id: int, ip: str) -> None:
    """The yes of a contact that is proved by now, with what it proves."""
    keep(
        by=SYSTEM, contact_id=contact_id, purpose=asked.purpose, channel="email", state=State.GRANTED,
        source=Source.DOUBLE, wording=asked.wording, language=asked.language, ip=ip,
        note=gettext("Asked %(when)s") % {"when": f"{asked.created_at:%Y-%m-%d %H:%M} UTC"},
    )  # fmt: skip


keep_by("contact", lambda asked, ip: keep_confirmed(asked=asked, contact_id=asked.record_id, ip=ip))
