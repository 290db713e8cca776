"""The checklist of a stage is ticked in each deal that stands there, and keeps a deal where it is until it is done."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from kizuna.base import conditions
from kizuna.base.identity import SYSTEM
from kizuna.base.jobs.models import Job
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Denied, Missing, Refused
from kizuna.domains.sales import jobs, services
from kizuna.domains.sales.events import ItemTicked, ItemUnticked
from kizuna.domains.sales.models import Kind, Opportunity, Pipeline, Playbook, PlaybookStep, PlaybookTick, Stage
from kizuna.domains.sales.services import checklists, playing
from kizuna.domains.sales.services.checklists import tick_item, untick_item
from kizuna.domains.sales.tests.conftest import Make, made


@pytest.fixture
def item(stage: Make) -> Make:
    """`item("Delivery date checked", "Enquiry", is_needed=True)`"""

    def make(words: str, name: str = "Enquiry", *, kind: str = "check", **values: Any) -> PlaybookStep:
        found = Playbook.objects.filter(stage=stage(name)).first()
        found = found or made("playbook", name=name, stage=stage(name).pk)
        return made("playbookstep", playbook=found.pk, kind=kind, words=words, **values)

    return make


def progress(deal: Opportunity) -> tuple[int, int]:
    deal.refresh_from_db()
    return deal.items - deal.open_items, deal.items


def count_again() -> None:
    """What the job does that a changed checklist asks for."""
    checklists.count_again(stage_ids=Stage.objects.values_list("pk", flat=True))


# ── ticked ──


def test_an_item_is_ticked_with_who_and_when_and_unticked(deal, item, haruto, published) -> None:
    checked, _seen = item("Delivery date checked"), item("Rooms seen")
    garden = deal("Roof garden", owner=haruto)
    assert progress(garden) == (0, 2)
    tick_item(actor=haruto, opportunity=garden, step=checked)
    assert progress(garden) == (1, 2)
    tick = PlaybookTick.objects.get()
    assert (tick.created_by, tick.item, tick.owner) == (haruto, "Delivery date checked", haruto)
    assert published.one(ItemTicked).item == "Delivery date checked"
    untick_item(actor=haruto, opportunity=garden, step=checked)
    assert progress(garden) == (0, 2)
    assert published.one(ItemUnticked).opportunity_id == garden.pk
    assert not PlaybookTick.objects.exists()


def test_who_ticks_what_is_ticked_changes_nothing(deal, item, haruto, mika, published) -> None:
    checked = item("Delivery date checked")
    garden = deal("Roof garden", owner=haruto)
    for actor in (haruto, SYSTEM):
        tick_item(actor=actor, opportunity=garden, step=checked)
    assert PlaybookTick.objects.get().created_by == haruto
    assert len(published.of(ItemTicked)) == 1
    assert garden.version == Opportunity.objects.get(pk=garden.pk).version, "nobody who edits the deal is in the way"


@pytest.mark.django_db(transaction=True)
def test_two_people_who_tick_at_once_are_both_counted(haruto) -> None:
    pipeline = Pipeline.objects.create(name="Renovation", sort_key="renovation")
    stage = Stage.objects.create(pipeline=pipeline, name="New", sort_key="new", kind=Kind.OPEN)
    playbook = made("playbook", name="New", stage=stage.pk)
    steps = [made("playbookstep", playbook=playbook.pk, kind="check", words=words) for words in ("Called", "Seen")]
    garden = made("opportunity", name="Roof garden", stage=stage.pk)
    start = threading.Barrier(4)

    def tick(step: PlaybookStep) -> None:
        try:
            start.wait()
            tick_item(actor=SYSTEM, opportunity=garden, step=step)
        finally:
            connection.close()

    threads = [threading.Thread(target=tick, args=[step]) for step in (*steps, *steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert PlaybookTick.objects.count() == 2
    assert progress(garden) == (2, 2)


def test_only_items_of_the_deal_s_pipeline_are_ticked(deal, item, haruto) -> None:
    garden = deal("Roof garden", owner=haruto)
    with pytest.raises(Refused):
        tick_item(actor=haruto, opportunity=garden, step=item("Who decides?", kind="question"))
    other = made("pipeline", name="Renovation")
    there = made("stage", pipeline=other.pk, name="New", kind="open", probability=10)
    playbook = made("playbook", name="New", stage=there.pk)
    foreign = made("playbookstep", playbook=playbook.pk, kind="check", words="Photos")
    with pytest.raises(Refused):
        tick_item(actor=haruto, opportunity=garden, step=foreign)


def test_who_may_not_change_a_deal_ticks_nothing(deal, item, haruto, victor, nobody) -> None:
    checked = item("Delivery date checked")
    garden = deal("Roof garden", owner=haruto)
    for person in (victor, nobody):
        with pytest.raises((Denied, Missing)):
            tick_item.run(actor=person, record_id=garden.pk, raw={"step": checked.pk}, reader=Reader.of(person))


# ── needed to go on ──


def test_a_deal_does_not_go_on_before_what_is_needed_is_ticked(deal, stage, item, haruto, too_expensive) -> None:
    item("Rooms seen")
    checked = item("Delivery date checked", is_needed=True)
    garden = deal("Roof garden", "3960000 JPY", owner=haruto)
    for name in ("Qualified", "Won"):
        with pytest.raises(Refused) as refused:
            services.move_opportunity(actor=haruto, opportunity=garden, stage=stage(name))
        assert "Delivery date checked" in str(refused.value)
        assert "Rooms seen" not in str(refused.value)
        assert list(refused.value.errors) == ["ticked"]
    tick_item(actor=haruto, opportunity=garden, step=checked)
    services.move_opportunity(actor=haruto, opportunity=garden, stage=stage("Qualified"))
    garden.refresh_from_db()
    assert garden.stage == stage("Qualified")
    other = deal("Lobby", owner=haruto)
    services.lose_opportunity(actor=haruto, opportunity=other, reason=too_expensive)  # it can always be lost


def test_a_change_over_any_other_door_is_refused_too(deal, stage, item, haruto) -> None:
    item("Delivery date checked", is_needed=True)
    garden = deal("Roof garden", owner=haruto)
    with pytest.raises(Refused):
        records.update(actor=haruto, record=garden, changes={"stage": stage("Qualified").pk})


def test_a_needed_question_has_to_be_answered(deal, stage, item, haruto) -> None:
    question = item("Who decides?", kind="question", is_needed=True)
    garden = deal("Roof garden", owner=haruto)
    with pytest.raises(Refused) as refused:
        services.move_opportunity(actor=haruto, opportunity=garden, stage=stage("Qualified"), ticked=True)
    assert refused.value.errors == {}, "no tick answers it"
    playing.answer_question(actor=haruto, opportunity=garden, step=question, answer="Ms Aoba")
    services.move_opportunity(actor=haruto, opportunity=garden, stage=stage("Qualified"))


def test_back_a_deal_goes_at_any_time_and_its_ticks_stay(deal, stage, item, haruto) -> None:
    first, second = item("Called"), item("Terms agreed", "Negotiation", is_needed=True)
    garden = deal("Roof garden", owner=haruto)
    tick_item(actor=haruto, opportunity=garden, step=first)
    services.move_opportunity(actor=haruto, opportunity=garden, stage=stage("Negotiation"))
    assert progress(garden) == (0, 1)
    services.move_opportunity(actor=haruto, opportunity=garden, stage=stage("Enquiry"))
    assert progress(garden) == (1, 1)
    tick_item(actor=haruto, opportunity=garden, step=second)  # on a screen that was open still
    assert progress(garden) == (1, 1)


def test_a_drop_asks_for_what_is_open_and_ticks_it_right_there(client, deal, stage, item, haruto) -> None:
    item("Delivery date checked", is_needed=True)
    garden = deal("Roof garden", owner=haruto)
    client.force_login(haruto)
    url = f"/opportunities/{garden.pk}/move?mode=board"
    drop = {"field": "stage", "value": stage("Qualified").pk, "version": garden.version}
    answer = client.post(url, drop, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#dialog"
    dialog = answer.content.decode()
    assert "Delivery date checked" in dialog
    assert 'name="ticked"' in dialog
    again = client.post(url, drop | {"asked": "1", "fields": "ticked"}, headers={"HX-Request": "true"})
    assert again.status_code == 422, "not ticked, and asked again"
    done = drop | {"asked": "1", "fields": "ticked", "ticked": "true"}
    assert client.post(url, done, headers={"HX-Request": "true"}).status_code == 200
    garden.refresh_from_db()
    assert garden.stage == stage("Qualified")
    assert PlaybookTick.objects.get().created_by == haruto


def test_a_stage_that_is_merged_keeps_no_deal_back(deal, stage, item, alice) -> None:
    item("Delivery date checked", is_needed=True)
    garden = deal("Roof garden")
    services.merge_stage(actor=alice, stage=stage("Enquiry"), into=stage("Qualified"))
    garden.refresh_from_db()
    assert garden.stage == stage("Qualified")


# ── the checklist changes ──


def test_an_item_that_is_renamed_stays_ticked_and_says_how_it_was_called(client, deal, item, haruto) -> None:
    checked = item("Delivery date checked")
    garden = deal("Roof garden", owner=haruto)
    tick_item(actor=haruto, opportunity=garden, step=checked)
    records.update(actor=SYSTEM, record=checked, changes={"words": "Delivery agreed"})
    client.force_login(haruto)
    page = client.get(f"/opportunities/{garden.pk}/playbook").content.decode()
    assert "Delivery agreed" in page
    assert "as “Delivery date checked”" in page
    assert "1 of 1" in page


def test_items_that_come_and_go_are_counted_by_a_job(deal, item, haruto) -> None:
    checked = item("Delivery date checked")
    garden = deal("Roof garden", owner=haruto)
    tick_item(actor=haruto, opportunity=garden, step=checked)
    seen = item("Rooms seen")
    assert Job.objects.filter(name=jobs.count_items_again.module_path).exists()
    count_again()
    assert progress(garden) == (1, 2)
    records.delete(actor=SYSTEM, record=checked)
    count_again()
    assert progress(garden) == (0, 1)
    records.restore(actor=SYSTEM, record=checked)
    count_again()
    assert progress(garden) == (1, 2), "and it is ticked as it was"
    records.update(actor=SYSTEM, record=seen.playbook, changes={"is_active": False})
    count_again()
    assert progress(garden) == (0, 0)


# ── seen ──


def test_the_page_shows_how_far_it_is_and_takes_a_tick_back(client, deal, item, haruto) -> None:
    checked = item("Delivery date checked", is_needed=True)
    item("Rooms seen")
    garden = deal("Roof garden", owner=haruto)
    client.force_login(haruto)
    url = f"/opportunities/{garden.pk}/playbook"
    page = client.get(url).content.decode()
    assert "0 of 2" in page
    assert ">needed</span>" in page
    answer = client.post(f"{url}/{checked.pk}/tick", headers={"HX-Request": "true"})
    assert "1 of 2" in answer.content.decode()
    assert f'id="tick-{checked.pk}" role="checkbox" aria-checked="true"' in answer.content.decode()
    assert f"{url}/{checked.pk}/untick" in answer["HX-Trigger"]
    history = client.get(f"/opportunities/{garden.pk}/history").content.decode()
    assert "ticked “Delivery date checked”" in history
    assert client.post(f"{url}/{checked.pk}/untick").status_code == 302
    assert progress(garden) == (0, 2)


def test_a_list_is_asked_for_deals_whose_checklist_is_complete(client, deal, item, stage, haruto) -> None:
    checked = item("Delivery date checked")
    garden, lobby = deal("Roof garden", owner=haruto), deal("Lobby", owner=haruto)
    cafe = deal("Café", owner=haruto, stage=stage("Qualified"))
    tick_item(actor=haruto, opportunity=garden, step=checked)
    client.force_login(haruto)

    def found(value: str) -> set[Opportunity]:
        tree = {"field": "checklist", "op": "is", "value": value}
        return {one for one in (garden, lobby, cafe) if f'data-row="{one.pk}"' in listed(tree)}

    def listed(tree: dict[str, str]) -> str:
        asked = {"columns": "name,checklist", "filter": conditions.dump(tree)}
        return client.get("/opportunities", asked).content.decode()

    assert (found("complete"), found("open"), found("none")) == ({garden}, {lobby}, {cafe})
    assert "1 of 1" in listed({"field": "checklist", "op": "is_not_empty"})
    garden.refresh_from_db()
    field = registry.get("opportunity").fields["checklist"]
    assert field.to_json(field.read(garden)) == {"done": 1, "items": 1}


# ── as it was before ──


def test_what_stages_had_as_a_checklist_becomes_items_of_playbooks(db, deal, stage, monkeypatch) -> None:
    """The step of the migration, on stages as they were then."""
    carry_over = import_module("kizuna.domains.sales.migrations.0016_checklists_of_stages").carry_over
    enquiry, qualified = stage("Enquiry"), stage("Qualified")
    playbook = made("playbook", name="Enquiry", stage=enquiry.pk)
    made("playbookstep", playbook=playbook.pk, kind="question", words="Who decides?")
    garden = deal("Roof garden", stage=qualified)
    lines = {enquiry.pk: "Called\n\n Rooms seen ", qualified.pk: "Budget known"}

    class Before:
        """The stages with the column that is gone."""

        def using(self, alias: str) -> Before:
            return self

        exclude = order_by = lambda self, *_args, **_kwargs: self

        def __iter__(self) -> Any:
            for one in (enquiry, qualified):
                one.checklist = lines[one.pk]
                yield one

    class Then:
        def get_model(self, room: str, name: str) -> Any:
            return type("Stage", (), {"objects": Before()}) if name == "Stage" else apps.get_model(room, name)

    carry_over(Then(), type("Editor", (), {"connection": connection}))
    words = PlaybookStep.objects.filter(playbook=playbook).order_by("position").values_list("kind", "words")
    assert list(words) == [("question", "Who decides?"), ("check", "Called"), ("check", "Rooms seen")]
    assert PlaybookStep.objects.get(playbook__stage=qualified).words == "Budget known"
    assert progress(garden) == (0, 1)
    assert registry.get("stage").fields.get("checklist") is None
