"""Invitations by mail (iTIP, RFC 5546): sent after commit, each once for what it says; and the answers to them."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kizuna.base.events import Touched, current_origin, publish
from kizuna.base.events.origin import originating
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources.reader import Reader
from kizuna.base.types import repetition_words
from kizuna.base.types.errors import Refused
from kizuna.base.types.repetition import from_rrule
from kizuna.customers.timeline import queries
from kizuna.customers.timeline.events import InvitationAnswered
from kizuna.customers.timeline.models import Attendee, Meeting
from kizuna.customers.timeline.services import calendars
from kizuna.customers.timeline.services.days import series_of
from kizuna.customers.timeline.services.knowing import guests_shown_to, shown_to, who_may_know

SALT = "kizuna.meeting.answer"
LARGEST_MAIL = 1_000_000
ANSWERS = {Attendee.Status.ACCEPTED, Attendee.Status.DECLINED, Attendee.Status.TENTATIVE}


def send_invitations(*, meeting_id: int) -> int:
    """Bring every guest up to date: REQUEST where something differs from what they know, CANCEL where they are not
    asked any more, or may not see the meeting any more. Answers how many were written to. Safe to repeat: what a guest
    was told is kept before it is sent. A letter that cannot be sent keeps nobody else from theirs; it is raised when
    all have been tried.
    """
    meeting = Meeting.objects.select_related("owner").get(pk=meeting_id)
    if meeting.ends_at < timezone.now():
        return 0
    rows = Attendee.objects.filter(meeting_id=meeting_id).select_related("user__team", "contact").order_by("pk")
    attendees = list(rows.exclude(email=""))
    present = [] if meeting.is_deleted else [attendee for attendee in attendees if not attendee.is_deleted]
    knowing = who_may_know(meeting, present)
    sent = 0
    failed: Exception | None = None
    for attendee in attendees:
        wanted = meeting.gist if attendee.pk in knowing and _is_guest(attendee, meeting) else ""
        try:
            sent += attendee.told != wanted and _tell(meeting, attendee, present, wanted)
        except Exception as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return sent


def _is_guest(attendee: Attendee, meeting: Meeting) -> bool:
    return attendee.user_id is None or attendee.user_id != meeting.owner_id


def _tell(meeting: Meeting, attendee: Attendee, present: list[Attendee], wanted: str) -> bool:
    """Write to a guest, unless another run does. A mail that cannot be sent counts as not told, and is tried again."""
    before = attendee.told
    changes: dict[str, Any] = {"told": wanted}
    if before and wanted and not wanted.startswith(before[:16]):
        changes["status"] = attendee.status = Attendee.Status.NEEDS_ACTION  # another time is another question
    if not Attendee.objects.filter(pk=attendee.pk, told=before).update(**changes):
        return False
    listed = guests_shown_to(attendee, present) if wanted else [attendee]
    shown = shown_to(attendee) if wanted or attendee.user is None or before == meeting.gist else ()
    try:
        _letter(meeting, attendee, listed, shown, is_asked=bool(wanted), is_new=not before).send()
    except Exception:
        Attendee.objects.filter(pk=attendee.pk, told=wanted).update(told=before)
        raise
    return True


def _letter(
    meeting: Meeting,
    attendee: Attendee,
    listed: Sequence[Attendee],
    shown: Sequence[str],
    *,
    is_asked: bool,
    is_new: bool,
) -> EmailMultiAlternatives:
    """The letter; `shown` are the words of the meeting that the guest may read, or has read."""
    method = "REQUEST" if is_asked else "CANCEL"
    events = _events(meeting, attendee, listed, shown, is_asked=is_asked)
    for event in [] if is_asked else events:
        event.add("status", "CANCELLED")
    with translation.override(_language(attendee)):
        pattern = _("Invitation: %(title)s") if is_new else _("Changed: %(title)s")
        words = _words(meeting, attendee, shown, is_asked=is_asked, is_new=is_new)
        subject = (pattern if is_asked else _("Cancelled: %(title)s")) % {"title": words["title"]}
        letter = EmailMultiAlternatives(
            subject,
            render_to_string("timeline/invitation.txt", words),
            settings.DEFAULT_FROM_EMAIL,
            [attendee.email],
            reply_to=[meeting.owner.email] if meeting.owner else None,
        )
    calendar = calendars.written(events, method=method).decode()
    letter.attach_alternative(calendar, f"text/calendar; method={method}")
    return letter


def _events(
    meeting: Meeting, attendee: Attendee, listed: Sequence[Attendee], shown: Sequence[str], *, is_asked: bool
) -> list[Any]:
    """What the letter tells: one day of a series by itself; a series with those of its days that are otherwise and to
    which the guest is asked, because a new word about the whole replaces them."""
    if meeting.instead_of is not None:
        return calendars.events_of(meeting, listed, shown=shown, series=series_of(meeting))
    if not (meeting.set_apart and is_asked):
        return calendars.events_of(meeting, listed, shown=shown)
    same = {"user_id": attendee.user_id} if attendee.user_id else {"contact_id": attendee.contact_id}
    asked = Attendee.objects.live().filter(**same, meeting__series_uid=meeting.series_uid, meeting__deleted_at=None)
    days = asked.exclude(meeting__instead_of=None).select_related("meeting__owner", "user__team")
    apart = [one.meeting for one in days if who_may_know(one.meeting, [one])]
    told_apart = [one.instead_of for one in apart if one.instead_of]
    events = calendars.events_of(meeting, listed, shown=shown, told_apart=told_apart)
    for one in apart:
        events += calendars.events_of(one, [attendee], shown=shown, series=meeting)
    return events


def _words(
    meeting: Meeting, attendee: Attendee, shown: Sequence[str], *, is_asked: bool, is_new: bool
) -> dict[str, Any]:
    return words_for(meeting, shown, translation.get_language()) | {
        "meeting": meeting,
        "attendee": attendee,
        "is_asked": is_asked,
        "is_new": is_new,
        "answer_url": f"{settings.PUBLIC_URL}/answer/{answer_token(attendee)}",
    }


def words_for(meeting: Meeting, shown: Sequence[str], language: str | None) -> dict[str, str]:
    """What a meeting is and when and where, as far as it is shown."""
    return {
        "title": meeting.title if "title" in shown else _("Meeting"),
        "place": meeting.place if "place" in shown else "",
        "body": meeting.body if "body" in shown else "",
        "when": when_of(meeting, Reader(None, language=language or "en")),
    }


def when_of(meeting: Meeting, reader: Reader) -> str:
    """The time of a meeting in words, by the clocks of its own zone."""
    first = reader.day(meeting.day)
    last = reader.day(meeting.last_day) if meeting.last_day else ""
    again = f", {repetition_words.words_of(from_rrule(meeting.repeats), reader.language)}" if meeting.repeats else ""
    if meeting.start_time is None or meeting.end_time is None:
        return (f"{first} – {last}" if last else first) + again
    until = f"{last} {meeting.end_time:%H:%M}".strip()
    return f"{first} {meeting.start_time:%H:%M} – {until} ({meeting.zone}){again}"


def _language(attendee: Attendee) -> str:
    person = attendee.user or attendee.contact
    spoken = getattr(person, "language", "") or ""
    return spoken if spoken in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


# ── answers ──


def answer_token(attendee: Attendee) -> str:
    """What a guest's link carries: nothing that says who or what it is about, and nobody else can make it."""
    return signing.Signer(salt=SALT).sign(attendee.key.hex)


