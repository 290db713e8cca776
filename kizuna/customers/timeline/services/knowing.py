"""What of a meeting its guests may be told: customers what they are sent, colleagues what they see in Kizuna."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.access import audience, policy
from kizuna.base.types.errors import Refused, fill
from kizuna.customers.timeline.models import Attendee, Meeting
from kizuna.customers.timeline.services.calendars import SHOWN

TIMES = ("day", "start_time", "end_time", "last_day", "repeats")
GUESTS = ("guest", "status", "is_required")
UNSEEN = _("%(name)s may not see this meeting, or whom it is about, and cannot be asked to it.")


def readable(user: Any, resource: str, names: Iterable[str]) -> list[str]:
    """Which of these fields somebody may read."""
    permissions = policy.permissions_of(user)
    return [name for name in names if permissions.readable(resource, name)]


def may_read(user: Any, resource: str, *names: str) -> bool:
    """Whether somebody may read such records, and all of these fields of theirs."""
    can_read = policy.permissions_of(user).can(resource, "read")
    return can_read and len(readable(user, resource, names)) == len(names)


def sees_guests(user: Any) -> bool:
    """Whether somebody may read who is asked to a meeting, and by whom."""
    return may_read(user, "attendee", *GUESTS) and may_read(user, "meeting", "owner")


def who_may_know(meeting: Meeting, guests: Collection[Attendee]) -> set[int]:
    """Who of the guests (by the id of the attendee) may be told of a meeting: of colleagues those who see it."""
    colleagues = {guest.user_id: guest.user for guest in guests if guest.user is not None}
    seeing = {one.pk for one in audience.who_sees(list(colleagues.values()), Meeting, meeting.pk)}
    told = {pk for pk in seeing if may_read(colleagues[pk], "meeting", *TIMES)}
    return {guest.pk for guest in guests if guest.user_id is None or guest.user_id in told}


def shown_to(guest: Attendee) -> Sequence[str]:
    """Which words of a meeting a guest may read."""
    return SHOWN if guest.user is None else readable(guest.user, "meeting", SHOWN)


def guests_shown_to(guest: Attendee, present: Sequence[Attendee]) -> list[Attendee]:
    """Of whom a guest may know that they are asked too; of themselves always."""
    if guest.user is None:
        return list(present)
    if not sees_guests(guest.user):
        return [one for one in present if one.pk == guest.pk]
    seen = Attendee.objects.visible_to(guest.user).filter(pk__in=[one.pk for one in present])
    known = {guest.pk, *seen.values_list("pk", flat=True)}
    return [one for one in present if one.pk in known]


def check_they_may_know(ids: Collection[int]) -> None:
    """Raise Refused where a colleague among these guests may not see the meeting to which they are asked."""
    rows = Attendee.objects.live().filter(pk__in=ids, user__isnull=False).select_related("user__team", "meeting")
    for guest in rows.order_by("pk"):
        if guest.user_id != guest.meeting.owner_id and guest.pk not in who_may_know(guest.meeting, [guest]):
            raise Refused(fill(UNSEEN, {"name": guest.name}), field="user")
