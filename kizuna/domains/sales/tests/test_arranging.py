"""Stages renamed, merged, deleted and turned round under the deals that stand in them."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.testing.visiting import page_of
from kizuna.base.types.errors import Refused
from kizuna.domains.sales import services
from kizuna.domains.sales.models import Opportunity, Stage
from kizuna.domains.sales.tests.conftest import made

pytestmark = pytest.mark.django_db


def test_a_stage_with_deals_is_not_deleted_nor_its_pipeline(deal, stage, sales, haruto) -> None:
    deal("Roof garden", owner=haruto)
    for record in (stage("Enquiry"), sales):
        with pytest.raises(Refused, match="1 deal stands here"), transaction.atomic():
            records.delete(actor=SYSTEM, record=record)
    records.delete(actor=SYSTEM, record=stage("Qualified"))
    assert Stage.objects.get(name="Qualified").is_deleted


def test_a_merged_stage_hands_its_deals_over_and_their_history_knows(deal, stage, haruto) -> None:
    roof, house = deal("Roof garden", owner=haruto), deal("House", owner=haruto, own_probability=40)
    services.merge_stage(actor=SYSTEM, stage=stage("Enquiry"), into=stage("Qualified"))
    for one, chance in ((roof, 25), (house, 40)):
        one.refresh_from_db()
        assert (one.stage.name, one.probability) == ("Qualified", chance)
    assert Stage.objects.get(name="Enquiry").is_deleted
    assert [visit.stage.name for visit in roof.visits.order_by("pk")] == ["Enquiry", "Qualified"]


def test_a_stage_is_merged_into_one_that_means_the_same_only(deal, stage) -> None:
    deal("Roof garden")
    other = made("stage", pipeline=made("pipeline", name="Renovation").pk, name="Survey")
    for into in (stage("Won"), stage("Enquiry"), other):
        with pytest.raises(Refused):
            services.merge_stage(actor=SYSTEM, stage=stage("Enquiry"), into=into)


def test_a_deal_that_lacks_something_keeps_a_stage_from_being_merged_and_is_named(deal, stage, alice) -> None:
    deal("Roof garden", contact=None)
    records.update(actor=SYSTEM, record=stage("Qualified"), changes={"required_fields": ["contact"]})
    with pytest.raises(Refused, match=r"Roof garden is in the way.*Contact"):
        services.merge_stage(actor=alice, stage=stage("Enquiry"), into=stage("Qualified"))


def test_what_a_stage_means_does_not_change_under_deals(deal, stage) -> None:
    deal("Roof garden")
    with pytest.raises(Refused), transaction.atomic():
        records.update(actor=SYSTEM, record=stage("Enquiry"), changes={"kind": "lost"})


def test_new_chances_of_a_stage_are_those_of_its_deals_but_not_of_those_with_their_own(deal, stage) -> None:
    roof, house = deal("Roof garden"), deal("House", own_probability=40)
    records.update(actor=SYSTEM, record=stage("Enquiry"), changes={"probability": 15, "name": "First talk"})
    found = {one.name: one.probability for one in Opportunity.objects.all()}
    assert found == {roof.name: 15, house.name: 40}


def test_a_deal_that_nobody_touches_rots_too_and_a_change_wakes_it(deal, sales) -> None:
    roof = deal("Roof garden")
    records.update(actor=SYSTEM, record=sales, changes={"quiet_days": 10})
    Opportunity.objects.filter(pk=roof.pk).update(updated_at=timezone.now() - dt.timedelta(days=20))
    services.mark_rotting_again(pipeline_ids=[sales.pk])
    roof.refresh_from_db()
    assert roof.rots_on < timezone.localdate()
    records.update(actor=SYSTEM, record=roof, changes={"next_step": "Call Ada"})
    roof.refresh_from_db()
    assert roof.rots_on > timezone.localdate()


def test_the_page_of_a_deal_shows_its_way_and_a_click_moves_it(deal, stage, haruto, victor, visit) -> None:
    roof = deal("Roof garden", "100 JPY", owner=haruto)
    browser = visit(haruto)
    page = page_of(browser.get(f"/opportunities/{roof.pk}"))
    assert 'aria-current="step"' in page
    assert f'name="stage" value="{stage("Negotiation").pk}"' in page
    browser.post(f"/opportunities/{roof.pk}/actions/move_opportunity", stage=stage("Negotiation").pk)
    roof.refresh_from_db()
    assert roof.stage.name == "Negotiation"
    asked = browser.post(f"/opportunities/{roof.pk}/actions/move_opportunity", stage=stage("Lost").pk)
    assert asked.status_code == 422
    assert 'name="reason"' in page_of(asked)
    assert 'name="stage" value="' not in page_of(visit(victor).get(f"/opportunities/{roof.pk}"))
