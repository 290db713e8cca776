"""May somebody be contacted now? Of one, with reasons; of many, as one query; and both say the same."""

import datetime as dt
import random
from itertools import cycle, product

import pytest
from django.conf import settings

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.consent import queries, services
from kizuna.customers.consent.models import Decision, Outreach, PolicyPack, Purpose
from kizuna.customers.consent.queries import Why
from kizuna.customers.consent.tests.conftest import NOON, person
from kizuna.customers.contacts.models import Contact


def ask(contact: Contact, *, channel: str = "email", purpose: str = "marketing", now: dt.datetime = NOON):
    return services.may_contact(person=contact, channel=channel, purpose=purpose, now=now)


def test_without_consent_nobody_is_advertised_to(yoko, say) -> None:
    assert ask(yoko).reasons == (Why.NO_CONSENT,)
    say(yoko, "requested")
    assert ask(yoko).reasons == (Why.UNCONFIRMED,)
    say(yoko, "granted", days=9)
    assert ask(yoko).allowed
    say(yoko, "withdrawn", days=8)
    assert ask(yoko).reasons == (Why.WITHDRAWN,)
    assert ask(yoko, purpose="service").allowed
    assert Decision.objects.filter(contact_id=yoko.pk).count() == 5


def test_letters_are_written_until_somebody_says_no(yoko, say) -> None:
    assert ask(yoko, channel="post").allowed
    say(yoko, "withdrawn", channel="post")
    assert ask(yoko, channel="post").reasons == (Why.WITHDRAWN,)


def test_korea_sleeps_at_night_labels_and_asks_again_after_two_years(minseo, say) -> None:
    for channel in ("email", "sms"):
        say(minseo, "granted", channel=channel)
    assert ask(minseo).label == "(광고)"
    eleven = dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC)
    assert ask(minseo, now=eleven).allowed  # its decree leaves e-mail out of the quiet hours
    night = ask(minseo, channel="sms", now=eleven)
    assert night.reasons == (Why.QUIET,)
    assert night.next_at == dt.datetime(2026, 11, 20, 23, 0, tzinfo=dt.UTC)
    assert ask(minseo, channel="sms", purpose="service", now=night.next_at - dt.timedelta(hours=5)).allowed
    assert ask(minseo, now=NOON + dt.timedelta(days=731)).reasons == (Why.EXPIRED,)


def test_consent_until_a_day_ends_with_that_day_where_we_are(yoko, say, marketing, settings) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    say(yoko, "granted", valid_until=dt.date(2026, 11, 20))
    for hour, reasons in ((14, ()), (15, (Why.EXPIRED,))):  # eleven at night in Tokyo, and midnight
        now = dt.datetime(2026, 11, 20, hour, 0, tzinfo=dt.UTC)
        assert ask(yoko, now=now).reasons == reasons
        assert queries.allowed(Contact.objects, channel="email", purpose=marketing, now=now).exists() == (not reasons)


def test_a_changed_pack_counts_at_once(alice, minseo, say) -> None:
    say(minseo, "granted")
    assert ask(minseo).label == "(광고)"
    pack = PolicyPack.objects.get(code="kr")
    records.update(actor=alice, record=pack, changes={"label": "[광고]"})
    assert ask(minseo).label == "[광고]"


def test_a_cap_counts_what_was_sent_and_says_when_there_is_room_again(yoko, say, marketing) -> None:
    say(yoko, "granted")
    for day in range(4):
        services.record_outreach(contact=yoko, channel="email", purpose=marketing, at=NOON - dt.timedelta(days=day))
    answer = ask(yoko)
    assert answer.reasons == (Why.CAP,)
    assert answer.next_at == NOON + dt.timedelta(days=27)
    assert ask(yoko, now=answer.next_at).allowed


