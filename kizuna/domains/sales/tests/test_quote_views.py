"""The page of a quote: its paper, its versions, and what has to be known first."""

from __future__ import annotations

import re

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.domains.sales import services
from kizuna.domains.sales.tests.conftest import made

pytestmark = pytest.mark.django_db


def test_the_page_leads_to_the_paper_the_customers_page_and_all_versions(client, quote, haruto) -> None:
    client.force_login(haruto)
    found = services.send_quote(actor=haruto, quote=quote(), by_hand=True)
    second = services.send_quote(actor=haruto, quote=services.revise_quote(actor=haruto, quote=found), by_hand=True)
    page = client.get(f"/quotes/{second.pk}").content.decode()
    assert services.quote_url(second) in page
    assert f"/quotes/{found.pk}" in page
    assert f"/quotes/{second.pk}/paper" in page
    paper = client.get(f"/quotes/{second.pk}/paper")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")


def test_a_draft_says_who_has_to_approve_it(client, quote, haruto) -> None:
    client.force_login(haruto)
    made("approvalrule", name="Everything", above_amount="1 JPY")
    assert "Everything" in client.get(f"/quotes/{quote().pk}").content.decode()


def test_the_deal_offers_to_be_won_once_the_quote_is_accepted(client, quote, deal, haruto) -> None:
    client.force_login(haruto)
    found = services.send_quote(actor=haruto, quote=quote(opportunity=deal("Lounge", owner=haruto).pk), by_hand=True)
    services.accept(by=SYSTEM, quote=found, name="Yoko")
    assert "was accepted" in client.get(f"/opportunities/{found.opportunity_id}").content.decode()


def test_who_may_not_see_a_quote_sees_no_paper(client, quote, nobody) -> None:
    client.force_login(nobody)
    assert client.get(f"/quotes/{quote().pk}/paper").status_code in (403, 404)


def test_a_line_is_added_in_the_currency_of_its_quote(client, quote, haruto) -> None:
    client.force_login(haruto)
    page = client.get(f"/quotes/{quote().pk}").content.decode()
    asked = re.findall(r'<select[^>]*name="unit_price_currency".*?</select>', page, re.S)
    assert [re.findall(r"<option[^>]*>(\w+)", one) for one in asked] == [["JPY"]]