def invited_by(token: str) -> Attendee | None:
    """The guest whose link it is, while they are asked to a meeting that is not over and that they may know of."""
    try:
        key = uuid.UUID(hex=signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    rows = Attendee.objects.live().select_related("meeting__owner", "user__team").filter(key=key)
    found = rows.filter(meeting__deleted_at=None, meeting__ends_at__gt=timezone.now()).first()
    return found if found is not None and who_may_know(found.meeting, [found]) else None


def answer_meeting(*, actor: Any, meeting: Meeting, status: str) -> Attendee:
    """Say whether the actor comes to a meeting to which they are asked. Raises Refused where they are not, or when it
    is over."""
    attendee = queries.asked_as(actor, meeting)
    if attendee is None:
        raise Refused(_("You are not asked to this meeting, or it is over."))
    return answer_invitation(attendee=attendee, status=status, by=actor)


@transaction.atomic
def answer_invitation(
    *, attendee: Attendee, status: str, moment: dt.datetime | None = None, by: Any = SYSTEM
) -> Attendee:
    """Keep what a guest answered; `moment` is that of their mail. What was answered later than that stays. `by` is who
    is known to have answered, as a colleague who is signed in."""
    if status not in ANSWERS:
        raise Refused(_("Answer yes, maybe or no."))
    current = Attendee.objects.live().select_for_update().get(pk=attendee.pk)
    at = moment or timezone.now()
    if current.answered_at is not None and at < current.answered_at:
        return current
    answered = InvitationAnswered(
        attendee_id=current.pk, meeting_id=current.meeting_id, status=status, sent_by_mail=moment is not None
    )
    row = publish(answered, subjects=[Touched("meeting", current.meeting_id)], by=by)
    if current.status != status:
        with originating(replace(current_origin(), cause_id=row.pk, depth=row.depth + 1)):
            records.update(actor=SYSTEM, record=current, changes={"status": status})
    Attendee.objects.filter(pk=current.pk).update(answered_at=at)
    current.status, current.answered_at = status, at
    return current


def receive_reply(raw: bytes) -> Attendee | None:
    """Read a mail with an answer (METHOD:REPLY); None for mail that answers no invitation. Twice is once.

    Who answers is the ATTENDEE of the reply, asked to the meeting with this UID, which outsiders cannot guess.
    """
    if len(raw) > LARGEST_MAIL:
        return None
    message = email.message_from_bytes(raw, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            found = _answered(part.get_payload(decode=True) or b"")
            if found is not None:
                attendee, status, moment = found
                return answer_invitation(attendee=attendee, status=status, moment=moment)
    return None


def _answered(text: Any) -> tuple[Attendee, str, dt.datetime] | None:
    try:
        calendar = icalendar.Calendar.from_ical(text)
        event = next(iter(calendar.walk("VEVENT")))
        method, uid = str(calendar.get("method", "")), str(event.get("uid", ""))
        on = event.decoded("recurrence-id", None)
        attendee = event.get("attendee")
        address = attendee[0] if isinstance(attendee, list) else attendee
        status = str(address.params.get("PARTSTAT", "")).lower()
        key = uuid.UUID(uid.partition("@")[0])
        stamp = event.decoded("dtstamp", timezone.now())
    except (ValueError, KeyError, AttributeError, StopIteration, TypeError, IndexError):
        return None
    if method.upper() != "REPLY" or status not in ANSWERS:
        return None
    about = Q(meeting__uid=key) | Q(meeting__series_uid=key)
    rows = Attendee.objects.live().filter(about, meeting__deleted_at=None).order_by("-meeting__starts_at", "-pk")
    rows = rows.filter(email__iexact=str(address).lower().removeprefix("mailto:").strip()).select_related("meeting")
    found = _alone(rows, on) or rows.filter(meeting__instead_of=None).first()
    moment = stamp if isinstance(stamp, dt.datetime) and stamp.tzinfo else timezone.now()
    return (found, status, min(moment, timezone.now())) if found else None


def _alone(rows: Any, on: Any) -> Attendee | None:
    """The guest of the day of a series that an answer names, where it has a record of its own."""
    for attendee in rows.exclude(meeting__instead_of=None) if on is not None else ():
        zone = ZoneInfo(attendee.meeting.zone or "UTC")
        day = (on.astimezone(zone) if on.tzinfo else on).date() if isinstance(on, dt.datetime) else on
        if attendee.meeting.instead_of == day:
            return attendee
    return None
