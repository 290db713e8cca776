"""A quote and its customer: sent once, read in their language, answered once, and then an order."""

from __future__ import annotations

import datetime as dt
import smtplib
import threading
from dataclasses import replace

import pypdfium2
import pytest
from django.core import mail
from django.db import OperationalError, connection, connections
from django.utils import timezone

from kizuna.base.events import current_origin
from kizuna.base.events.models import EventRow, Subject
from kizuna.base.events.origin import originating
from kizuna.base.files import pictures
from kizuna.base.files.models import Attachment
from kizuna.base.files.services import storage
from kizuna.base.identity import SYSTEM
from kizuna.base.jobs import run_waiting
from kizuna.base.jobs.models import Job
from kizuna.base.notifications.models import Notification
from kizuna.base.records import services as records
from kizuna.base.types.errors import Refused
from kizuna.base.types.money import Money
from kizuna.customers.orders.models import Order, OrderLine
from kizuna.domains.sales import jobs, services
from kizuna.domains.sales.events import QuoteAccepted
from kizuna.domains.sales.models import OpportunityLine, Quote, QuoteLine, QuoteMessage
from kizuna.domains.sales.services import deal_lines, quote_notices, quote_paper
from kizuna.domains.sales.tests.conftest import made

pytestmark = pytest.mark.django_db


def words_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def stored(quote: Quote) -> bytes:
    with storage.open_file(quote.document.key) as file:
        return file.read()


