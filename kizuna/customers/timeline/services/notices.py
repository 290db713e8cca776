"""What colleagues hear of in Kizuna when they are asked to a meeting; other guests hear by mail alone."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.collaboration.services.following import begin
from kizuna.base.events import instigators
from kizuna.base.notifications.kinds import Kind, register
from kizuna.base.notifications.models import Mail
from kizuna.base.notifications.services import News, tell
from kizuna.base.types.refs import RecordRef
from kizuna.customers.timeline.models import Attendee

INVITED = register(
    Kind(
        "invited",
        _("I am asked to a meeting"),
        _("%(who)s asks you to %(title)s"),
        "calendar-event",
        mail=Mail.NEVER,
        push=True,
    )
)


def tell_colleagues(*, event_id: int, ids: Collection[int]) -> None:
    """Colleagues among these guests, new since this event, read it in Kizuna too, and follow the meeting; by mail they
    have the invitation. Who comes to the next one of a series knows of it already."""
    by = instigators([event_id]).get(event_id)
    if by is None:  # nobody asks them, as when the sample company is loaded
        return
    rows = Attendee.objects.live().filter(pk__in=ids, user__isnull=False, meeting__deleted_at=None)
    asked = rows.filter(meeting__ends_at__gt=timezone.now(), meeting__follows=None).order_by("pk")
    for user_id, meeting_id in asked.values_list("user_id", "meeting_id"):
        begin(RecordRef("meeting", meeting_id), [user_id])
        key = f"event:{event_id}:{meeting_id}"
        news = News(kind=INVITED, key=key, resource="meeting", event_id=event_id, actor_id=by)
        tell(news, {user_id: [meeting_id]})
