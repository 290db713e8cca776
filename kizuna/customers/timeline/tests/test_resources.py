"""How notes, tasks and meetings present themselves."""

import re

from kizuna.base.identity import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.resources.table import Sort, Table
from kizuna.base.testing.visiting import page_of
from kizuna.customers.timeline import services
from kizuna.customers.timeline.models import Task
from kizuna.customers.timeline.resources import state_of


def titles(key: str) -> list[str]:
    resource = registry.get(key)
    page = Table(resource, SYSTEM, columns=[resource.title_field], sort=Sort.of(resource, SYSTEM, None)).page()
    return [resource.title_field.to_json(row.values[0]) for row in page.rows]


def test_the_next_task_comes_first_and_what_is_done_last(alice, make) -> None:
    make("task", title="Next month", due_on="2026-12-20")
    done = make("task", title="Long done", due_on="2025-01-01")
    make("task", title="Tomorrow", due_on="2026-11-22")
    services.complete_task(actor=alice, task=done)
    assert titles("task") == ["Tomorrow", "Next month", "Long done"]


def test_the_newest_note_comes_first(make) -> None:
    yoko = make("contact", family_name="山本")
    for body in ("First visit.", "Second visit."):
        make("note", body=body, contact=yoko)
    assert titles("note") == ["Second visit.", "First visit."]


def test_a_badge_tells_what_is_done_and_what_is_late(alice, make) -> None:
    late = make("task", title="Visit", due_on="2020-01-01")
    assert state_of(late) is not None
    assert state_of(late)["tone"] == "bad"
    assert state_of(services.complete_task(actor=alice, task=late))["tone"] == "good"
    assert state_of(Task(title="Some day")) is None


def test_a_calendar_shows_when_a_meeting_begins_and_where_that_clock_is(haruto, make, visit) -> None:
    for title, time, end, zone in [
        ("Fitting", "15:30", "16:00", haruto.time_zone),
        ("Review", "09:00", "10:00", "America/New_York"),
    ]:
        at = {"time": time, "zone": zone}
        make("meeting", owner=haruto, title=title, day="2026-11-05", start_time=at, end_time=end)
    make("meeting", owner=haruto, title="Fair", day="2026-11-05")
    page = page_of(visit(haruto).get("/meetings", mode="calendar", at="2026-11-01"))
    shown = re.findall(r"<a [^>]*data-open[^>]*>(?:<time[^>]*>(.*?)</time>)?<span[^>]*>(.*?)</span>", page)
    assert shown == [("", "Fair"), ("09:00 New York", "Review"), ("15:30", "Fitting")]
