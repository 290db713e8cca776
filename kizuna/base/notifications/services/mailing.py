"""Letters: gathered once a day or written at once, claimed before they are sent, and never sent twice."""

from __future__ import annotations

import datetime as dt
import smtplib
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from kizuna.base.identity.models import User
from kizuna.base.notifications import kinds, letters, queries
from kizuna.base.notifications.models import Letter, Mail, Notification
from kizuna.base.notifications.services.reading import prefer

MORNING = 7
LONGEST = 50
"""How many lines a letter has at most; the page has the rest."""
CERTAIN = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
    ConnectionRefusedError,
)
"""What the mail server said no to, or never heard: the letter has not left."""


def gather() -> int:
    """Write the morning's letter for everybody for whom it is morning and who has something unread; how many."""
    waiting = _to_mail().values("user_id").distinct()
    made = 0
    for person in User.objects.filter(pk__in=waiting, is_active=True).order_by("pk").iterator():
        local = timezone.now().astimezone(person.zone)
        made += local.hour >= MORNING and _write_digest(person, local.date())
    return made


def _to_mail() -> Any:
    return Notification.objects.unread().filter(by_mail=Mail.DAILY, letter__isnull=True)


def _write_digest(person: User, day: dt.date) -> bool:
    """The letter of this day with everything that waits, and the job that sends it; False when there is one already."""
    from kizuna.base.notifications.jobs import send  # jobs call services; this is the one that starts one

    try:
        with transaction.atomic():
            letter = Letter.objects.create(user=person, key=f"digest:{day.isoformat()}")
            _to_mail().filter(user_id=person.pk).update(letter=letter)
            send.enqueue(letter_id=letter.pk)
    except IntegrityError:
        return False
    return True


def deliver(*, letter_id: int) -> None:
    """Send one letter. Raises what the mail server said, so that the job tries again, while it is certain that nothing
    left; a letter cut off while it was sent stays unknown."""
    claimed = Letter.objects.filter(pk=letter_id, state=Letter.State.WAITING).update(state=Letter.State.SENDING)
    letter = Letter.objects.select_related("user").get(pk=letter_id)
    if not claimed:
        Letter.objects.filter(pk=letter_id, state=Letter.State.SENDING).update(state=Letter.State.UNKNOWN)
        return None
    try:
        message = _message(letter)
    except Exception:
        _note(letter, Letter.State.WAITING)
        raise
    if message is None:
        return _note(letter, Letter.State.EMPTY)
    try:
        message.send()
    except CERTAIN as error:
        is_for_ever = isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
        _note(letter, Letter.State.REFUSED if is_for_ever else Letter.State.WAITING)
        if not is_for_ever:
            raise
    except Exception:
        _note(letter, Letter.State.UNKNOWN)
        raise
    else:
        _note(letter, Letter.State.SENT, sent_at=timezone.now())
    return None


def _note(letter: Letter, state: Letter.State, **more: Any) -> None:
    Letter.objects.filter(pk=letter.pk).update(state=state, **more)


def _message(letter: Letter) -> EmailMultiAlternatives | None:
    """What the letter says now: only of what its reader may see, has not read and still wants by mail."""
    person = letter.user
    if not person.is_active:
        return None
    wanted = [kind.code for kind in kinds.all_kinds() if kinds.preference(person, kind).mail != Mail.NEVER]
    rows = queries.visible(person).unread().filter(letter=letter, kind__in=wanted).order_by("-id")
    with translation.override(person.language), timezone.override(person.zone):
        found = queries.lines(person, list(rows[: LONGEST + 1]))
        return letters.compose(letter, found[:LONGEST], is_more=len(found) > LONGEST) if found else None


def unsubscribe(*, user_id: int, code: str) -> None:
    """No more letters of one kind, or of any kind when `code` is empty. Who asks has shown a signed link."""
    person = User.objects.filter(pk=user_id).first()
    if person is None:
        return
    for kind in kinds.all_kinds():
        if code in ("", kind.code):
            prefer(actor=person, kind=kind, mail=Mail.NEVER)
