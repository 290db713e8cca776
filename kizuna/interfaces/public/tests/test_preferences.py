"""Customers say what they want to hear, with a link and nothing else."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.jobs import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Refused
from kizuna.customers.catalog.models import Seller
from kizuna.customers.consent import queries, services
from kizuna.customers.consent.models import Consent, OptIn, Standing
from kizuna.customers.consent.queries import Why


@pytest.fixture
def yoko(haruto):
    values = {"family_name": "山本", "emails": [{"value": "yoko@aoba.example"}], "language": "ja", "owner": haruto.pk}
    return records.create(actor=SYSTEM, resource=registry.get("contact"), values=values)


def path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def agree(contact, code: str = "newsletter") -> None:
    services.keep(
        by=SYSTEM, contact_id=contact.pk, purpose=queries.purpose_named(code), channel="email", state="granted",
        source="paper", happened_at=timezone.now() - dt.timedelta(days=1),
    )  # fmt: skip


def reasons(contact, code: str = "newsletter"):
    return queries.decide(person=contact, channel="email", purpose=queries.purpose_named(code)).reasons


def test_one_click_leaves_without_cookie_and_looking_changes_nothing(yoko) -> None:
    agree(yoko)
    agree(yoko, "marketing")
    headers = services.list_headers(yoko, queries.purpose_named("newsletter"))
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = path(headers["List-Unsubscribe"].strip("<>"))
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(link).status_code == 200
    assert reasons(yoko) == ()
    for _twice in range(2):
        assert stranger.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert reasons(yoko) == (Why.WITHDRAWN,)
    assert reasons(yoko, "marketing") == ()
    assert "kizuna_session" not in stranger.cookies
    for wrong in (link[:-3], "/leave/x", link.replace("newsletter", "marketing")):
        assert stranger.post(wrong).status_code == 404


def test_customers_read_in_whose_name_we_sell_to_them(yoko) -> None:
    Seller.objects.create(name="Hinata Living Ltd")
    link, stranger = path(services.preference_url(yoko)), Client()
    assert "<span>Hinata Living Ltd</span>" in stranger.get(link).content.decode()
    Seller.objects.create(name="株式会社ひなた", language="ja", rank=9)
    page = stranger.get(link).content.decode()
    assert "<span>株式会社ひなた</span>" in page
    assert "<span>Kizuna</span>" not in page
    Seller.objects.all().delete()
    assert "<span>Kizuna</span>" in stranger.get(link).content.decode()


def test_who_left_stays_away_when_their_record_is_deleted_and_imported_again(yoko) -> None:
    link = path(services.unsubscribe_url(yoko, queries.purpose_named("newsletter"), "email"))
    records.delete(actor=SYSTEM, record=yoko)
    assert Client().post(link).status_code == 200
    values = {"family_name": "山本", "emails": [{"value": "YOKO@aoba.example"}]}
    again = records.create(actor=SYSTEM, resource=registry.get("contact"), values=values)
    agree(again, "marketing")
    services.keep(
        by=SYSTEM, contact_id=again.pk, purpose=queries.purpose_named("newsletter"), channel="email",
        state="granted", source="import",
    )  # fmt: skip
    assert reasons(again) == (Why.SUPPRESSED, Why.UNCONFIRMED)
    assert reasons(again, "marketing") == ()


def test_nobody_leaves_service_messages(yoko) -> None:
    with pytest.raises(Refused):
        services.unsubscribe_url(yoko, queries.purpose_named("service"), "email")


def test_the_preference_page_speaks_their_language_and_keeps_what_they_say(yoko) -> None:
    agree(yoko)
    link, stranger = path(services.preference_url(yoko)), Client(enforce_csrf_checks=True)
    page = stranger.get(link)
    assert "noindex" in page["X-Robots-Tag"]
    assert 'name="newsletter.email" checked' in page.content.decode()
    assert "service." not in page.content.decode()
    assert "yoko" not in page.content.decode()
    assert Consent.objects.count() == 1
    stranger.post(link, {"marketing.email": "on", "service.email": "on", "nonsense": "on"})
    assert reasons(yoko, "marketing") == ()
    assert reasons(yoko) == (Why.WITHDRAWN,)
    said = Consent.objects.get(purpose__code="marketing", state="granted")
    assert (said.source, said.language, said.ip) == ("preferences", "ja", "127.0.0.1")
    stranger.post(link, {"none": "1"})
    assert set(Standing.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert stranger.get(link[:-2]).status_code == 404


def test_who_wanted_nothing_at_all_can_say_yes_again_to_what_they_like(yoko) -> None:
    agree(yoko)
    agree(yoko, "marketing")
    link, stranger = path(services.preference_url(yoko)), Client()
    stranger.post(link, {"none": "1"})
    assert Why.SUPPRESSED in reasons(yoko)
    stranger.post(link, {"newsletter.email": "on"})
    assert reasons(yoko) == ()
    assert reasons(yoko, "marketing") == (Why.WITHDRAWN,)
    assert 'name="newsletter.email" checked' in stranger.get(link).content.decode()
    records.delete(actor=SYSTEM, record=yoko)
    again = records.create(
        actor=SYSTEM, resource=registry.get("contact"), values={"family_name": "山本", "emails": ["yoko@aoba.example"]}
    )
    assert Why.SUPPRESSED in reasons(again, "marketing")


def test_the_page_shows_what_needs_no_yes_and_takes_a_no_to_it(yoko) -> None:
    """Letters may be written until somebody says no: a tick that they did not set, and can take away."""
    link, stranger = path(services.preference_url(yoko)), Client()
    ticked = re.findall(r'name="([\w.]+)" checked', stranger.get(link).content.decode())
    assert {name.partition(".")[2] for name in ticked} == {"post"}
    stranger.post(link, dict.fromkeys(ticked, "on"))
    assert not Consent.objects.exists()
    stranger.post(link, {name: "on" for name in ticked if name != "marketing.post"})
    said = Consent.objects.get()
    assert (said.purpose.code, said.channel, said.state) == ("marketing", "post", "withdrawn")
    assert 'name="marketing.post" checked' not in stranger.get(link).content.decode()


def test_a_yes_that_has_run_out_is_asked_for_again_and_can_be_given_again(yoko) -> None:
    services.keep(
        by=SYSTEM, contact_id=yoko.pk, purpose=queries.purpose_named("newsletter"), channel="email", state="granted",
        source="paper", happened_at=timezone.now() - dt.timedelta(days=30),
        valid_until=timezone.now().date() - dt.timedelta(days=2),
    )  # fmt: skip
    link, stranger = path(services.preference_url(yoko)), Client()
    assert 'name="newsletter.email" checked' not in stranger.get(link).content.decode()
    assert reasons(yoko) == (Why.EXPIRED,)
    stranger.post(link, {"newsletter.email": "on"})
    assert reasons(yoko) == ()


def test_double_opt_in_is_asked_once_and_answered_once(haruto, yoko) -> None:
    newsletter = queries.purpose_named("newsletter")
    services.ask_consent(actor=haruto, contact=yoko, purpose=newsletter)
    with pytest.raises(Refused):
        services.ask_consent(actor=haruto, contact=yoko, purpose=newsletter)
    run_waiting()
    (letter,) = mail.outbox
    assert letter.to == ["yoko@aoba.example"]
    link = path(next(word for word in letter.body.split() if "/confirm/" in word))
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(link).status_code == 200
    assert reasons(yoko) == (Why.UNCONFIRMED,)
    assert stranger.post(link).status_code == 200
    assert reasons(yoko) == ()
    assert stranger.post(link).status_code == 404
    said = Consent.objects.get(state="granted")
    assert (said.source, said.ip) == ("double", "127.0.0.1")
    assert not services.deliver_opt_in(opt_in_id=OptIn.objects.get().pk)


@pytest.mark.parametrize("source", ["form", "api", "import"])
def test_a_yes_that_anybody_can_give_holds_once_it_is_confirmed(haruto, yoko, source) -> None:
    newsletter = queries.purpose_named("newsletter")
    for _twice in range(2):
        services.record_consent(actor=haruto, contact=yoko, purpose=newsletter, channel="email", source=source)
    run_waiting()
    (letter,) = mail.outbox
    assert reasons(yoko) == (Why.UNCONFIRMED,)
    Client().post(path(next(word for word in letter.body.split() if "/confirm/" in word)))
    assert reasons(yoko) == ()
    services.record_consent(actor=haruto, contact=yoko, purpose=newsletter, channel="email", source=source)
    run_waiting()
    assert (reasons(yoko), len(mail.outbox)) == ((), 1)  # nobody makes it wait again


def test_only_a_purpose_that_says_so_waits_for_a_mail(haruto, yoko) -> None:
    newsletter = queries.purpose_named("newsletter")
    records.update(actor=SYSTEM, record=newsletter, changes={"is_double": False})
    newsletter.refresh_from_db()
    services.record_consent(actor=haruto, contact=yoko, purpose=newsletter, channel="email", source="form")
    assert (reasons(yoko), OptIn.objects.count()) == ((), 0)


def test_who_is_deleted_meanwhile_gets_no_letter(haruto, yoko) -> None:
    services.ask_consent(actor=haruto, contact=yoko, purpose=queries.purpose_named("newsletter"))
    records.delete(actor=SYSTEM, record=yoko)
    run_waiting()
    assert mail.outbox == []


def test_who_said_no_is_not_asked(haruto, yoko) -> None:
    services.withdraw_consent(actor=haruto, contact=yoko)
    with pytest.raises(Refused):
        services.ask_consent(actor=haruto, contact=yoko, purpose=queries.purpose_named("newsletter"))


def test_a_question_runs_out(haruto, yoko) -> None:
    asked = services.ask_consent(actor=haruto, contact=yoko, purpose=queries.purpose_named("newsletter"))
    OptIn.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert not services.confirm_opt_in(asked=asked)
    assert reasons(yoko) == (Why.UNCONFIRMED,)
