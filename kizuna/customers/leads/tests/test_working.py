"""Leads are scored by rules that can be read, answered in time or late, taken once, and given up with a reason."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from kizuna.base.assignment.services import assign
from kizuna.base.identity import SYSTEM
from kizuna.base.merging.services import merge_records
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Denied, Invalid, Refused
from kizuna.customers.leads import queries, services
from kizuna.customers.leads.events import LeadAnswered, LeadsOverdue, LeadTaken
from kizuna.customers.leads.models import Lead, ScoreRule
from kizuna.customers.leads.services import capture_lead
from kizuna.customers.leads.tests.conftest import YOKO
from kizuna.customers.timeline.models import Interaction

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")


def captured(**values: Any) -> Lead:
    happened_at = values.pop("happened_at", None)
    return capture_lead(actor=SYSTEM, values={**YOKO, **values}, happened_at=happened_at).lead


# ── score ──


def test_the_score_is_the_sum_of_reasons_that_are_said(make) -> None:
    lead = captured(message="Two sofas", source="referral", phones=["+81 3-1234-5678"])
    assert {one["name"]: one["points"] for one in lead.score_reasons} == {
        "Works at a company": 15, "Can be called": 10, "Said what they need": 15, "Was recommended": 25,
    }  # fmt: skip
    assert (lead.score, lead.grade) == (65, "B")


def test_a_score_lies_between_nothing_and_a_hundred_and_grades_follow() -> None:
    make_rule("Everybody", 100)
    make_rule("Everybody again", 100)
    assert captured().score == 100
    ScoreRule.objects.update(points=-50)
    assert captured(emails=["other@aoba.example"]).score == 0
    assert [queries.grade_of(score) for score in (100, 75, 74, 50, 25, 24, 0)] == list("AABBCDD")


def make_rule(name: str, points: int, **condition: Any) -> ScoreRule:
    from kizuna.base.resources import registry

    values = {"name": name, "points": points, "condition": condition}
    return records.create(actor=SYSTEM, resource=registry.get("scorerule"), values=values)  # type: ignore[return-value]


def test_a_new_rule_scores_open_leads_anew(haruto) -> None:
    lead = captured()
    before = lead.score
    make_rule("From Yokohama", 20, field="city", op="is", value="Yokohama")
    records.update(actor=SYSTEM, record=lead, changes={"city": "Yokohama"})
    lead.refresh_from_db()
    assert lead.score == before + 20
    ScoreRule.objects.all().delete()
    services.rate_open()
    lead.refresh_from_db()
    assert (lead.score, lead.score_reasons) == (0, [])


# ── clock ──


@pytest.fixture
def office(make) -> Any:
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "9:00-12:00, 13:00-18:00")
    return make("businesshours", name="Office", zone="Asia/Tokyo", is_default=True, holidays="2025-11-24", **week)


def test_who_asks_on_friday_evening_is_answered_by_tuesday_when_monday_is_free(office) -> None:
    lead = captured(happened_at=dt.datetime(2025, 11, 21, 17, 50, tzinfo=TOKYO))
    assert lead.due_at == dt.datetime(2025, 11, 25, 13, 50, tzinfo=TOKYO)  # four hours, of which ten minutes on Friday
    assert lead.first_due_at == lead.due_at


def test_a_lead_of_grade_a_is_answered_sooner_and_without_targets_nobody_waits(make, office) -> None:
    make_rule("Everybody", 100)
    lead = captured(happened_at=dt.datetime(2025, 11, 20, 10, 0, tzinfo=TOKYO))
    assert lead.due_at == dt.datetime(2025, 11, 20, 11, 0, tzinfo=TOKYO)
    for target in queries.waiting.ResponseTarget.objects.all():
        records.delete(actor=SYSTEM, record=target)
    assert captured(emails=["ken@aoba.example"]).due_at is None


def test_late_is_a_fact_that_an_answer_does_not_take_back(haruto, published) -> None:
    lead = captured(happened_at=timezone.now() - dt.timedelta(days=3))
    due = lead.due_at
    assert services.note_overdue() == 1
    assert services.note_overdue() == 0
    assert published.one(LeadsOverdue).ids == (lead.pk,)
    services.answer_lead(actor=SYSTEM, lead=Lead.objects.get(pk=lead.pk), channel="phone", words="Called back.")
    lead.refresh_from_db()
    assert (lead.status, lead.due_at, lead.first_due_at, lead.breached_at) == ("working", None, due, due)
    assert not published.one(LeadAnswered).in_time


def test_an_answer_in_time_stops_the_clock_and_stands_on_the_timeline(make, haruto, published) -> None:
    yoko = make("contact", family_name="青葉", emails=["yoko@aoba.example"])
    lead = captured(owner=haruto.pk)
    services.answer_lead(actor=haruto, lead=lead, channel="email", words="Thank you, here is our catalogue.")
    lead.refresh_from_db()
    assert (lead.due_at, lead.breached_at) == (None, None)
    assert lead.answered_at is not None
    assert published.one(LeadAnswered).in_time
    kinds = Interaction.objects.filter(contact=yoko).order_by("pk").values_list("kind", "direction", "handled_by")
    assert list(kinds) == [("enquiry", "in", None), ("mail", "out", haruto.pk)]


# ── queue ──


def test_the_soonest_due_is_taken_first(haruto, sora, published) -> None:
    later = captured()
    sooner = captured(emails=["ken@aoba.example"], happened_at=timezone.now() - dt.timedelta(hours=1))
    assert services.take_next(actor=haruto) == sooner
    assert services.take_next(actor=sora) == later
    assert services.take_next(actor=sora) is None
    assert {one.lead_id for one in published.of(LeadTaken)} == {later.pk, sooner.pk}
    with pytest.raises(Refused):
        services.take_lead(actor=sora, lead=sooner if sooner.owner_id else Lead.objects.get(pk=sooner.pk))


def test_who_has_no_right_to_takes_none(victor) -> None:
    captured()
    with pytest.raises(Denied):
        services.take_next(actor=victor)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_take_one_lead_at_once_are_one_who_gets_it(haruto, sora) -> None:
    from importlib import import_module
    from types import SimpleNamespace

    from django.apps import apps

    import_module("kizuna.customers.leads.migrations.0002_what_kizuna_brings").grant(
        apps, SimpleNamespace(connection=connection)
    )
    captured()
    start = threading.Barrier(2)
    got: list[Any] = []

    def take(person: Any) -> None:
        try:
            start.wait()
            got.append(services.take_next(actor=person))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[one]) for one in (haruto, sora)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one is None for one in got) == [False, True]


def test_the_queue_page_lists_who_waits_and_gives_the_next(haruto) -> None:
    client = Client()
    client.force_login(haruto)
    assert "Nobody is waiting" in client.get("/lead-queue").content.decode()
    lead = captured(message="Two sofas for the lobby")
    page = client.get("/lead-queue").content.decode()
    assert "青葉 洋子" in page
    assert "Two sofas for the lobby" in page
    assert client.post("/lead-queue/next").headers["Location"] == f"/leads/{lead.pk}"
    assert client.post(f"/lead-queue/{lead.pk}/take").headers["Location"] == "/lead-queue"  # taken already
    assert "still to be answered" in client.get("/lead-queue").content.decode()


def test_the_queue_tells_nobody_what_their_role_does_not_read(haruto, hide, visit) -> None:
    captured(message="Two sofas for the lobby", source="referral")
    for field in ("message", "grade", "score", "source"):
        hide(haruto, "lead", field)
    page = visit(haruto).get("/lead-queue").content.decode()
    assert "青葉 洋子" in page
    assert not [words for words in ("Two sofas", "Recommendation", "points") if words in page]


def test_the_page_of_a_lead_says_why_and_when(haruto) -> None:
    lead = captured(owner=haruto.pk, source="referral", happened_at=timezone.now() - dt.timedelta(days=9))
    client = Client()
    client.force_login(haruto)
    page = client.get(f"/leads/{lead.pk}").content.decode()
    assert "Was recommended" in page
    assert "Nobody has answered yet" in page


# ── given up, taken up, converted ──


def test_a_lead_is_given_up_with_a_reason_and_opened_again(haruto) -> None:
    lead = captured(owner=haruto.pk)
    services.disqualify_lead(actor=haruto, lead=lead, reason="no_budget", words="Next year perhaps.")
    lead.refresh_from_db()
    assert (lead.status, lead.unfit_reason, lead.due_at) == ("unqualified", "no_budget", None)
    services.reopen_lead(actor=haruto, lead=lead)
    lead.refresh_from_db()
    assert (lead.status, lead.unfit_reason, lead.due_at) == ("working", "", lead.first_due_at)


def test_to_give_a_lead_up_hides_no_lateness(haruto) -> None:
    lead = captured(owner=haruto.pk, happened_at=timezone.now() - dt.timedelta(days=3))
    services.disqualify_lead(actor=haruto, lead=lead, reason="no_budget")
    lead.refresh_from_db()
    assert lead.breached_at == lead.first_due_at is not None
    services.answer_lead(actor=haruto, lead=services.reopen_lead(actor=haruto, lead=lead), channel="phone")
    lead.refresh_from_db()
    services.disqualify_lead(actor=haruto, lead=lead, reason="no_budget")
    lead.refresh_from_db()
    services.reopen_lead(actor=haruto, lead=lead)
    lead.refresh_from_db()
    assert lead.due_at is None


def test_a_lead_that_was_merged_still_says_how_it_came_to_somebody(make, haruto, alice) -> None:
    rule = make("assignmentrule", name="Everybody", kind="lead")
    make("assignmentmember", rule=rule, user=haruto)
    kept, other = captured(), captured(emails=["ken@aoba.example"])
    assign(resource="lead", ids=[other.pk])
    merge_records(actor=alice, resource=registry.get("lead"), survivor=kept, others=[Lead.objects.get(pk=other.pk)])
    client = Client()
    client.force_login(alice)
    assert client.get(f"/leads/{kept.pk}").status_code == 200


def test_the_preview_of_a_merge_gives_no_reason_against_a_lead_that_is_worked_on(haruto) -> None:
    given_up, worked_on = (captured(owner=haruto.pk, emails=[f"{name}@aoba.example"]) for name in ("yoko", "ken"))
    services.disqualify_lead(actor=haruto, lead=given_up, reason="no_budget")
    given_up.refresh_from_db()
    leads = {"actor": haruto, "resource": registry.get("lead"), "survivor": given_up, "others": [worked_on]}
    preview = merge_records(**leads, dry_run=True)
    merge_records(**leads)
    given_up.refresh_from_db()
    [line] = [one for one in preview.outcome.lines if one.name == "unfit_reason"]
    assert (line.result, line.chosen, line.reason) == (("",), worked_on.pk, "follows")
    assert (given_up.status, given_up.unfit_reason) == ("new", "")


def test_nobody_converts_by_changing_the_status_and_a_converted_lead_stays_as_it_is(make, haruto) -> None:
    lead = captured(owner=haruto.pk, message="Two sofas")
    with pytest.raises(Invalid):
        records.update(actor=SYSTEM, record=lead, changes={"status": "converted"})
    yoko = make("contact", family_name="青葉")
    services.mark_converted(actor=haruto, lead=lead, contact_id=yoko.pk, company_id=None, outcome={"contact": yoko.pk})
    lead.refresh_from_db()
    assert (lead.status, lead.contact_id, lead.score_then) == ("converted", yoko.pk, lead.score)
    assert Interaction.objects.get(contact=yoko).body == "Two sofas"  # what was said is theirs now
    with pytest.raises(Refused):
        records.update(actor=SYSTEM, record=lead, changes={"job_title": "Owner"})
    with pytest.raises(Invalid):
        records.update(actor=SYSTEM, record=lead, changes={"status": "new"})
    services.mark_reverted(actor=haruto, lead=lead)
    lead.refresh_from_db()
    assert (lead.status, lead.contact_id, lead.outcome) == ("new", None, {})
    assert not Interaction.objects.live().filter(contact=yoko).exists()
