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


def brought_in(actor: Any, text: str) -> Import:
    file = ContentFile(text.encode(), "deals.csv")
    draft = transfer.prepare_import(actor=actor, resource=registry.get("opportunity"), file=file, name="deals.csv")
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
