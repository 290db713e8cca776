"""What takes long, and what happens on a day."""

from __future__ import annotations

from kizuna.base.jobs import every, progress, task
from kizuna.base.territories import services, trees
from kizuna.base.territories.models import Realignment
from kizuna.base.territories.services import realigning


@task(max_attempts=5, queue="bulk")
def carry_on(*, realignment_id: int) -> int:
    """Carry out a realignment, or take it back. A worker that was killed leaves it where it was; the next run goes on
    from there."""
    return services.carry_on(realignment_id=realignment_id, tell=_tell)


def _tell(held: Realignment) -> None:
    progress(done=held.moved)


@task(max_attempts=3, queue="bulk")
def look_ahead(*, realignment_id: int) -> int:
    """Reckon what a realignment would move."""
    return realigning.look_ahead(realignment_id=realignment_id)


@task(max_attempts=5, queue="bulk")
def place_again() -> int:
    """The tree has changed: move what lies elsewhere by it."""
    moved = 0
    for count in services.place_all():
        moved += count
        progress(done=moved)
    return moved


@every(cron="15 0 * * *")
@task(max_attempts=3, queue="bulk")
def follow_the_calendar() -> int:
    """Apply what is planned for today, and move what lies in territories that begin or end; also what a condition on
    other records, or on the day, takes by now. Tell of those who work in territories from today, or did until now."""
    done = services.apply_planned(today=trees.today())
    if not trees.now().is_empty:
        services.turn_members(today=trees.today())
        place_again.enqueue()
    return done
