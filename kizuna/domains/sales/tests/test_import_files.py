"""Deals that come in as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.resources import registry
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import
from kizuna.domains.sales.models import Opportunity, Pipeline, Stage
from kizuna.domains.sales.tests.conftest import made

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def renovation(sales: Pipeline) -> Pipeline:
    """A second pipeline, with a stage that is called as one of the first is."""
    found = made("pipeline", name="Renovation")
    made("stage", name="Negotiation", pipeline=found.pk)
    return found


def brought_in(actor: Any, text: str, key: str = "opportunity") -> Import:
    file = ContentFile(text.encode(), "deals.csv")
    draft = transfer.prepare_import(actor=actor, resource=registry.get(key), file=file, name="deals.csv")
    transfer.start_dry_run(actor=actor, imported=draft, mapping=draft.mapping, options=draft.options, later=False)
    tried = transfer.run_dry_run(import_id=draft.pk)
    transfer.start_import(actor=actor, imported=draft, mapping=draft.mapping, options=draft.options, later=False)
    done = transfer.run_import(import_id=draft.pk)
    assert {key: count for key, count in done.counts.items() if count} == tried.counts
    return done


def test_a_stage_that_there_is_not_is_no_new_stage(alice: Any, sales: Pipeline) -> None:
    stages = Stage.objects.count()
    done = brought_in(alice, "Deal name,Stage\nRoof garden,Blue sky\nBar counter,Qualified\nLobby,협상\n")
    assert (done.created_count, done.rejected_count, Stage.objects.count()) == (2, 1, stages)
    assert Opportunity.objects.get(name="Lobby").stage.name == "Negotiation"
    assert "Blue sky" in next(iter(queries.rejections(done))).reason


def test_the_pipeline_of_a_row_tells_which_stage_of_that_name_it_means(
    alice: Any, sales: Pipeline, renovation: Pipeline
) -> None:
    rows = "Roof garden,Negotiation,Renovation\nBar counter,Negotiation,Sales\nLobby,Negotiation,\n"
    done = brought_in(alice, f"Deal name,Stage,Pipeline\n{rows}")
    assert (done.created_count, done.conflict_count) == (2, 1)
    found = dict(Opportunity.objects.values_list("name", "stage__pipeline__name"))
    assert found == {"Roof garden": "Renovation", "Bar counter": "Sales"}


def taken_back(actor: Any, imported: Import) -> tuple[int, int, int, int]:
    """What was removed, put back, was as before already, and stays."""
    transfer.start_undo(actor=actor, imported=imported, later=False)
    done = transfer.run_undo(import_id=imported.pk)
    return done.removed_count, done.restored_count, done.unchanged_count, done.kept_count


def amounts() -> dict[str, tuple[str, bool]]:
    return {one.name: (str(one.amount), one.has_lines) for one in Opportunity.objects.live()}


def test_deals_have_the_amount_of_before_again_when_their_lines_are_taken_back(
    mika: Any, deal: Make, chair: Any, tea: Any
) -> None:
    deal("Lobby", "100000 JPY", owner=mika)
    made("opportunityline", opportunity=deal("Bar", "5000 JPY", owner=mika).pk, product=tea.pk, quantity="2")
    before = amounts()
    rows = "Lobby,LINA 椅子,3\nBar,LINA 椅子,1\nLobby,八女茶,1\n"
    done = brought_in(mika, f"Opportunity,Product,Quantity\n{rows}", "opportunityline")
    assert done.created_count == 3
    assert amounts() == {"Lobby": ("37500 JPY", True), "Bar": ("15000 JPY", True)}
    assert taken_back(mika, done) == (3, 0, 0, 0)
    assert amounts() == before


def test_a_line_that_somebody_added_since_keeps_the_amount_of_its_deal(mika: Any, deal: Make, chair: Any) -> None:
    lobby = deal("Lobby", "100000 JPY", owner=mika)
    done = brought_in(mika, "Opportunity,Product,Quantity\nLobby,LINA 椅子,3\n", "opportunityline")
    made("opportunityline", opportunity=lobby.pk, product=chair.pk, quantity="1")
    assert taken_back(mika, done) == (1, 0, 0, 1)
    assert amounts() == {"Lobby": ("12000 JPY", True)}
