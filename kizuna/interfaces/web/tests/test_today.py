"""Today: every figure is a number of records, and a click away from exactly those."""

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.testing.visiting import Visitor, listed, page_of
from kizuna.customers.contacts.models import Contact
from kizuna.customers.timeline import services as timeline
from kizuna.interfaces.web.panels import work as today

DAY = dt.timedelta(days=1)


@pytest.fixture
def busy_week(haruto, sora, to_do):
    """Haruto has two late tasks, one for today, one for tomorrow, and one done; Sora's are not his."""
    now = Reader.of(haruto).today
    for title, due in (("Send the offer", now - DAY), ("Ask about the delivery", now - 40 * DAY)):
        to_do(title, owner=haruto, due_on=due)
    to_do("Call the hotel", owner=haruto, due_on=now)
    to_do("Write the minutes", owner=haruto, due_on=now + DAY)
    to_do("Some day", owner=haruto)
    to_do("Not mine", owner=sora, due_on=now - DAY)
    timeline.complete_task(actor=haruto, task=to_do("Order the samples", owner=haruto, due_on=now))


def figure(actor, label):
    return next(one for one in today.figures(actor) if str(one["label"]) == label)


def behind(visitor: Visitor, url: str) -> list[str]:
    """The titles of the rows of the list behind an address, and that its count says the same number."""
    answer = visitor.get(url)
    assert answer.status_code == 200
    return listed(answer)


@pytest.mark.parametrize(
    ("label", "titles"),
    [
        ("Late", {"Send the offer", "Ask about the delivery"}),
        ("Due today", {"Call the hotel"}),
        ("Done", {"Order the samples"}),
    ],
)
def test_a_figure_leads_to_exactly_the_tasks_it_counts(busy_week, haruto, visit, label, titles):
    found = figure(haruto, label)
    assert found["value"] == len(titles)
    assert set(behind(visit(haruto), found["url"])) == titles
    path, _, query = found["url"].partition("?")
    assert page_of(visit(haruto).get(f"{path}/count?{query}")) == str(len(titles))


def test_my_contacts_are_counted_and_listed(haruto, sora, person, visit):
    for family in ("山本", "佐藤", "鈴木"):
        person(family, owner=haruto)
    person("田中", owner=sora)
    found = figure(haruto, "My contacts")
    assert found["value"] == "3"
    assert len(behind(visit(haruto), found["url"])) == 3


def test_late_is_told_in_red_only_when_something_is_late(haruto, to_do):
    assert figure(haruto, "Late")["tone"] == ""
    to_do("Send the offer", owner=haruto, due_on=Reader.of(haruto).today - DAY)
    assert figure(haruto, "Late")["tone"] == "bad"


def test_today_is_the_readers_day(haruto, to_do, monkeypatch):
    """At 20:00 in London it is tomorrow in Tokyo: a task due on that day is due today there."""
    evening = dt.datetime(2026, 3, 3, 20, 0, tzinfo=dt.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: evening)
    to_do("Call the hotel", owner=haruto, due_on=dt.date(2026, 3, 4))
    haruto.time_zone = "Asia/Tokyo"
    assert figure(haruto, "Due today")["value"] == 1
    haruto.time_zone = "Europe/London"
    assert figure(haruto, "Due today")["value"] == 0


def test_todays_meetings_stand_in_the_readers_time(haruto, sora, visit, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: dt.datetime(2026, 3, 3, 23, 0, tzinfo=dt.UTC))
    assert today.meetings(haruto) is None

    def arrange(title, *, owner, **values):
        given = {"title": title, "day": "2026-03-04", **values}
        return records.create(actor=owner, resource=registry.get("meeting"), values=given)

    asked = arrange("Lamps", owner=sora, start_time=NINE_IN_TOKYO, end_time="10:00")
    arrange("Not mine", owner=sora, start_time=NINE_IN_TOKYO, end_time="10:00")
    arrange("Fair", owner=haruto)
    arrange("Tomorrow", owner=haruto, day="2026-03-05")
    values = {"meeting": asked.pk, "user": haruto.pk}
    records.create(actor=SYSTEM, resource=registry.get("attendee"), values=values)
    for zone, rows in (
        ("Asia/Tokyo", [("Lamps", "09:00"), ("Fair", "All day")]),
        ("America/New_York", [("Lamps", "19:00")]),
    ):
        haruto.time_zone = zone
        assert sorted((row["name"], row["when"]) for row in today.meetings(haruto)["rows"]) == sorted(rows)
    haruto.save()
    assert "Meetings today" in page_of(visit(haruto).get("/"))


