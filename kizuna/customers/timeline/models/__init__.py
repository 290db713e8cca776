"""What we wrote down about customers, what we promised to do, and when we meet."""

from kizuna.customers.timeline.models.notes import Note
from kizuna.customers.timeline.models.tasks import Task

__all__ = ["Note", "Task"]
