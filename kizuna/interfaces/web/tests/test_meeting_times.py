"""The form of a meeting says who is busy then, offers the next free times, and asks the people chosen."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.visiting import page_of, undo_of
from kizuna.customers.timeline.models import Attendee, Meeting

pytestmark = pytest.mark.django_db

MONDAY = {"title": "Planning", "day": "2026-11-23", "start_time": "10:00", "end_time": "11:00"}


@pytest.fixture(autouse=True)
def friday(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC))


def meeting_of(person, **values) -> Meeting:
    given = {"title": "Salary talk", "day": "2026-11-23", "start_time": "10:30", "end_time": "11:30"}
    made = records.create(actor=person, resource=registry.get("meeting"), values=given | values)
    assert isinstance(made, Meeting)
    return made


def parts(client, **given) -> str:
    return page_of(client.post("/meetings/form-parts", **MONDAY | given))


def colleagues_at(meeting) -> set[str]:
    return set(Attendee.objects.live().filter(meeting=meeting).values_list("name", flat=True))


def test_who_is_busy_then_is_named_and_free_times_fill_the_form(haruto, sora, visit) -> None:
    meeting_of(sora)
    form = page_of(visit(haruto).get("/meetings/new", day="2026-11-23", guests=str(sora.pk)))
    assert 'hx-post="/meetings/form-parts"' in form
    assert "Give a start and an end" in form
    answer = parts(visit(haruto), guests=str(sora.pk))
    assert "Sora is busy 10:30 – 11:30." in answer
    assert "Salary talk" in answer  # the same team
    assert "&quot;start_time&quot;: &quot;11:30&quot;, &quot;end_time&quot;: &quot;12:30&quot;" in answer
    assert "Everybody is free" in parts(visit(haruto), guests=str(sora.pk), start_time="11:30", end_time="12:00")


def test_only_that_they_are_busy_is_told_of_meetings_that_one_may_not_see(carol, sora, visit, grant) -> None:
    grant(carol, meeting={"read": "own", "create": "own"}, attendee={"create": "own"})
    meeting_of(sora)
    answer = parts(visit(carol), guests=str(sora.pk))
    assert "Sora is busy 10:30 – 11:30." in answer
    assert "Salary talk" not in answer
    assert "/meetings/" not in answer.replace("/meetings/form-parts", "")


def test_people_elsewhere_are_shown_by_my_clock_with_their_zone_beside(haruto, sora, visit) -> None:
    type(sora).objects.filter(pk=sora.pk).update(time_zone="Asia/Seoul")
    meeting_of(sora, start_time="19:00 Asia/Seoul", end_time="20:00")
    answer = parts(visit(haruto), guests=str(sora.pk))
    assert "Asia/Seoul" in answer
    assert "Sora is busy 10:00 – 11:00." in answer


def test_the_people_chosen_are_asked_once_however_often_the_form_is_sent(haruto, sora, mika, visit) -> None:
    form = MONDAY | {"guests": str(sora.pk), "guest_add": str(mika.pk), "once": "a1", "owner": str(haruto.pk)}
    for _time in range(2):
        visit(haruto).post("/meetings/new", **form)
    planned = Meeting.objects.get(title="Planning")
    assert colleagues_at(planned) == {"Sora", "Mika"}


def test_an_edit_lets_go_whom_it_took_away_and_keeps_whom_others_added(haruto, sora, mika, alice, visit) -> None:
    planned = meeting_of(haruto, title="Planning")
    for person in (sora, mika):
        records.create(
            actor=haruto, resource=registry.get("attendee"), values={"meeting": planned.pk, "user": person.pk}
        )
    form = page_of(visit(haruto).get(f"/meetings/{planned.pk}/edit"))
    assert f'name="guests" value="{sora.pk},{mika.pk}"' in form
    records.create(actor=haruto, resource=registry.get("attendee"), values={"meeting": planned.pk, "user": alice.pk})
    chosen = {"guests": str(mika.pk), "guests_before": f"{sora.pk},{mika.pk}", "version": str(planned.version)}
    visit(haruto).post(f"/meetings/{planned.pk}/edit", **{"title": "Planning 2"} | chosen)
    planned.refresh_from_db()
    assert planned.title == "Planning 2"
    assert colleagues_at(planned) == {"Mika", "Alice"}


def test_a_refused_form_keeps_the_people_and_a_refused_meeting_asks_nobody(haruto, sora, visit) -> None:
    answer = visit(haruto).post("/meetings/new", **MONDAY | {"title": "", "guests": str(sora.pk)})
    assert f'name="guests" value="{sora.pk}"' in page_of(answer)
    assert not Attendee.objects.exists()


def test_what_cannot_be_understood_yet_is_passed_over(haruto, visit) -> None:
    answer = parts(visit(haruto), day="2026-1", start_time="9", end_time="", guests="x,,99999", owner="?")
    assert "Give a start and an end" in answer


def test_it_asks_the_same_number_of_queries_for_one_as_for_many(haruto, sora, mika, alice, visit) -> None:
    for person in (sora, mika, alice):
        meeting_of(person)
    client, asked = visit(haruto), []
    for guests in (f"{sora.pk}", f"{sora.pk},{mika.pk},{alice.pk}"):
        with CaptureQueriesContext(connection) as queries:
            parts(client, guests=guests)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_whoever_may_not_arrange_meetings_is_told_nothing(victor, sora, visit) -> None:
    assert visit(victor).post("/meetings/form-parts", **MONDAY | {"guests": str(sora.pk)}).status_code == 403
    assert visit(sora).post("/contacts/form-parts").status_code == 404


def test_the_composer_of_a_contact_has_it_too(haruto, visit, person) -> None:
    contact = person("山本", owner=haruto)
    page = page_of(visit(haruto).get(f"/contacts/{contact.pk}/compose/meeting"))
    assert 'hx-post="/meetings/form-parts"' in page


# ── one of a series ──


@pytest.fixture
def weekly(haruto) -> Meeting:
    return meeting_of(haruto, title="Weekly", day="2026-11-24", repeats="every week")


def test_an_edit_says_whether_it_is_for_one_or_for_all_that_follow(weekly, haruto, visit) -> None:
    form = page_of(visit(haruto).get(f"/meetings/{weekly.pk}/edit"))
    assert 'name="reach"' in form
    given = {"title": "Offsite", "repeats": "every week", "version": str(weekly.version), "reach": "one"}
    answer = visit(haruto).post(f"/meetings/{weekly.pk}/edit", **given)
    alone = Meeting.objects.get(title="Offsite")
    assert answer["Location"] == f"/meetings/{alone.pk}"
    assert f"/meetings/{alone.pk}/actions/rejoin_series" in page_of(visit(haruto).get(f"/meetings/{alone.pk}"))
    weekly.refresh_from_db()
    assert (weekly.title, weekly.day) == ("Weekly", dt.date(2026, 12, 1))


def test_a_drop_on_another_day_asks_how_far_it_goes_and_can_be_taken_back(weekly, haruto, visit) -> None:
    drop = {"field": "day", "value": "2026-11-26", "version": str(weekly.version)}
    asked = visit(haruto).send(f"/meetings/{weekly.pk}/move", **drop)
    assert (asked.status_code, asked["HX-Retarget"]) == (409, "#dialog")
    assert "This and all that follow" in page_of(asked)
    assert 'name="value" value="2026-11-26"' in page_of(asked)
    moved = visit(haruto).send(f"/meetings/{weekly.pk}/move", **drop, reach="one")
    alone = Meeting.objects.get(instead_of="2026-11-24")
    assert undo_of(moved) == f"/meetings/{alone.pk}/actions/rejoin_series"
    visit(haruto).send(undo_of(moved))
    weekly.refresh_from_db()
    assert weekly.day == dt.date(2026, 11, 24)
    drop["version"] = str(weekly.version)
    moved = visit(haruto).send(f"/meetings/{weekly.pk}/move", **drop, reach="all")
    weekly.refresh_from_db()
    assert weekly.repeats == "FREQ=WEEKLY;BYDAY=TH"
    visit(haruto).send(undo_of(moved))
    weekly.refresh_from_db()
    assert (weekly.day, weekly.repeats) == (dt.date(2026, 11, 24), "FREQ=WEEKLY")
