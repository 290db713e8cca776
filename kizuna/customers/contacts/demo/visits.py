"""Showroom visits: a kind of record that the administrator of the sample company made, and who came to look at what."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from kizuna.base.access import services as access
from kizuna.base.access.models import Scope
from kizuna.base.identity.models import Role
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.types.money import Money
from kizuna.base.types.positions import Position
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.extras import ROOMS
from kizuna.customers.contacts.demo.past import Entry, Past, moment
from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.contacts.models import Contact

KEY, SEED, COUNT = "x_showroom_visit", "showroom visits", 90
SALES, CARE = ("manager", "salesperson"), ("support_agent", "viewer", "marketer")
OUTCOMES = {
    "planned": ({"": "Planned", "ja": "予約", "ko": "예약"}, "info"),
    "thinking": ({"": "Thinking it over", "ja": "検討中", "ko": "고민 중"}, "warn"),
    "quoted": ({"": "Quoted", "ja": "見積り済み", "ko": "견적 완료"}, "accent"),
    "ordered": ({"": "Ordered", "ja": "注文", "ko": "주문"}, "good"),
    "no_sale": ({"": "Not this time", "ja": "見送り", "ko": "보류"}, ""),
}
ENDS = {"thinking": 0.3, "quoted": 0.25, "ordered": 0.3, "no_sale": 0.15}
SUBJECTS = {
    "ja": (
        "ソファの試座",
        "ダイニングテーブルの検討",
        "ベッドマットレスの体験",
        "収納の相談",
        "カーテンの生地選び",
        "書斎の椅子",
    ),
    "ko": ("소파 체험", "식탁 상담", "매트리스 체험", "수납장 상담", "커튼 원단 고르기"),
    "en": ("Trying sofas", "A table for eight", "Mattress test", "Shelving for the study", "Curtain fabrics"),
}
QUOTES = {
    "JPY": (68_000, 149_000, 298_000, 520_000),
    "KRW": (890_000, 1_650_000, 3_200_000),
    "EUR": (480, 1_290, 2_750),
}
SHOWROOMS = {
    "Yokohama store": Position.of(35.4562, 139.6317),
    "Fukuoka store": Position.of(33.5898, 130.3986),
    "Sapporo store": Position.of(43.0584, 141.3548),
}
"""Where people of a store meet their customers."""
WORDS = {
    "labels": {"": "Showroom visit", "ja": "来店", "ko": "쇼룸 방문"},
    "plural_labels": {"": "Showroom visits", "ja": "来店", "ko": "쇼룸 방문"},
    "name_labels": {"": "Subject", "ja": "用件", "ko": "용건"},
    "purpose": {
        "": "Who came to a showroom, what they tried, and what became of it.",
        "ja": "誰がショールームに来て、何を試し、どうなったか。",
        "ko": "누가 쇼룸에 와서 무엇을 체험했고 결과가 어떠했는지.",
    },
}


def make_kind(actor: Any) -> None:
    """The kind of record with its fields, and what each role may do with it."""
    records.add_custom_object(actor=actor, name=KEY, icon="armchair", group="customers", **WORDS)
    offered = {name: _offered(found) for name, found in (("room", ROOMS), ("outcome", OUTCOMES))}
    fields: tuple[tuple[str, str, dict[str, str], dict[str, Any]], ...] = (
        ("relation", "contact", {"": "Contact", "ja": "連絡先", "ko": "연락처"}, {"target": "contact"}),
        ("choice", "outcome", {"": "Outcome", "ja": "結果", "ko": "결과"}, offered["outcome"]),
        ("moment", "visit_at", {"": "Visit", "ja": "来店日時", "ko": "방문 일시"}, {}),
        ("choices", "rooms", {"": "Rooms", "ja": "部屋", "ko": "공간"}, offered["room"]),
        ("money", "quote", {"": "Quote", "ja": "見積額", "ko": "견적액"}, {}),
        ("formula", "deposit", {"": "Deposit", "ja": "手付金", "ko": "계약금"}, {"expression": "quote * 0.2"}),
        (
            "formula",
            "days_since",
            {"": "Days since", "ja": "経過日数", "ko": "경과 일수"},
            {"expression": "max(days(date(visit_at), today()), 0)", "places": 0},
        ),
        ("position", "place", {"": "Showroom", "ja": "ショールーム", "ko": "쇼룸"}, {}),
        ("long", "notes", {"": "What they said", "ja": "ご要望", "ko": "요청 사항"}, {}),
    )
    for kind, name, labels, settings in fields:
        resource = registry.get(KEY)
        records.add_custom_field(actor=actor, resource=resource, kind=kind, name=name, labels=labels, settings=settings)
    _give_rights(actor)


def _offered(found: dict[str, tuple[dict[str, str], str]]) -> dict[str, Any]:
    return {"choices": [{"code": code, "labels": labels, "tone": tone} for code, (labels, tone) in found.items()]}


def _give_rights(actor: Any) -> None:
    for role in Role.objects.filter(code__in=(*SALES, *CARE)):
        given = {"read": Scope.ALL, "export": Scope.TEAM}
        if role.code in SALES:
            given |= dict.fromkeys(("create", "update", "delete", "bulk", "import"), Scope.TEAM)
        for operation, scope in given.items():
            access.set_grant(actor=actor, role=role, resource=KEY, operation=operation, scope=scope)


def fill(crew: Crew, today: dt.date) -> None:
    """Visits of the last ten weeks, and those that are planned."""
    draw, past = Draw(SEED), Past()
    people = list(Contact.objects.live().exclude(country="").order_by("pk"))
    sellers = {pk: user for pk, user in crew.users.items() if crew.colleague(pk).role in SALES}
    entries = []
    for contact in draw.sample(people, min(COUNT, len(people))):
        seller = sellers.get(contact.owner_id or 0)
        if seller is not None:
            day = draw.day(today - dt.timedelta(days=70), today + dt.timedelta(days=12))
            made = moment(draw, min(day, today) - dt.timedelta(days=draw.randint(1, 9)), seller.time_zone)
            visit = _visit(draw, contact, seller, day, today)
            _place(visit, crew.colleague(seller.pk).team)
            entries.append(Entry(visit, seller, made))
    past.enter(KEY, entries)
    past.tell()


def _place(visit: Record, team: str) -> None:
    if team in SHOWROOMS:
        registry.get(KEY).fields["place"].assign(visit, SHOWROOMS[team])


def _visit(draw: Draw, contact: Contact, seller: Any, day: dt.date, today: dt.date) -> Record:
    resource = registry.get(KEY)
    language = {"JP": "ja", "KR": "ko"}.get(contact.country, "en")
    record: Record = resource.model(name=draw.choice(SUBJECTS[language]), owner_id=seller.pk)
    outcome = "planned" if day >= today else draw.one_of(ENDS)
    values: dict[str, Any] = {
        "contact": contact.pk,
        "outcome": outcome,
        "visit_at": moment(draw, day, seller.time_zone).replace(minute=30 * draw.randint(0, 1), second=0),
        "rooms": draw.some_of(tuple(ROOMS), 2),
    }
    if outcome in ("quoted", "ordered"):
        currency = {"ja": "JPY", "ko": "KRW"}.get(language, "EUR")
        values["quote"] = Money(Decimal(draw.choice(QUOTES[currency])), currency)
    for name, value in values.items():
        resource.fields[name].assign(record, value)
    return record
