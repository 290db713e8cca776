"""The 250 business customers: hotels and inns, cafés, offices, clinics, builders and designers in fifteen countries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kizuna.base.types.money import Money
from kizuna.customers.contacts.demo import places
from kizuna.customers.contacts.demo.draw import Draw, table
from kizuna.customers.contacts.demo.numbers import Numbers
from kizuna.customers.contacts.demo.places import Place

JAPANESE = 152
TAGS = {
    "Key account": 0.12,
    "Framework contract": 0.1,
    "Reference": 0.12,
    "Chain": 0.06,
    "Trade": 0.08,
    "Slow payer": 0.04,
}
BRANCHES = (
    ("箱根", "はこね", "hakone", "yokohama"),
    ("別邸", "べってい", "bettei", "web"),
    ("札幌", "さっぽろ", "sapporo", "sapporo"),
    ("博多", "はかた", "hakata", "fukuoka"),
)
"""Second houses of the larger Japanese firms: name, reading, part of the domain, and the market they stand in."""


@dataclass
class Firm:
    """A company of the plan: its values as somebody would type them, and what the people who work there need."""

    values: dict[str, Any]
    market: str
    language: str
    domain: str
    place: Place
    people: int
    made_on: dt.date
    parent: Firm | None = None
    id: int = field(default=0, init=False)
    owner_id: int = field(default=0, init=False)


def plan(draw: Draw, numbers: Numbers, first: dt.date, today: dt.date) -> list[Firm]:
    """All companies, parents before their subsidiaries."""
    firms = [*_japanese(draw, numbers), *_korean(draw, numbers), *_european(draw, numbers)]
    for firm in firms:
        started_early = draw.maybe(0.45)
        firm.made_on = first if started_early else draw.day(first, today - dt.timedelta(days=3))
        if firm.parent:
            firm.made_on = max(firm.made_on, firm.parent.made_on)
        firm.values["tags"] = [tag for tag, share in TAGS.items() if draw.maybe(share)]
    firms.sort(key=lambda firm: (firm.made_on, firm.parent is not None))
    return firms


def _japanese(draw: Draw, numbers: Numbers) -> list[Firm]:
    trades, brands = table("ja_trades"), table("ja_brands").rows
    aoba = brands[0]
    builder = next(trade for trade in trades.rows if trade["pattern"] == "{b}建設")
    firms = [_japanese_firm(draw, numbers, builder, aoba, "yokohama")]
    seen = {(aoba["name"], builder["industry"])}
    while len(firms) < JAPANESE - len(BRANCHES):
        trade, brand = draw.row(trades), draw.choice(brands)
        key = (brand["name"], trade["industry"])
        if key not in seen:
            seen.add(key)
            firms.append(_japanese_firm(draw, numbers, trade, brand))
    large = [firm for firm in firms if firm.values["industry"] == "hospitality" and firm.people > 60]
    for parent, branch in zip(large, BRANCHES, strict=False):
        firms.append(_branch(draw, numbers, parent, *branch))
    return firms


def _japanese_firm(
    draw: Draw, numbers: Numbers, trade: dict[str, str], brand: dict[str, str], market: str = ""
) -> Firm:
    bare = trade["pattern"].format(b=brand["name"])
    leads = trade["legal"].endswith("法人") or (draw.maybe(0.6) and not trade["legal"].endswith("事務所"))
    people = round(
        int(trade["people_from"]) * (int(trade["people_to"]) / int(trade["people_from"])) ** draw.random() ** 1.6
    )
    market = market or draw.choice(("yokohama", "fukuoka", "sapporo", "web", "web"))
    place = places.japanese(draw, market, is_home=False)
    firm = Firm(
        values={
            "name": trade["legal"] + bare if leads else bare + trade["legal"],
            "reading": trade["reading"].format(b=brand["reading"]),
            "industry": trade["industry"],
            "revenue": Money(
                Decimal(round(people * int(trade["yen_per_head"]) * draw.uniform(0.7, 1.5)) * 1_000_000), "JPY"
            ),
        },
        market="business",
        language="ja",
        domain=trade["slug"].format(b=brand["slug"]) + ".example",
        place=place,
        people=people,
        made_on=dt.date.min,
    )
    _reach(draw, numbers, firm)
    return firm


def _branch(draw: Draw, numbers: Numbers, parent: Firm, name: str, reading: str, slug: str, market: str) -> Firm:
    firm = Firm(
        values={
            "name": f"{parent.values['name']} {name}",
            "reading": f"{parent.values['reading']} {reading}",
            "industry": parent.values["industry"],
        },
        market="business",
        language="ja",
        domain=f"{slug}.{parent.domain}",
        place=places.japanese(draw, market, is_home=False, near=name),
        people=max(6, parent.people // 3),
        made_on=dt.date.min,
        parent=parent,
    )
    _reach(draw, numbers, firm)
    return firm


def _korean(draw: Draw, numbers: Numbers) -> list[Firm]:
    firms = []
    by_name: dict[str, Firm] = {}
    for row in table("ko_companies").rows:
        revenue = Decimal(round(int(row["people"]) * draw.uniform(0.9, 2.4)) * 100_000_000)
        firm = _listed(
            draw, row, "KR", "ko", places.korean(draw, is_home=False, near=row["name"]), Money(revenue, "KRW"), by_name
        )
        firm.market = "korea business"
        firm.values["reading"] = row["reading"]
        _reach(draw, numbers, firm)
        firms.append(firm)
    return firms


def _european(draw: Draw, numbers: Numbers) -> list[Firm]:
    firms = []
    by_name: dict[str, Firm] = {}
    for row in table("european_companies").rows:
        country = row["country"]
        place, language = places.european(draw, country, row["name"])
        currency = {"GB": "GBP", "CH": "CHF", "SE": "SEK", "PL": "PLN", "DK": "DKK"}.get(country, "EUR")
        per_head = {"SEK": 1_200_000, "DKK": 800_000, "PLN": 450_000}.get(currency, 110_000)
        revenue = Decimal(round(int(row["people"]) * draw.uniform(0.6, 1.6) * per_head / 10_000) * 10_000)
        firm = _listed(draw, row, country, language, place, Money(revenue, currency), by_name)
        firm.market = "europe"
        _reach(draw, numbers, firm)
        firms.append(firm)
    return firms


def _listed(
    draw: Draw, row: dict[str, str], country: str, language: str, place: Place, revenue: Money, by_name: dict[str, Firm]
) -> Firm:
    values = {"name": row["name"], "industry": row["industry"], "revenue": revenue if draw.maybe(0.85) else None}
    firm = Firm(
        values=values,
        market=country,
        language=language,
        domain=row["slug"] + ".example",
        place=place,
        people=int(row["people"]),
        made_on=dt.date.min,
        parent=by_name.get(row["parent"]),
    )
    by_name[row["name"]] = firm
    return firm


def _reach(draw: Draw, numbers: Numbers, firm: Firm) -> None:
    """How the firm is reached, and how large it is."""
    box = {"fr": "contact", "de": "info", "en": "hello", "ja": "info", "ko": "contact"}.get(firm.language, "info")
    values = firm.values
    values["domain"] = firm.domain
    values["website"] = f"https://www.{firm.domain}/"
    values["employees"] = firm.people if draw.maybe(0.9) else None
    values["emails"] = [{"value": f"{box}@{firm.domain}", "label": "work", "primary": True}]
    number = numbers.fixed(firm.place.country, firm.place.area_code)
    values["phones"] = [{"value": number, "label": "work", "primary": True}]
    values["addresses"] = [firm.place.point("work")]
