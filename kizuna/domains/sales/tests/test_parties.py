"""Who shares the credit of a deal."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection

from kizuna.base.testing.visiting import page_of
from kizuna.base.types.errors import Refused
from kizuna.domains.sales import services
from kizuna.domains.sales.models import Kind, OpportunitySplit, Pipeline, Stage
from kizuna.domains.sales.services import refuse_too_many_shares
from kizuna.domains.sales.tests.conftest import made

pytestmark = pytest.mark.django_db


def test_shares_of_more_than_the_whole_are_refused_and_the_form_keeps_what_was_typed(
    deal, haruto, mika, sora, visit
) -> None:
    roof = deal("Roof garden", owner=haruto)
    made("opportunitysplit", opportunity=roof.pk, person=mika.pk, percent="30")
    browser = visit(haruto)
    page = page_of(browser.send("/opportunitysplits/new", opportunity=roof.pk, person=sora.pk, percent="80"))
    assert 'value="80"' in page
    assert f'value="{sora.name}"' in page
    assert "The shares of a deal come to more than 100 per cent." in page
    assert OpportunitySplit.objects.count() == 1
    browser.send("/opportunitysplits/new", opportunity=roof.pk, person=sora.pk, percent="20")
    split = OpportunitySplit.objects.get(person=sora)
    page = page_of(browser.send(f"/opportunitysplits/{split.pk}/edit", version=split.version, percent="71"))
    assert 'value="71"' in page
    assert "The shares of a deal come to more than 100 per cent." in page


def test_people_see_their_share_of_a_deal_that_they_see_whoever_wrote_it_down(deal, haruto, sora, carol, mika) -> None:
    ours, theirs = deal("Roof garden", owner=haruto), deal("Night market", owner=carol)
    share = made("opportunitysplit", opportunity=ours.pk, person=sora.pk, percent="30", owner=mika.pk)
    made("opportunitysplit", opportunity=theirs.pk, person=sora.pk, percent="30", owner=mika.pk)
    assert list(OpportunitySplit.objects.visible_to(sora)) == [share]


@pytest.mark.django_db(transaction=True)
def test_two_who_share_one_deal_at_once_share_no_more_than_the_whole(mika, sora, monkeypatch) -> None:
    """Both have written their share before either adds them up; on SQLite only one at a time writes at all."""
    pipeline = Pipeline.objects.create(name="Renovation", sort_key="renovation")
    stage = Stage.objects.create(pipeline=pipeline, name="New", sort_key="new", kind=Kind.OPEN)
    roof = made("opportunity", name="Roof garden", stage=stage.pk)
    both, said = threading.Barrier(2 if connection.vendor == "postgresql" else 1), list[str]()

    def together(*, split_ids: Iterable[int]) -> None:
        both.wait(60)
        refuse_too_many_shares(split_ids=split_ids)

    def share(person: Any) -> None:
        try:
            made("opportunitysplit", opportunity=roof.pk, person=person.pk, percent="60")
            said.append("done")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    monkeypatch.setattr(services, "refuse_too_many_shares", together)
    people = [threading.Thread(target=share, args=(one,)) for one in (mika, sora)]
    for one in people:
        one.start()
    for one in people:
        one.join(60)
    assert sorted(said) == ["done", "refused"]


def test_an_answer_that_only_refuses_leaves_the_page_as_it_is(deal, haruto, visit) -> None:
    roof = deal("Roof garden", owner=haruto)
    answer = visit(haruto).send(f"/opportunities/{roof.pk}/actions/reopen_opportunity")
    assert (answer.status_code, answer["HX-Reswap"], answer.content) == (422, "none", b"")


def test_the_page_of_a_customer_leads_to_a_new_deal_and_tells_first_what_there_is(client, deal, yoko, alice) -> None:
    client.force_login(alice)
    deal("Lounge", contact=yoko.pk, owner=alice)
    page = client.get(f"/contacts/{yoko.pk}").content.decode()
    assert f'class="k-btn k-btn-primary" href="/opportunities/new?contact={yoko.pk}"' in page
    panels = client.get(f"/contacts/{yoko.pk}/panels").content.decode()
    assert panels.index('id="panel-opportunities"') < panels.index('id="panel-relationships"')


def test_who_may_make_no_deals_is_offered_none(client, yoko, victor) -> None:
    client.force_login(victor)
    page = client.get(f"/contacts/{yoko.pk}")
    assert page.status_code == 200
    assert f"/opportunities/new?contact={yoko.pk}" not in page.content.decode()
