"""Verbs of the timeline. Plain create, change and delete go through `base.records`."""

from kizuna.customers.timeline.services.alarms import expand_again, ring_alarms
from kizuna.customers.timeline.services.days import Reach, change_meeting, change_one_day, reaches_of, rejoin_series
from kizuna.customers.timeline.services.dividing import change_from_day
from kizuna.customers.timeline.services.feeds import feed_of, open_feed, revoke_feed
from kizuna.customers.timeline.services.interactions import (
    keep_last_touches,
    log_interactions,
    log_meeting,
    pin_note,
    place_interactions,
    unpin_note,
)
from kizuna.customers.timeline.services.invitations import (
    ANSWERS,
    answer_invitation,
    answer_meeting,
    invited_by,
    receive_reply,
    send_invitations,
    words_for,
)
from kizuna.customers.timeline.services.knowing import check_they_may_know, shown_to
from kizuna.customers.timeline.services.meetings import ask_colleagues, continue_series, end_meetings, skip_meeting
from kizuna.customers.timeline.services.notices import tell_colleagues
from kizuna.customers.timeline.services.tasks import (
    complete_task,
    end_series,
    reopen_task,
    skip_task,
    snooze_task,
)

__all__ = [
    "ANSWERS",
    "Reach",
    "answer_invitation",
    "answer_meeting",
    "ask_colleagues",
    "change_from_day",
    "change_meeting",
    "change_one_day",
    "check_they_may_know",
    "complete_task",
    "continue_series",
    "end_meetings",
    "end_series",
    "expand_again",
    "feed_of",
    "invited_by",
    "keep_last_touches",
    "log_interactions",
    "log_meeting",
    "open_feed",
    "pin_note",
    "place_interactions",
    "reaches_of",
    "receive_reply",
    "rejoin_series",
    "reopen_task",
    "revoke_feed",
    "ring_alarms",
    "send_invitations",
    "shown_to",
    "skip_meeting",
    "skip_task",
    "snooze_task",
    "tell_colleagues",
    "unpin_note",
    "words_for",
]
