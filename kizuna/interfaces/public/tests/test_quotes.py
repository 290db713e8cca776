"""The customer's page of a quote."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from urllib.parse import urlsplit

import pypdfium2
import pytest
from django.core.cache import cache
from django.test import Client

from kizuna.base.identity import SYSTEM
from kizuna.domains.sales import services
from kizuna.domains.sales.models import Quote, QuoteLine, QuoteMessage
from kizuna.domains.sales.services import quote_answers
from kizuna.domains.sales.tests.conftest import (  # noqa: F401 - the same people and quotes
    chair,
    made,
    quote,
    seller,
    tea,
    yoko,
)
from kizuna.interfaces.public import limits, quotes

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger() -> Client:
    cache.clear()
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def sent(quote, haruto) -> Quote:  # noqa: F811
    found = quote()
    made("quoteline", quote=found.pk, words="組立", unit_price="8000 JPY", quantity="1", is_optional=True)
    found.refresh_from_db()
    return services.send_quote(actor=haruto, quote=found, by_hand=True)


def path(quote: Quote) -> str:  # noqa: F811
    return urlsplit(services.quote_url(quote)).path


def test_the_page_is_read_in_the_customers_language_and_by_no_search_engine(sent, stranger) -> None:
    page = stranger.get(path(sent))
    assert "noindex" in page["X-Robots-Tag"]
    assert 'lang="ja"' in page.content.decode()
    assert "￥69,000" in page.content.decode()


def test_reading_counts_only_when_the_page_says_so_and_once_a_visit(sent, stranger) -> None:
    stranger.get(path(sent))
    stranger.head(path(sent))
    stranger.get(f"{path(sent)}/pdf")
    sent.refresh_from_db()
    assert sent.opened == 0
    for _again in range(2):
        stranger.post(f"{path(sent)}/opened")
    sent.refresh_from_db()
    assert sent.opened == 1


def test_totals_follow_what_is_chosen(sent, stranger) -> None:
    option = QuoteLine.objects.get(quote=sent, is_optional=True)
    page = stranger.post(
        path(sent), {"do": "options", "line": [str(option.pk), "nonsense", "9" * 5000, "²"]}, follow=True
    )
    assert "￥77,800" in page.content.decode()


def test_what_can_be_added_says_its_discount_and_its_reduced_tax(quote, haruto, stranger) -> None:  # noqa: F811
    found = quote()
    cake = {"words": "お菓子", "unit_price": "999 JPY", "tax_percent": "8", "discount": "99", "is_optional": True}
    made("quoteline", quote=found.pk, **cake)
    found.refresh_from_db()
    page = stranger.get(path(services.send_quote(actor=haruto, quote=found, by_hand=True))).content.decode()
    offered = page[page.index("k-check") :]
    assert "※" in offered[: offered.index("</label>")]
    assert "−￥99" in offered[: offered.index("</label>")]


def test_a_question_reaches_the_record_and_its_answer_the_page(sent, stranger, haruto) -> None:
    stranger.post(path(sent), {"do": "said", "text": "<b>いつ届きますか</b>"})
    asked = QuoteMessage.objects.get()
    assert (asked.contact_id, asked.is_ours, asked.author) == (sent.contact_id, False, "青葉 葉子")
    services.answer_customer(actor=haruto, quote=sent, text="来週です")
    page = stranger.get(path(sent)).content.decode()
    assert "来週です" in page
    assert "&lt;b&gt;" in page
    assert stranger.post(path(sent), {"do": "said", "text": "  "}).status_code == 422


def test_a_name_accepts_and_nothing_else_does(sent, stranger) -> None:
    assert stranger.post(path(sent), {"do": "accepted", "name": " "}).status_code == 422
    assert "青葉" in stranger.post(path(sent), {"do": "accepted", "name": "青葉 葉子"}, follow=True).content.decode()
    sent.refresh_from_db()
    assert (sent.status, sent.accepted_from) == ("accepted", "127.0.0.1")
    paper = stranger.get(f"{path(sent)}/pdf")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert "青葉 葉子" in pypdfium2.PdfDocument(paper.content)[0].get_textpage().get_text_bounded()


def test_who_accepts_accepts_the_total_that_they_read(sent, stranger) -> None:
    read = re.search(r'name="total" value="([^"]+)"', stranger.get(path(sent)).content.decode())
    assert read is not None
    option = QuoteLine.objects.get(quote=sent, is_optional=True)
    stranger.post(path(sent), {"do": "options", "line": [option.pk]})
    answer = {"do": "accepted", "name": "葉子", "total": read[1]}
    assert stranger.post(path(sent), answer).status_code == 422
    stranger.post(path(sent), {"do": "options"})
    assert stranger.post(path(sent), answer).status_code == 302
    sent.refresh_from_db()
    assert (sent.status, str(sent.total)) == ("accepted", "69000 JPY")


def test_days_are_those_of_whoever_looks_after_it(sent, stranger, haruto, monkeypatch) -> None:
    type(haruto).objects.filter(pk=haruto.pk).update(time_zone="Pacific/Kiritimati")
    Quote.objects.filter(pk=sent.pk).update(valid_until_on="2061-12-31")
    late = dt.datetime(2061, 3, 5, 15, 0, tzinfo=dt.UTC)
    monkeypatch.setattr(quote_answers.timezone, "now", lambda: late)
    stranger.post(path(sent), {"do": "said", "text": "いつ?"})
    page = stranger.post(path(sent), {"do": "accepted", "name": "葉子"}, follow=True).content.decode()
    assert page.count("2061年3月6日") == 2


def test_links_that_lead_nowhere_say_so_kindly(sent, stranger, haruto) -> None:
    assert stranger.get(path(sent)[:-2]).status_code == 404
    second = services.revise_quote(actor=haruto, quote=sent)
    assert stranger.get(path(sent)).status_code == 410
    assert stranger.post(path(sent), {"do": "accepted", "name": "Yoko"}).status_code == 410
    assert stranger.get(path(second)).status_code == 410
    services.send_quote(actor=haruto, quote=second, by_hand=True)
    assert path(second) in stranger.get(path(sent)).content.decode()
    services.withdraw_quote(actor=haruto, quote=second)
    assert stranger.get(path(second)).status_code == 410
    assert stranger.get(f"{path(second)}/pdf").status_code == 404


def test_who_clicks_too_often_waits(sent, stranger, monkeypatch) -> None:
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_800_000_000.0))
    monkeypatch.setattr(quotes, "MOST_ANSWERS", 2)
    codes = [stranger.post(path(sent), {"do": "options"}).status_code for _again in range(3)]
    assert codes == [302, 302, 429]


def test_declined_is_said_once(sent, stranger) -> None:
    stranger.post(path(sent), {"do": "declined", "why": "高い"})
    sent.refresh_from_db()
    assert (sent.status, sent.why_declined) == ("declined", "高い")
    assert stranger.post(path(sent), {"do": "accepted", "name": "Yoko"}).status_code == 422
    assert services.decline(by=SYSTEM, quote=sent).why_declined == "高い"