@pytest.mark.parametrize(("within", "left"), [(None, [10, 170]), (30, [10, 170]), (300, [10, 170, 200])])
def test_messages_are_kept_as_long_as_a_cap_counts_them_and_half_a_year_at_least(yoko, within, left) -> None:
    marketing = queries.purpose_named("marketing")
    marketing.most, marketing.within_days = (3 if within else None), within
    marketing.save()
    for days in (10, 170, 200, 400):
        services.record_outreach(contact=yoko, channel="email", purpose="marketing", at=NOON - dt.timedelta(days=days))
    assert services.forget_outreach(now=NOON) == 4 - len(left)
    kept = Outreach.objects.order_by("-at").values_list("at", flat=True)
    assert [(NOON - at).days for at in kept] == left


def test_what_lasts_hides_when_time_would_help(minseo) -> None:
    answer = ask(minseo, channel="sms", now=dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC))
    assert answer.reasons == (Why.NO_CONSENT, Why.QUIET)
    assert answer.next_at is None


def test_a_question_costs_the_same_whatever_there_is(yoko, say, django_assert_num_queries) -> None:
    say(yoko, "granted")
    ask(yoko)
    with django_assert_num_queries(6):
        ask(yoko)


def test_one_and_many_say_the_same(db) -> None:
    chance = random.Random(20261120)
    crowd(chance, 60)
    everybody = list(Contact.objects.all())
    assert any(person.is_deleted for person in everybody)
    outcomes, hours = set(), cycle((3, 14, 22))  # each hour meets each purpose, and each channel
    purposes = Purpose.objects.filter(code__in=["marketing", "newsletter", "service"]).order_by("code")
    for purpose, channel in product(purposes, ("email", "sms", "post", "push")):
        now = NOON.replace(hour=next(hours))
        many = set(queries.allowed(Contact.objects.all(), channel=channel, purpose=purpose, now=now))
        answers = {one: queries.decide(person=one, channel=channel, purpose=purpose, now=now) for one in everybody}
        outcomes |= {reason for answer in answers.values() for reason in answer.reasons}
        assert many == {one for one, answer in answers.items() if answer.allowed}, (purpose, channel, now)
    assert outcomes == set(Why)


def test_a_page_says_of_each_what_a_filter_finds(db, django_assert_num_queries) -> None:
    crowd(random.Random(20261122), 40)
    field = registry.get("contact").fields["marketing_by"]
    lines = list(Contact.objects.values_list(*field.paths))
    assert field.values(lines[:1])
    with django_assert_num_queries(2):
        said = dict(zip([line[0] for line in lines], field.values(lines), strict=True))
    assert len({tuple(codes) for codes in said.values()}) > 4
    for code in field.SHOWN:
        found = set(Contact.objects.filter(queries.may_be_advertised_to([code])).values_list("pk", flat=True))
        assert found == {pk for pk, codes in said.items() if code in codes}, code
    assert all(field.read(one) == said[one.pk] for one in Contact.objects.all())
    assert field.read(Contact(email="new@crowd.example")) == []


def test_the_list_is_asked_only_of_whom_else_we_might_write_to(db, django_assert_num_queries) -> None:
    field, contact = registry.get("contact").fields["marketing_by"], registry.get("contact")
    ken = records.create(actor=SYSTEM, resource=contact, values={"family_name": "Ito", "emails": ["ken@aoba.example"]})
    assert field.read(ken) == []  # the laws are known by now
    with django_assert_num_queries(1):
        assert field.read(ken) == []
    ken.city = "Tokyo"  # letters need no consent
    with django_assert_num_queries(2):
        assert field.read(ken) == ["post"]


def crowd(chance: random.Random, count: int) -> None:
    """People of all sorts, each with a past."""
    zones = ["", "Asia/Seoul", "Europe/Berlin", "America/Lima"]
    for number in range(count):
        phone = [{"value": f"+8190123456{number:02}"}] if chance.random() < 0.7 else []
        email = f"p{number}@crowd.example" if chance.random() < 0.8 else ""
        country = chance.choice(["", "JP", "KR", "DE", "BR"])
        one = person(f"P{number}", email, country=country, time_zone=chance.choice(zones), phones=phone)
        past(chance, one)


