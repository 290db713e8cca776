"""What we wrote down about customers, what we promised to do, and when we meet."""

from kizuna.customers.timeline.models.feeds import Feed
from kizuna.customers.timeline.models.meetings import Attendee, Meeting
from kizuna.customers.timeline.models.notes import Note
from kizuna.customers.timeline.models.tasks import Task

__all__ = ["Attendee", "Feed", "Meeting", "Note", "Task"]
