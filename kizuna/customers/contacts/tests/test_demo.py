"""The sample company is the same on every machine, and nobody in it is real."""

import datetime as dt
import re

import pytest

from kizuna.base.access import policy
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.contacts import demo, services
from kizuna.customers.contacts.demo import companies, draw, faces, names, staff, twins, visits
from kizuna.customers.contacts.demo.numbers import Numbers
from kizuna.customers.contacts.demo.people import Plan
from kizuna.customers.contacts.demo.romaji import romanise
from kizuna.customers.contacts.models import Company, Contact

TODAY = dt.date(2026, 11, 21)
FIRST = TODAY - dt.timedelta(days=548)


def firms() -> list[companies.Firm]:
    return companies.plan(draw.Draw("test"), Numbers(), FIRST, TODAY)


def everybody() -> list[dict]:
    numbers = Numbers()
    found = companies.plan(draw.Draw("companies"), numbers, FIRST, TODAY)
    plan = Plan(draw.Draw("people"), numbers, FIRST, TODAY)
    people = [*plan.buyers(found), *plan.consumers()]
    by_hand = [*(face["values"] for face in faces.regulars()), *faces.awkward()]
    return [*(person.values for person in people), *by_hand]


def test_chance_repeats_itself() -> None:
    assert [firm.values for firm in firms()] == [firm.values for firm in firms()]
    assert everybody() == everybody()


def test_the_company_has_the_size_that_was_promised() -> None:
    assert len(firms()) == 250
    assert 2700 <= len(everybody()) <= 3100


def test_every_address_is_in_a_domain_that_cannot_exist() -> None:
    boxes = [
        point if isinstance(point, str) else point["value"] for one in everybody() for point in one.get("emails", [])
    ]
    assert len(boxes) > 2500
    assert all(box.lower().endswith(".example") for box in boxes)
    assert len(set(boxes)) == len(boxes)
    assert all(firm.domain.endswith(".example") for firm in firms())
    assert all(one.email.endswith(".example") for one in staff.STAFF)


FICTIONAL = {
    "+81": r"\+81 [79]0-0\d{3}-\d{4}|\+81 \d{1,3}-[01]0*-\d{4}",
    "+44": r"\+44 7700 900\d{3}|\+44 20 7946 0\d{3}",
    "+33": r"\+33 6 39 98 \d\d \d\d",
}


def test_numbers_stand_in_ranges_that_nobody_has() -> None:
    typed = [point["value"] for one in everybody() for point in one.get("phones", []) if isinstance(point, dict)]
    for code, pattern in FICTIONAL.items():
        of_country = [number for number in typed if number.startswith(f"{code} ")]
        assert len(of_country) > 50
        assert all(re.fullmatch(pattern, number) for number in of_country), code


def test_everybody_can_be_stored_as_planned() -> None:
    for firm in firms()[::5]:
        Company(**firm.values).normalise()
    for values in [*everybody()[::20], *faces.awkward()]:
        row = Contact(**values)
        row.normalise()
        row.clean()
        assert row.sort_key


def test_readings_belong_to_their_names() -> None:
    kana = re.compile(r"[ぁ-ゖー]+")
    for name in ("ja_family", "ja_given", "ja_brands"):
        assert all(kana.fullmatch(row["reading"]) for row in draw.table(name).rows), name
    assert all(re.fullmatch(r"[A-Z][a-z]+", row["reading"]) for row in draw.table("ko_family").rows)


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("おおの", "ono"),
        ("しょうた", "shota"),
        ("はっとり", "hattori"),
        ("じゅん", "jun"),
        ("ゆうこ", "yuko"),
        ("ちひろ", "chihiro"),
    ],
)
def test_kana_are_spelled_as_in_addresses(kana: str, latin: str) -> None:
    assert romanise(kana) == latin


def test_umlauts_and_accents_are_spelled_as_in_addresses() -> None:
    spelled = [names.ascii_of(name) for name in ("Müller", "de Vries", "Łukasz", "Nguyễn", "İsmail", "王", "O'Connor")]
    assert spelled == ["mueller", "devries", "lukasz", "nguyen", "ismail", "wang", "oconnor"]


def test_every_colleague_is_introduced() -> None:
    told = demo.sign_ins()
    assert told[0] == ("mika.tanabe@hinata.example", "kizuna-demo", "Mika Tanabe, Hinata Living, administrator")
    assert len({address for address, _password, _who in told}) == len(staff.STAFF)


@pytest.mark.django_db
def test_showroom_visits_can_be_tried_by_those_who_sell(make_user) -> None:
    yui, owen = make_user("Yui", role="manager"), make_user("Owen", role="viewer")
    visits.make_kind(SYSTEM)
    resource = registry.get(visits.KEY)
    assert {"contact", "outcome", "quote", "deposit", "days_since"} <= resource.fields.keys()
    assert policy.permissions_of(yui).can(visits.KEY, "create")
    assert policy.permissions_of(owen).can(visits.KEY, "read")
    assert not policy.permissions_of(owen).can(visits.KEY, "create")


def test_somebody_waits_for_a_household_in_the_sample_company(db) -> None:
    for values in twins.TOGETHER:
        records.create(actor=SYSTEM, resource=registry.get("contact"), values=values)
    assert services.suggest_households() == 1
