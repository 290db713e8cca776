"""Who set off what led to an event: handlers act as Kizuna, and yet somebody began it."""

from collections import defaultdict
from collections.abc import Iterable

from kizuna.base.events.models import EventRow


def instigators(event_ids: Iterable[int]) -> dict[int, int | None]:
    """The person behind each event, by id: whoever did it, else whoever did the nearest event above it; None where
    nobody is known, such as a visitor or a job that runs by the clock. A query for each step up, mostly one or two."""
    found: dict[int, int | None] = {}
    waiting = {event_id: {event_id} for event_id in event_ids}
    while waiting:
        above: dict[int, set[int]] = defaultdict(set)
        rows = EventRow.objects.filter(pk__in=list(waiting)).values_list("pk", "actor_id", "cause_id")
        for pk, actor_id, cause_id in rows:
            if actor_id is None and cause_id is not None:
                above[cause_id] |= waiting[pk]
            else:
                found |= dict.fromkeys(waiting[pk], actor_id)
        waiting = above
    return found


def below(root: int, event_ids: Iterable[int]) -> set[int]:
    """Those of these events that something set off which `root` began, and `root` itself. A query for each step up."""
    found: set[int] = set()
    waiting = {event_id: {event_id} for event_id in event_ids}
    while waiting:
        found |= waiting.pop(root, set())
        above: dict[int, set[int]] = defaultdict(set)
        rows = EventRow.objects.filter(pk__in=[pk for pk in waiting if pk > root], cause_id__gte=root)
        for pk, cause_id in rows.values_list("pk", "cause_id"):
            above[int(cause_id or 0)] |= waiting[pk]
        waiting = above
    return found
