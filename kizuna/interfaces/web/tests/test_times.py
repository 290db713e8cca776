"""Finding a time: everybody's day beside each other, and the next times that suit all."""

import datetime as dt

import pytest
from django.utils import timezone

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.visiting import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC))


@pytest.fixture
def meeting(sora):
    values = {"title": "Salary talk", "day": "2026-11-23", "start_time": "10:00", "end_time": "11:30"}
    return records.create(actor=sora, resource=registry.get("meeting"), values=values)


def test_a_colleague_is_busy_and_a_free_time_becomes_a_meeting(meeting, haruto, sora, visit) -> None:
    page = page_of(visit(haruto).get("/times", person=[haruto.pk, sora.pk], day="2026-11-23", minutes="60"))
    assert "Salary talk" in page  # the same team
    assert "Free all day" in page
    assert "/meetings/new?day=2026-11-23&amp;start_time=09%3A00&amp;end_time=10%3A00" in page
    form = page_of(visit(haruto).get("/meetings/new", day="2026-11-23", start_time="09:00", end_time="10:00"))
    assert 'value="09:00"' in form
    assert 'value="2026-11-23"' in form


def test_what_one_may_not_see_has_no_name(meeting, carol, sora, visit, grant) -> None:
    grant(carol, meeting={"read": "own", "create": "own"})
    page = page_of(visit(carol).get("/times", person=[sora.pk], day="2026-11-23"))
    assert "Salary talk" not in page
    assert "busy" in page


def test_nonsense_in_the_address_shows_my_own_day(haruto, visit) -> None:
    page = page_of(visit(haruto).get("/times", person="x", day="yesterday", minutes="-1"))
    assert "Add colleagues" in page


def test_free_times_stand_behind_meetings_in_the_navigation(haruto, visit) -> None:
    nav = page_of(visit(haruto).get("/tasks")).partition("</nav>")[0]
    assert nav.index('href="/tasks"') < nav.index('href="/meetings"') < nav.index('href="/times"')