def past(chance: random.Random, one: Contact) -> None:
    for code in ("marketing", "newsletter"):
        for channel in ("email", "sms", "post", "push"):
            if chance.random() < 0.6:
                until = chance.choice([None, None, NOON.date() - dt.timedelta(days=2), NOON.date()])
                services.keep(
                    by=SYSTEM, contact_id=one.pk, purpose=queries.purpose_named(code), channel=channel,
                    state=chance.choice(["granted", "granted", "granted", "withdrawn", "requested", "expired"]),
                    source="paper", valid_until=until,
                    happened_at=NOON - dt.timedelta(days=chance.choice([5, 700, 900])),
                )  # fmt: skip
    for channel, address in (("email", one.email), ("sms", one.phone)):
        if address and chance.random() < 0.2:
            reason = chance.choice(["unsubscribed", "bounced", "complaint"])
            services.suppress_address(actor=SYSTEM, channel=channel, address=address, reason=reason)
    for _ in range(chance.choice([0, 0, 3, 4, 5])):
        at = NOON - dt.timedelta(days=chance.uniform(1, 40))
        services.record_outreach(contact=one, channel="email", purpose="marketing", at=at)
    if chance.random() < 0.1:
        records.delete(actor=SYSTEM, record=one)


def test_lists_can_be_asked_who_may_be_mailed(alice, visit, yoko, minseo, say) -> None:
    say(yoko, "granted")
    page = visit(alice).get("/contacts", filter='{"field": "marketing_by", "op": "has_any", "value": ["email"]}')
    listed = page.content.decode()
    assert f'data-row="{yoko.pk}"' in listed
    assert f'data-row="{minseo.pk}"' not in listed


@pytest.mark.parametrize(
    ("country", "house", "may_be_called"),
    [
        ("JP", "UTC", False),
        ("JP", "Asia/Tokyo", False),
        ("KR", "America/Lima", False),
        ("DE", "Asia/Tokyo", True),
        ("US", "Asia/Tokyo", False),
        ("", "UTC", True),
        ("", "Asia/Tokyo", False),
    ],
)
def test_who_has_no_zone_lives_by_the_clock_of_their_country_else_of_the_house(
    say, marketing, country: str, house: str, may_be_called: bool
) -> None:
    night_in_tokyo = dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC)
    one = person("P", "p@crowd.example", country=country, phones=[{"value": "+81312345678"}])
    say(one, "granted", channel="phone")
    before, settings.TIME_ZONE = settings.TIME_ZONE, house
    try:
        answer = queries.decide(person=one, channel="phone", purpose=marketing, now=night_in_tokyo)
        rows = Contact.objects.filter(pk=one.pk)
        many = queries.allowed(rows, channel="phone", purpose=marketing, now=night_in_tokyo)
        assert answer.allowed == many.exists() == may_be_called
    finally:
        settings.TIME_ZONE = before


def test_all_answers_about_somebody_are_those_to_each_question(yoko, minseo, say, django_assert_num_queries) -> None:
    say(yoko, "granted")
    say(minseo, "withdrawn", channel="sms")
    purposes = list(Purpose.objects.order_by("pk"))
    for one in (yoko, minseo):
        every = queries.decide_every(person=one, purposes=purposes, now=NOON)
        for (purpose_id, channel), answer in every.items():
            purpose = next(each for each in purposes if each.pk == purpose_id)
            assert answer == queries.decide(person=one, channel=channel, purpose=purpose, now=NOON)
    capped = sum(1 for one in purposes if one.most)
    with django_assert_num_queries(3 + capped):
        queries.decide_every(person=yoko, purposes=purposes, now=NOON)
