"""Who is to answer a lead is warned while there is still time, and who leads them before it is too late."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kizuna.base import conditions
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import Role, Team
from kizuna.base.notifications.models import Notification
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Invalid
from kizuna.customers.leads import handlers, queries, services
from kizuna.customers.leads.events import LeadsNearlyDue, LeadsOverdue
from kizuna.customers.leads.models import Lead, ResponseTarget
from kizuna.customers.leads.services import capture_lead
from kizuna.customers.leads.tests.conftest import YOKO

pytestmark = pytest.mark.django_db
BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
ASKED = dt.datetime(2025, 11, 20, 10, 0, tzinfo=TOKYO)


def captured(**values: Any) -> Lead:
    happened_at = values.pop("happened_at", ASKED)
    return capture_lead(actor=SYSTEM, values={**YOKO, **values}, happened_at=happened_at).lead


def parts(lead: Lead) -> list[dt.datetime | None]:
    return [lead.half_at, lead.three_quarters_at, lead.nine_tenths_at, lead.due_at]


def after(minutes: float) -> dt.datetime:
    """So long after they asked; without business hours every minute counts, and 240 of them are promised."""
    return ASKED + dt.timedelta(minutes=minutes)


# ── when ──


@pytest.mark.parametrize(
    ("zone", "day", "asked", "minutes", "moments"),
    [
        # the clocks go back an hour in the night: eight hours are eight hours
        (BERLIN, "0-24", "2025-10-25T22:00", 480, ("00:00", "02:00", "03:12", "04:00")),
        # they go forward: of the hours from one to four two are left
        (BERLIN, "1:00-4:00", "2025-03-30T01:00", 120, ("01:00", "01:30", "01:48", "02:00")),
        # noon is no time to answer
        (TOKYO, "9:00-12:00, 13:00-18:00", "2025-11-20T11:00", 120, ("03:00", "04:30", "04:48", "05:00")),
    ],
)
def test_the_parts_of_the_time_are_counted_in_business_hours(make, zone, day, asked, minutes, moments) -> None:
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), day)
    make("businesshours", name="Office", zone=zone.key, is_default=True, **week)
    ResponseTarget.objects.update(minutes=minutes)
    lead = captured(happened_at=dt.datetime.fromisoformat(asked).replace(tzinfo=zone))
    assert tuple(f"{moment.astimezone(dt.UTC):%H:%M}" for moment in parts(lead) if moment) == moments


# ── told ──


def test_each_part_is_told_once_and_of_several_only_the_last(haruto, published) -> None:
    lead = captured(owner=haruto.pk)
    assert services.warn_of_due(now=after(119)) == 0
    assert services.warn_of_due(now=after(120)) == 1
    assert services.warn_of_due(now=after(125)) == 0
    assert services.warn_of_due(now=after(217)) == 1  # the job stood still for an hour and a half
    assert services.warn_of_due(now=after(239)) == 0
    assert [(one.ids, one.percent) for one in published.of(LeadsNearlyDue)] == [((lead.pk,), 50), ((lead.pk,), 90)]
    assert services.warn_of_due(now=after(241)) == 0, "what is overdue is told as that"
    assert services.note_overdue(now=after(241)) == 1
    assert published.one(LeadsOverdue).ids == (lead.pk,)


def test_what_was_answered_closed_or_thrown_away_is_told_no_more(haruto) -> None:
    answered, closed, gone = (captured(owner=haruto.pk, emails=[f"{name}@aoba.example"]) for name in "abc")
    services.answer_lead(actor=haruto, lead=answered, channel="phone")
    services.disqualify_lead(actor=haruto, lead=closed, reason="no_budget")
    records.delete(actor=SYSTEM, record=gone)
    assert services.warn_of_due(now=after(230)) == 0


@pytest.fixture
def shops(haruto, sora, mika) -> dict[str, Any]:
    """Haruto and Sora sell in Yokohama, which lies in Japan; Mika leads Japan."""
    japan = Team.objects.create(name="Japan")
    yokohama = Team.objects.create(name="Yokohama", parent=japan)
    for team in (japan, yokohama):
        team.place_under(team.parent)
        team.save()
    seller, manager = (Role.objects.get(code=code) for code in ("salesperson", "manager"))
    for person, team, role in ((haruto, yokohama, seller), (sora, yokohama, seller), (mika, japan, manager)):
        person.team = team
        person.save()
        person.roles.set([role])
    return {"japan": japan, "yokohama": yokohama, "manager": manager}


def told(person: Any) -> list[str]:
    return list(Notification.objects.filter(user=person).order_by("pk").values_list("kind", flat=True))


def hear(lead: Lead, percent: int) -> None:
    handlers.tell_of_nearly_due(
        LeadsNearlyDue(ids=(lead.pk,), percent=percent).stamped(event_id=percent, occurred_at=ASKED)
    )


def test_the_owner_hears_from_half_the_time_on_and_who_leads_them_from_nine_tenths(haruto, sora, mika, shops) -> None:
    lead = captured(owner=haruto.pk)
    for percent in (50, 75, 90, 90):
        hear(lead, percent)
    assert told(haruto) == ["lead_waits", "lead_waits", "lead_nearly_late"]
    assert told(mika) == ["lead_of_team"]
    assert told(sora) == []
    overdue = LeadsOverdue(ids=(lead.pk,)).stamped(event_id=100, occurred_at=ASKED)
    handlers.tell_of_late(overdue)
    assert told(haruto)[-1] == "lead_late"
    assert told(mika) == ["lead_of_team", "lead_of_team"]


def test_a_target_says_who_hears_of_it_and_when(haruto, mika, shops) -> None:
    ResponseTarget.objects.update(owner_hears=90, leader_hears=101)
    lead = captured(owner=haruto.pk)
    for percent in (50, 75, 90):
        hear(lead, percent)
    assert (told(haruto), told(mika)) == (["lead_nearly_late"], [])


def test_whoever_has_it_when_it_is_told_hears_of_it(haruto, sora, shops) -> None:
    lead = captured(owner=haruto.pk)
    records.update(actor=SYSTEM, record=lead, changes={"owner": sora.pk})
    hear(lead, 50)
    assert (told(haruto), told(sora)) == ([], ["lead_waits"])
    services.answer_lead(actor=sora, lead=Lead.objects.get(pk=lead.pk), channel="phone")
    hear(lead, 75)
    assert told(sora) == ["lead_waits"], "it was answered before the news was out"


def test_who_leads_is_of_the_team_or_of_the_next_above(haruto, sora, mika, shops) -> None:
    assert queries.leaders_of([haruto.pk, mika.pk]) == {haruto.pk: [mika.pk], mika.pk: []}
    sora.roles.set([shops["manager"]])
    assert queries.leaders_of([haruto.pk, sora.pk]) == {haruto.pk: [sora.pk], sora.pk: [mika.pk]}


def test_leaders_cost_as_many_questions_for_many_people_as_for_few(
    haruto, sora, mika, shops, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(6):
        queries.leaders_of([haruto.pk, sora.pk, mika.pk])


# ── seen ──


def test_lists_say_how_it_stands_and_are_asked_for_it(client, haruto) -> None:
    now = timezone.now()
    ages = {"waiting": 1, "half": 130, "most": 190, "nearly": 230, "overdue": 300}
    leads = {
        state: captured(owner=haruto.pk, emails=[f"{state}@aoba.example"], happened_at=now - dt.timedelta(minutes=age))
        for state, age in ages.items()
    }
    for state, late in (("in_time", 0), ("late", 300)):
        lead = captured(
            owner=haruto.pk, emails=[f"{state}@aoba.example"], happened_at=now - dt.timedelta(minutes=10 + late)
        )
        services.answer_lead(actor=haruto, lead=lead, channel="phone")
        leads[state] = lead
    client.force_login(haruto)

    def found(state: str) -> set[str]:
        asked = {
            "columns": "name,response",
            "filter": conditions.dump({"field": "response", "op": "is", "value": state}),
        }
        page = client.get("/leads", asked).content.decode()
        return {name for name, lead in leads.items() if f'data-row="{lead.pk}"' in page}

    field = registry.get("lead").fields["response"]
    for state, lead in leads.items():
        lead.refresh_from_db()
        assert field.read(lead) == state
        assert found(state) == {state}
    page = client.get(f"/leads/{leads['nearly'].pk}").content.decode()
    assert "Nobody has answered yet. The answer is due on" in page
    assert "nearly late" in page


def test_a_target_is_warned_of_at_the_parts_that_there_are(make) -> None:
    with pytest.raises(Invalid):
        make("responsetarget", name="Soon", minutes=30, owner_hears=60)