@pytest.fixture(autouse=True)
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process draws the paper for its preview: files are tested where they are."""
    monkeypatch.setattr(pictures, "draw", lambda key, how: pictures.Drawn(pictures=0, pages=1))


@pytest.fixture
def sent(quote, haruto):
    return lambda **values: services.send_quote(actor=haruto, quote=quote(**values), by_hand=True)


def test_the_letter_goes_after_the_quote_is_sent_in_the_customers_language(quote, haruto) -> None:
    found = services.send_quote(actor=haruto, quote=quote())
    assert not mail.outbox
    run_waiting()
    (letter,) = mail.outbox
    assert letter.to == ["yoko@aoba.example"]
    assert services.quote_url(found) in letter.body
    assert letter.reply_to == [haruto.email]


def test_nobody_is_mailed_who_must_be_left_in_peace(quote, haruto, yoko) -> None:
    records.update(actor=SYSTEM, record=yoko, changes={"emails": []})
    with pytest.raises(Refused):
        services.send_quote(actor=haruto, quote=quote())


@pytest.mark.once
@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ja", ["御見積書", "青葉 葉子 様", "￥69,000", "※", "T1234567890123", "横浜銀行", "ラウンジの椅子"]),
        ("ko", ["견적서", "공급가액", "부가세"]),
        ("en", ["Quotation", "Total", "Consumption tax 8% of"]),
    ],
)
def test_the_paper_says_everything_in_the_language_of_the_customer(sent, language, expected) -> None:
    found = sent(language=language)
    words = words_of(stored(found))
    for one in (*expected, found.name):
        assert one in words


@pytest.mark.once
def test_a_subscription_says_how_often_it_is_paid(quote) -> None:
    care = made("product", name="Care", kind="subscription", price="4800 JPY")
    found = quote(language="en")
    made("quoteline", quote=found.pk, product=care.pk, quantity="1")
    assert "4,800 a month" in words_of(services.pdf_of(found))


def test_a_quote_keeps_how_often_a_price_is_paid(quote, haruto) -> None:
    """The product is another one tomorrow; the quote, its next version and its paper say what was offered."""
    care = made("product", name="Care", kind="subscription", price="4800 JPY")
    found = quote(language="en")
    line = made("quoteline", quote=found.pk, product=care.pk, quantity="1")
    records.update(actor=SYSTEM, record=care, changes={"billing": "yearly"})
    copy = services.copy_quote(actor=haruto, quote=found)
    for one in (found, copy):
        assert "4,800 a month" in words_of(services.pdf_of(one))
    records.update(actor=SYSTEM, record=line, changes={"billing": "quarterly"})
    assert "4,800 a quarter" in words_of(services.pdf_of(found))


@pytest.mark.once
def test_units_are_counted_as_the_language_counts_them(quote) -> None:
    found = quote(language="en")
    made("quoteline", quote=found.pk, words="Shelf", unit="piece", unit_price="1 JPY", quantity="24")
    made("quoteline", quote=found.pk, words="Lamp", unit="piece", unit_price="1 JPY", quantity="1")
    words = words_of(services.pdf_of(found))
    assert "24 pieces" in words
    assert "1 piece\r\n" in words or "1 piece\n" in words or "1 piece " in words


@pytest.mark.once
def test_words_of_people_are_only_letters_on_the_paper(quote, haruto) -> None:
    found = quote(subject="#evil() *bold* $x$", introduction='= No heading\n#read("/etc/passwd")')
    made("quoteline", quote=found.pk, words="名" * 250 + "👩‍👩‍👧 עברית", unit_price="1 JPY", quantity="1")
    assert "#evil() *bold* $x$" in words_of(services.pdf_of(found))


@pytest.mark.once
def test_customers_and_goods_are_named_in_their_own_script(quote) -> None:
    goods = ["Ghế Đặng Thị Hồng", "Кресло", "Καρέκλα", "เก้าอี้", "כיסא", "كرسي", "Chair 😀"]
    found = quote(subject="شركة النور للتجارة")
    for one in goods:
        made("quoteline", quote=found.pk, words=one, unit_price="1 JPY", quantity="1")
    words = words_of(services.pdf_of(found))
    for one in ("شركة النور للتجارة", *goods):
        assert one in words


def test_a_customer_of_any_name_is_quoted_on_the_pages_around(client, sent, deal, haruto, alice) -> None:
    lounge = deal("Lounge", owner=haruto)
    found = sent(opportunity=lounge.pk)
    services.say(quote=found, author="100% Cotton %(x)s Ltd", words="How soon?")
    client.force_login(alice)
    assert client.get(f"/opportunities/{lounge.pk}").status_code == 200
    assert client.get(f"/contacts/{found.contact_id}").status_code == 200
    page = client.get(f"/quotes/{found.pk}").content.decode()
    assert f'<a href="/quotemessages/{QuoteMessage.objects.get().pk}">100% Cotton %(x)s Ltd wrote' in page


def test_whoever_looks_after_the_quote_hears_of_a_question(sent, haruto) -> None:
    services.say(quote=sent(), author="Yoko", words="How soon?")
    run_waiting()
    assert Notification.objects.filter(user=haruto, kind=quote_notices.ASKED.code).count() == 1


def test_whoever_looks_after_the_quote_hears_what_the_customer_decided(sent, haruto) -> None:
    yes, no = sent(), sent()
    services.accept(by=SYSTEM, quote=yes, name="Yoko")
    services.decline(by=SYSTEM, quote=no, why="Too late")
    run_waiting()
    told = Notification.objects.filter(user=haruto).values_list("kind", "record_id")
    assert {("quote_accepted", yes.pk), ("quote_declined", no.pk)} <= set(told)


def test_what_the_sample_company_tells_of_the_past_is_mailed_to_nobody(sent) -> None:
    with originating(replace(current_origin(), is_quiet=True)):
        services.say(quote=sent(), author="Yoko", words="How soon?")
    run_waiting()
    assert not Notification.objects.filter(kind=quote_notices.ASKED.code).exists()


@pytest.mark.once
def test_many_lines_go_over_pages(quote) -> None:
    found = quote()
    for number in range(40):
        made("quoteline", quote=found.pk, words=f"Part {number + 1}", unit_price="10 JPY", quantity="1")
    paper = services.pdf_of(found)
    assert len(pypdfium2.PdfDocument(paper)) > 1
    assert "Part 40" in words_of(paper)


def test_a_yes_is_kept_with_name_place_and_words_and_said_twice_is_the_same(sent, deal, published) -> None:
    found = sent(opportunity=deal("Lounge", "1 JPY").pk)
    first = services.accept(by=SYSTEM, quote=found, name=" 青葉 葉子 ", ip="203.0.113.7")
    again = services.accept(by=SYSTEM, quote=found, name="Somebody else")
    assert (again.accepted_by, again.accepted_at) == ("青葉 葉子", first.accepted_at)
    assert again.accepted_from == "203.0.113.7"
    assert found.name in again.accepted_words
    run_waiting()
    again.refresh_from_db()
    assert "青葉 葉子" in words_of(stored(again))
    assert again.accepted_at.astimezone(found.owner.zone).strftime("%H:%M") in words_of(stored(again))
    deal_now = type(found.opportunity).objects.get(pk=found.opportunity_id)
    assert deal_now.amount == Money(63000, "JPY")


def test_no_is_no(sent) -> None:
    found = services.decline(by=SYSTEM, quote=sent(), why="Too dear")
    assert (found.status, found.why_declined) == ("declined", "Too dear")
    with pytest.raises(Refused):
        services.accept(by=SYSTEM, quote=found, name="Yoko")


def test_what_is_out_of_date_is_not_accepted(sent) -> None:
    found = sent()
    Quote.objects.filter(pk=found.pk).update(valid_until_on=timezone.localdate() - dt.timedelta(days=1))
    found.refresh_from_db()
    assert (found.is_over, found.status) == (True, "sent")
    with pytest.raises(Refused):
        services.accept(by=SYSTEM, quote=found, name="Yoko")
    with pytest.raises(Refused, match="make a new version"):
        services.accept_quote(actor=SYSTEM, quote=found, name="Yoko")


def test_what_is_chosen_is_in_the_total_and_in_the_order(quote, haruto) -> None:
    found = quote()
    for name, price in (("組立", "8000 JPY"), ("配送", "3000 JPY")):
        made("quoteline", quote=found.pk, words=name, unit_price=price, quantity="1", is_optional=True)
    found.refresh_from_db()
    found = services.send_quote(actor=haruto, quote=found, by_hand=True)
    assembly = QuoteLine.objects.get(quote=found, words="組立")
    chosen = services.choose_options(quote=found, line_ids={assembly.pk, 999_999})
    assert chosen.net == Money(71000, "JPY")
    services.accept(by=SYSTEM, quote=chosen, name="Yoko")
    chosen.refresh_from_db()
    made("saleschannel", name="Sale", code="sales", currency="JPY")
    order = services.order_quote(actor=SYSTEM, quote=chosen)
    assert (order.total, order.channel.kind) == (chosen.total, "sales")
    assert "配送" not in OrderLine.objects.filter(order=order).values_list("words", flat=True)
    assert services.order_quote(actor=SYSTEM, quote=chosen) == order
    assert Order.objects.count() == 1


def test_only_what_was_accepted_is_ordered(sent) -> None:
    with pytest.raises(Refused):
        services.order_quote(actor=SYSTEM, quote=sent())


def test_what_the_customer_gets_is_kept_as_a_file_of_the_quote(sent) -> None:
    found = sent()
    assert Attachment.objects.filter(resource="quote", record_id=found.pk, name=f"{found.name}.pdf").exists()
    assert stored(found) == services.pdf_of(found, made_at=found.sent_at)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_answer(sent) -> None:
    found = sent()
    answers: list[tuple[str, str]] = []

    def click(name: str) -> None:
        try:
            kept = services.accept(by=SYSTEM, quote=found, name=name)
            answers.append((name, kept.accepted_by))
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click, args=(name,)) for name in ("Yoko", "Koji")]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(answers) == 2
    assert len({kept for _name, kept in answers}) == 1
    connection.close()


# What the answer does to the deal ------------------------------------------------------------------------------------


def lines_of(deal) -> list[str]:
    rows = OpportunityLine.objects.live().filter(opportunity=deal).order_by("position")
    return list(rows.values_list("words", flat=True))


def test_a_yes_stands_where_its_paper_cannot_be_made_and_the_paper_is_made_later(sent, monkeypatch, published) -> None:
    found = sent()
    kept, files = found.document_id, Attachment.objects.filter(resource="quote", record_id=found.pk)

    def fail(*_given, **_named):
        raise OSError("No space left on device")

    monkeypatch.setattr(quote_paper.paper, "pdf", fail)
    services.accept(by=SYSTEM, quote=found, name="青葉 葉子")
    run_waiting()
    found.refresh_from_db()
    assert (found.status, found.accepted_by, found.document_id) == ("accepted", "青葉 葉子", kept)
    published.one(QuoteAccepted)
    monkeypatch.undo()
    run_waiting(now=timezone.now() + dt.timedelta(days=1))
    found.refresh_from_db()
    assert "青葉 葉子" in words_of(stored(found))
    assert services.keep_acceptance(quote_id=found.pk)
    assert files.count() == 2


@pytest.mark.parametrize("trouble", [Refused("No"), RuntimeError("Broken"), OperationalError("deadlock detected")])
def test_a_yes_stands_whatever_comes_of_the_deal_and_is_written_there_later(
    sent, deal, monkeypatch, published, trouble
) -> None:
    lounge = deal("Lounge", "1 JPY")
    found = sent(opportunity=lounge.pk)
    real = deal_lines.records.create_many

    def fail(*, resource, **given):
        if resource.key == "opportunityline":
            raise trouble
        return real(resource=resource, **given)

    monkeypatch.setattr(deal_lines.records, "create_many", fail)
    accepted = services.accept(by=SYSTEM, quote=found, name="青葉 葉子")
    accepted.refresh_from_db()
    assert (accepted.status, accepted.accepted_by) == ("accepted", "青葉 葉子")
    published.one(QuoteAccepted)
    lounge.refresh_from_db()
    assert (lounge.amount, lines_of(lounge)) == (Money(1, "JPY"), [])
    monkeypatch.undo()
    run_waiting()
    lounge.refresh_from_db()
    assert lounge.amount == accepted.net
    assert len(lines_of(lounge)) == 2


def test_whoever_looks_after_a_quote_hears_that_its_deal_refuses_what_was_accepted(
    sent, deal, haruto, monkeypatch
) -> None:
    lounge = deal("Lounge", "1 JPY")
    found = sent(opportunity=lounge.pk)

    def refuse(**_given):
        raise Refused("A line needs a room.")

    monkeypatch.setattr(quote_notices, "bring_back", refuse)
    services.accept(by=SYSTEM, quote=found, name="Yoko")
    run_waiting()
    kinds = Notification.objects.filter(user=haruto, record_id=found.pk).values_list("kind", flat=True)
    assert sorted(kinds) == ["quote_accepted", "quote_not_carried"]


def test_it_is_kizuna_that_writes_into_the_deal_because_of_the_answer(sent, deal, haruto) -> None:
    """Not the customer, whom nobody signed in, and not whoever noted the answer: they may change other deals only."""
    lounge = deal("Lounge", "1 JPY")
    services.accept_quote(actor=haruto, quote=sent(opportunity=lounge.pk), name="Yoko")
    said = Subject.objects.filter(resource="opportunity", record_id=lounge.pk, changes__has_key="amount")
    event = said.order_by("-event_id").first().event
    assert event.actor_id is None
    causes = []
    while event.cause_id:
        event = EventRow.objects.get(pk=event.cause_id)
        causes.append((event.name, event.actor_id))
    assert ("sales.QuoteAccepted", haruto.pk) in causes


def test_a_letter_that_was_cut_off_is_not_sent_again_by_itself(quote, haruto, monkeypatch) -> None:
    """It may have gone: somebody decides. What the mail server surely never had is tried again."""
    services.send_quote(actor=haruto, quote=quote())
    tries = list[str]()

    def send(letter: object) -> None:
        tries.append("sent")
        raise ConnectionRefusedError if len(tries) == 1 else TimeoutError

    monkeypatch.setattr(mail.EmailMessage, "send", send)
    for days in (0, 1, 2, 3):
        run_waiting(now=timezone.now() + dt.timedelta(days=days))
    assert len(tries) == 2
    (given_up,) = Job.objects.filter(state="dead")
    assert "TimeoutError" in given_up.error


def test_whoever_looks_after_a_quote_hears_that_its_letter_did_not_leave(quote, haruto, monkeypatch) -> None:
    """Nobody lives at that address: the customer would never hear of a quote that is said to be sent."""
    found = services.send_quote(actor=haruto, quote=quote())

    def send(letter: object) -> None:
        raise smtplib.SMTPDataError(550, b"No such user")

    monkeypatch.setattr(mail.EmailMessage, "send", send)
    with pytest.raises(smtplib.SMTPDataError):
        jobs.mail_quote.call(quote_id=found.pk)
    told = Notification.objects.get(kind="quote_letter_not_sent")
    assert (told.user, told.record_id) == (haruto, found.pk)
