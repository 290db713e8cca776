"""Fields that the administrator of the sample company added, and what people wrote into them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from kizuna.base.records import bulk, indexes
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.types.money import Money
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.models import Company, Contact

SEED = "extras"
ROOMS = {
    "living": ({"": "Living room", "ja": "リビング", "ko": "거실"}, "good"),
    "bedroom": ({"": "Bedroom", "ja": "寝室", "ko": "침실"}, "info"),
    "kitchen": ({"": "Kitchen", "ja": "キッチン", "ko": "주방"}, "warn"),
    "study": ({"": "Study", "ja": "書斎", "ko": "서재"}, "accent"),
    "nursery": ({"": "Children’s room", "ja": "子供部屋", "ko": "아이 방"}, ""),
}
SECTION = "Furnishing"
BUDGETS = {"JPY": (30_000, 80_000, 150_000, 300_000), "KRW": (300_000, 900_000, 2_000_000), "EUR": (250, 600, 1_500)}
NOTES = (
    "搬入は午前中のみ。地下駐車場の高さ制限 2.1 m。",
    "エレベーターは幅80 cm。大型家具は階段で搬入。",
    "Deliver to the side entrance; call the concierge ten minutes before.",
    "평일 14시 이후 배송. 경비실에 먼저 연락해 주세요.",
    "Two people needed: no lift, third floor.",
)


def add_fields(actor: Any) -> None:
    """A favourite room and a budget of contacts, delivery notes of companies."""
    contacts, companies = registry.get("contact"), registry.get("company")
    choices = [{"code": code, "labels": labels, "tone": tone} for code, (labels, tone) in ROOMS.items()]
    room = {"": "Favourite room", "ja": "好きな部屋", "ko": "좋아하는 방"}
    records.add_custom_field(
        actor=actor, resource=contacts, kind="choice", name="favourite_room", labels=room, section=SECTION,
        settings={"choices": choices},
    )  # fmt: skip
    budget = {"": "Budget", "ja": "予算", "ko": "예산"}
    records.add_custom_field(
        actor=actor, resource=contacts, kind="money", name="budget", labels=budget, section=SECTION
    )
    notes = {"": "Delivery notes", "ja": "配送メモ", "ko": "배송 메모"}
    records.add_custom_field(actor=actor, resource=companies, kind="long", name="delivery_notes", labels=notes)


def fill() -> None:
    """Some of the contacts and companies, always the same ones, with always the same values."""
    draw = Draw(SEED)
    _write(Contact.objects.live().order_by("pk"), lambda contact: _of_contact(draw, contact))
    _write(Company.objects.live().order_by("pk"), lambda company: _of_company(draw))


def _of_contact(draw: Draw, contact: Contact) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if draw.maybe(0.4):
        found["favourite_room"] = draw.choice(tuple(ROOMS))
    if draw.maybe(0.3):
        currency = {"JP": "JPY", "KR": "KRW"}.get(contact.country, "EUR")
        found["budget"] = Money(Decimal(draw.choice(BUDGETS[currency])), currency)
    return found


def _of_company(draw: Draw) -> dict[str, Any]:
    return {"delivery_notes": draw.choice(NOTES)} if draw.maybe(0.3) else {}


def _write(rows: Iterable[Record], values_of: Callable[[Any], dict[str, Any]]) -> None:
    touched = []
    for record in rows:
        values = values_of(record)
        for name, value in values.items():
            registry.of(record).fields[name].assign(record, value)
        if values:
            touched.append(record)
    if touched:
        bulk.update(type(touched[0]), touched, {"custom"})
        indexes.refresh(registry.of(touched[0]), touched)
