"""A deal enters a stage, and its playbook says what to ask, to hand over and to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.events import acting
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import Role
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Invalid, Refused
from kizuna.customers.consent.models import Purpose
from kizuna.customers.sequences.models import Enrolment
from kizuna.customers.timeline.models import Task
from kizuna.domains.sales import services
from kizuna.domains.sales.models import Opportunity, PlaybookAnswer, PlayedTask, StageVisit
from kizuna.domains.sales.services import playing
from kizuna.domains.sales.tests.conftest import Make, made

LONG_AGO = dt.timedelta(hours=1)


@pytest.fixture
def playbook(stage: Make) -> Make:
    """`playbook("Qualified", {"kind": "task", "words": "…"})`"""

    def make(name: str, *steps: dict[str, Any]) -> Any:
        found = made("playbook", name=f"When {name}", stage=stage(name).pk)
        for step in steps:
            made("playbookstep", playbook=found.pk, **step)
        return found

    return make


def move(deal: Any, stage: Any, actor: Any = SYSTEM) -> None:
    deal.refresh_from_db()
    services.move_opportunity(actor=actor, opportunity=deal, stage=stage)


def stay(deal: Any) -> None:
    """It has been where it is for longer than a slip of the hand."""
    StageVisit.objects.filter(opportunity=deal).update(entered_at=timezone.now() - LONG_AGO)


CALL = {"kind": "task", "words": "Call {{ contact | them }} about {{ deal }}", "due_days": 2}


def test_a_task_is_made_when_a_deal_enters_and_once_however_often_it_does(deal, stage, playbook, haruto, yoko) -> None:
    playbook("Qualified", CALL)
    garden = deal("Roof garden", owner=haruto, contact=yoko.pk)
    for name in ("Qualified", "Negotiation", "Qualified"):
        move(garden, stage(name))
        stay(garden)
    task = Task.objects.get()
    assert task.title.startswith("Call 青葉")
    assert task.title.endswith("about Roof garden")
    assert task.owner == haruto
    assert task.due_on > timezone.now().date()
    assert PlayedTask.objects.count() == 1


def test_the_tasks_of_many_deals_cost_as_many_questions_as_those_of_few(deal, stage, playbook, haruto, yoko) -> None:
    playbook("Qualified", CALL)

    def questions(count: int) -> int:
        deals = [deal(f"Deal {number}", owner=haruto, contact=yoko.pk) for number in range(count)]
        Opportunity.objects.filter(pk__in=[one.pk for one in deals]).update(stage=stage("Qualified"))
        with CaptureQueriesContext(connection) as captured:
            assert playing.play_stages(opportunity_ids=[one.pk for one in deals]) == count
        return len(captured)

    questions(1)
    assert questions(2) == questions(9)


def test_a_new_deal_plays_its_first_stage_and_an_imported_one_does_not(deal, playbook, haruto) -> None:
    playbook("Enquiry", CALL)
    deal("By hand", owner=haruto)
    with acting(SYSTEM, via="import"):
        deal("Years ago", owner=haruto)
    assert [task.title for task in Task.objects.all()] == ["Call them about By hand"]


def test_a_slip_of_the_hand_takes_back_what_nobody_touched(deal, stage, playbook, haruto) -> None:
    playbook("Qualified", CALL, {"kind": "task", "words": "Book the room"})
    garden = deal("Roof garden", owner=haruto)
    stay(garden)
    move(garden, stage("Qualified"))
    records.update(actor=haruto, record=Task.objects.get(title="Book the room"), changes={"body": "On Monday"})
    move(garden, stage("Enquiry"))
    assert [task.title for task in Task.objects.live()] == ["Book the room"]
    move(garden, stage("Qualified"))
    assert Task.objects.live().count() == 2, "the call again, the room only once"


def test_a_task_goes_to_the_person_named_or_to_whoever_of_a_role_has_least_to_do(
    deal, stage, playbook, haruto, mika, sora
) -> None:
    role = Role.objects.create(name="Designers")
    for one in (mika, sora):
        one.roles.add(role)
    made("task", title="Busy", owner=mika.pk)
    playbook(
        "Qualified",
        {"kind": "task", "words": "Named", "assignee": mika.pk},
        {"kind": "task", "words": "First", "role": role.pk},
        {"kind": "task", "words": "Owner"},
    )
    haruto.team = mika.team = sora.team = None
    for one in (haruto, mika, sora):
        one.save()
    move(deal("Roof garden", owner=haruto), stage("Qualified"))
    found = {task.title: task.owner for task in Task.objects.exclude(title="Busy")}
    assert found == {"Named": mika, "First": sora, "Owner": haruto}


def test_what_stands_in_braces_is_known_when_it_is_saved(playbook) -> None:
    with pytest.raises(Invalid):
        playbook("Qualified", {"kind": "task", "words": "Call {{ boss }}"})
    playbook("Negotiation", {"kind": "question", "words": "What does {{ boss }} say?"})


def test_a_stage_has_one_playbook(playbook) -> None:
    playbook("Qualified")
    with pytest.raises(Invalid):
        playbook("Qualified")


def test_an_answer_is_kept_changed_and_taken_back_with_who_and_when(deal, stage, playbook, haruto, mika) -> None:
    found = playbook("Qualified", {"kind": "question", "words": "Who decides?"}, CALL)
    question, task = found.steps.order_by("position")
    garden = deal("Roof garden", owner=haruto)
    said = playing.answer_question(actor=haruto, opportunity=garden, step=question, answer="Ms Aoba")
    assert said is not None
    assert (said.question, said.answer, said.updated_by, said.owner) == ("Who decides?", "Ms Aoba", haruto, haruto)
    records.update(actor=SYSTEM, record=question, changes={"words": "Who signs?"})
    said = playing.answer_question(actor=haruto, opportunity=garden, step=question, answer="The owner")
    assert said is not None
    assert (said.question, said.answer, said.version) == ("Who decides?", "The owner", 2)
    assert playing.answer_question(actor=haruto, opportunity=garden, step=question, answer=" ") is None
    assert not PlaybookAnswer.objects.live().exists()
    with pytest.raises(Refused):
        playing.answer_question(actor=haruto, opportunity=garden, step=task, answer="No question")


def test_the_page_of_a_deal_shows_the_playbook_of_its_stage_and_nothing_without(
    client, deal, stage, playbook, haruto, django_assert_max_num_queries
) -> None:
    link = {"kind": "document", "words": "Price list", "link": "https://hinata.example/prices"}
    found = playbook("Qualified", {"kind": "question", "words": "Who decides?"}, link, CALL)
    garden, other = deal("Roof garden", owner=haruto), deal("Lobby", owner=haruto)
    move(garden, stage("Qualified"))
    client.force_login(haruto)
    assert client.get(f"/opportunities/{other.pk}/playbook").content == b""
    with django_assert_max_num_queries(18):
        page = client.get(f"/opportunities/{garden.pk}/playbook").content.decode()
    for words in ("Who decides?", "https://hinata.example/prices", "Call them about Roof garden"):
        assert words in page
    question = found.steps.get(kind="question")
    url = f"/opportunities/{garden.pk}/playbook/{question.pk}"
    page = client.post(url, {"answer": "Ms Aoba"}, headers={"HX-Request": "true"}).content.decode()
    assert "Ms Aoba" in page
    assert "Ms Aoba" in client.get(f"/opportunities/{garden.pk}/timeline").content.decode()


def test_who_may_not_change_a_deal_answers_nothing(client, deal, stage, playbook, haruto, victor) -> None:
    question = playbook("Enquiry", {"kind": "question", "words": "Who decides?"}).steps.get()
    garden = deal("Roof garden", owner=haruto)
    client.force_login(victor)
    assert client.post(f"/opportunities/{garden.pk}/playbook/{question.pk}", {"answer": "x"}).status_code in (403, 404)


# ── sequences of deals ──


@pytest.fixture
def sequence(db: None) -> Any:
    purpose = Purpose.objects.filter(code="service").first() or Purpose.objects.create(code="service", name="service")
    found = made("sequence", name="After the quote", purpose=purpose.pk)
    made("sequencestep", sequence=found.pk, kind="mail", subject="Our quote for {{ company | you }}")
    return found


def test_the_contact_of_a_deal_is_enrolled_until_it_is_won(deal, stage, sequence, haruto, too_expensive) -> None:
    yoko = made("contact", given_name="Yoko", owner=haruto.pk)
    garden = deal("Roof garden", "3960000 JPY", owner=haruto, contact=yoko.pk)
    playing.enrol_opportunity(actor=haruto, opportunity=garden, sequence=sequence)
    with pytest.raises(Refused):
        playing.enrol_opportunity(actor=haruto, opportunity=garden, sequence=sequence)
    one = Enrolment.objects.get()
    assert (one.contact, str(one.about)) == (yoko, f"opportunity:{garden.pk}")
    garden.refresh_from_db()
    services.lose_opportunity(actor=haruto, opportunity=garden, reason=too_expensive)
    one.refresh_from_db()
    assert (one.status, one.reason) == ("stopped", "closed")


def test_of_many_deals_those_without_a_contact_are_refused_one_by_one(deal, sequence, haruto) -> None:
    yoko = made("contact", given_name="Yoko", owner=haruto.pk)
    deals = [
        deal("A", owner=haruto, contact=yoko.pk),
        deal("B", owner=haruto),
        deal("C", owner=haruto, contact=yoko.pk),
    ]
    found = playing.enrol_opportunities(actor=haruto, records=deals, sequence=sequence)
    assert (found.done, found.unchanged, list(found.refused)) == ([deals[0].pk], [deals[2].pk], [deals[1].pk])


def test_a_deal_in_the_trash_ends_what_goes_on_because_of_it(deal, sequence, haruto) -> None:
    yoko = made("contact", given_name="Yoko", owner=haruto.pk)
    garden = deal("Roof garden", owner=haruto, contact=yoko.pk)
    playing.enrol_opportunity(actor=haruto, opportunity=garden, sequence=sequence)
    records.delete(actor=haruto, record=garden)
    assert Enrolment.objects.get().reason == "deleted"
    assert registry.get("opportunity").action("enrol_opportunity") is not None
