"""Every touch with customers, what we wrote down about them, what we promised to do, and when we meet."""

from kizuna.customers.timeline.models.feeds import Feed
from kizuna.customers.timeline.models.interactions import Interaction
from kizuna.customers.timeline.models.meetings import Attendee, Meeting
from kizuna.customers.timeline.models.notes import Note
from kizuna.customers.timeline.models.tasks import Task

__all__ = ["Attendee", "Feed", "Interaction", "Meeting", "Note", "Task"]