NINE_IN_TOKYO = {"time": "09:00", "zone": "Asia/Tokyo"}


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_task_with_a_time_is_due_where_the_reader_is(haruto, to_do, visit, monkeypatch, zone):
    """Nine o'clock on the 4th in Tokyo is the evening of the 3rd in New York; every figure is still its list."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: dt.datetime(2026, 3, 3, 23, 0, tzinfo=dt.UTC))
    to_do("Call the hotel", owner=haruto, due_on=dt.date(2026, 3, 4), due_time=NINE_IN_TOKYO)
    haruto.time_zone = zone
    haruto.save()
    assert figure(haruto, "Due today")["value"] == 1
    assert behind(visit(haruto), figure(haruto, "Due today")["url"]) == ["Call the hotel"]
    monkeypatch.setattr("django.utils.timezone.now", lambda: dt.datetime(2026, 3, 4, 0, 1, tzinfo=dt.UTC))
    assert figure(haruto, "Late")["value"] == 1
    assert behind(visit(haruto), figure(haruto, "Late")["url"]) == ["Call the hotel"]


def test_what_is_late_stands_apart_from_today_and_the_next_days(haruto, to_do):
    now = Reader.of(haruto).today
    for title, away in (("Next week", 7), ("Tomorrow", 1), ("Now", 0), ("Long ago", -3), ("In a month", 30)):
        to_do(title, owner=haruto, due_on=now + away * DAY)
    rows = today.tasks(haruto)["rows"]
    assert [(row.get("heading"), row["name"]) for row in rows] == [
        ("Overdue", "Long ago"), ("Today", "Now"), ("Next days", "Tomorrow"), (None, "Next week"),
    ]  # fmt: skip


def test_the_page_lists_open_tasks_with_the_most_overdue_first(busy_week, haruto, visit):
    page = page_of(visit(haruto).get("/"))
    order = [page.index(title) for title in ("Ask about the delivery", "Send the offer", "Call the hotel")]
    assert order == sorted(order)
    assert "Some day" not in page
    assert "Order the samples" not in page
    assert "40 days late" in page
    assert "Not mine" not in page


def test_ticking_a_task_completes_it(busy_week, haruto, visit):
    visitor = visit(haruto)
    url = re.search(r'hx-post="([^"]+/actions/complete_task)"', page_of(visitor.get("/")))[1]
    answer = visitor.send(unescape(url), at="/")
    assert answer.status_code == 200
    assert figure(haruto, "Done")["value"] == 2
    assert figure(haruto, "Late")["value"] == 1


def test_what_others_changed_on_my_contacts_is_said_with_their_name(haruto, sora, person, visit):
    theirs, mine = person("山本", "陽子", owner=haruto), person("佐藤", "健", owner=haruto)
    records.update(actor=sora, record=theirs, changes={"job_title": "部長"})
    records.update(actor=haruto, record=mine, changes={"job_title": "課長"})
    block = today.changed(haruto)
    assert [row["name"] for row in block["rows"]] == ["山本 陽子"]
    assert block["rows"][0]["detail"] == "Sora"
    assert "山本 陽子" in page_of(visit(haruto).get("/"))


def test_a_change_is_told_however_long_ago_it_was(haruto, sora, person):
    yoko = person("山本", "陽子", owner=haruto)
    records.update(actor=sora, record=yoko, changes={"job_title": "部長"})
    Contact.objects.filter(pk=yoko.pk).update(updated_at=dt.datetime(2020, 5, 3, tzinfo=dt.UTC))
    records.update(actor=haruto, record=person("佐藤", "健", owner=haruto), changes={"job_title": "課長"})
    assert [row["name"] for row in today.changed(haruto)["rows"]] == ["山本 陽子"]


def test_names_are_words_also_when_they_are_markup(haruto, to_do, person, visit):
    attack = '"><img src=x onerror=alert(1)>'
    to_do(attack, owner=haruto, due_on=Reader.of(haruto).today)
    records.update(actor=SYSTEM, record=person(attack, owner=haruto), changes={"given_name": "<script>"})
    page = page_of(visit(haruto).get("/"))
    assert "<img" not in page
    assert "<script>" not in page


def test_somebody_without_a_role_sees_a_start_page_without_figures(nobody, visit):
    answer = visit(nobody).get("/")
    assert answer.status_code == 200
    assert today.figures(nobody) == []
    assert "k-figure" not in page_of(answer)


def test_a_hidden_due_day_is_shown_nowhere(haruto, hide, to_do, visit):
    to_do("Call the hotel", owner=haruto, due_on=Reader.of(haruto).today - 2 * DAY)
    hide(haruto, "task", "due_on")
    page = page_of(visit(haruto).get("/"))
    assert "2 days late" not in page
    assert today.figures(haruto) == []


def test_the_page_costs_the_same_queries_for_one_task_and_for_many(haruto, to_do, person, visit):
    def cost() -> int:
        visitor.get("/")
        with CaptureQueriesContext(connection) as queries:
            visitor.get("/")
        return len(queries)

    visitor, now = visit(haruto), Reader.of(haruto).today
    to_do("Call", owner=haruto, due_on=now, contact=person("山本", owner=haruto).pk)
    once = cost()
    for number in range(6):
        to_do(f"Call {number}", owner=haruto, due_on=now, contact=person(f"佐藤{number}", owner=haruto).pk)
    assert cost() == once


def test_a_visitor_who_is_not_signed_in_is_asked_to(client, db):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_parts_say_which_changes_have_them_read_again(haruto, visit):
    page = page_of(visit(haruto).get("/"))
    live = dict(re.findall(r'id="panel-([\w-]+)"[^>]* data-live="([\w ]+)" data-fresh="/today/panels/\1"', page))
    assert live["figures"] == "task contact"
    assert live["tasks"] == "task"
    assert live["changed"] == "contact"
    assert live["news"] == "bell"
