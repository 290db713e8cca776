"""About 3,000 people: customers of the shops and of the web shop, and those who buy for the business customers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from kizuna.customers.contacts.demo import names, places, profiles
from kizuna.customers.contacts.demo.companies import Firm
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.names import Name
from kizuna.customers.contacts.demo.numbers import Numbers
from kizuna.customers.contacts.demo.places import Place

CONSUMERS = {"yokohama": 430, "fukuoka": 310, "sapporo": 230, "web": 350, "korea": 270, "europe": 280}
"""How many private customers each market has."""

MAIL_HOMES = {
    "ja": ("hanamail.example", "sora-net.example", "mail.example", "kazemail.example"),
    "ko": ("haneulmail.example", "mail.example", "byeolmail.example"),
    "": ("mail.example", "postfach.example", "courrier.example", "letterbox.example"),
}
CHAT = {"ja": "line", "ko": "kakaotalk"}
ZONES = {"JP": "Asia/Tokyo", "KR": "Asia/Seoul", "GB": "Europe/London", "FR": "Europe/Paris", "DE": "Europe/Berlin"}
STAGES = {
    "subscriber": 0.14,
    "lead": 0.12,
    "prospect": 0.14,
    "customer": 0.32,
    "regular": 0.16,
    "lapsed": 0.09,
    "former": 0.03,
}
SOURCES = {
    "store": {"store": 0.62, "referral": 0.12, "event": 0.08, "phone": 0.06, "web": 0.12},
    "web": {"web": 0.6, "social": 0.14, "email": 0.1, "campaign": 0.1, "referral": 0.06},
    "business": {"web": 0.28, "event": 0.24, "referral": 0.22, "phone": 0.12, "email": 0.1, "partner": 0.04},
}
TAGS = {
    "VIP": 0.04,
    "Newsletter": 0.3,
    "Moving house": 0.06,
    "Gift buyer": 0.07,
    "Small flat": 0.08,
    "Has pets": 0.1,
    "Interior club": 0.12,
}
BUSINESS_TAGS = {"Decision maker": 0.2, "Newsletter": 0.2, "Prefers English": 0.04, "Met at trade fair": 0.12}


@dataclass
class Person:
    """A contact of the plan. `came_on` is the day somebody entered them; `imported`: with the old address list."""

    values: dict[str, Any]
    name: Name
    born: int
    market: str
    came_on: dt.date
    imported: bool
    firm: Firm | None = None
    role: str = ""
    place: Place | None = None
    id: int = 0
    owner_id: int = 0


class Plan:
    """Draws people one by one; a person has an e-mail address of their own."""

    def __init__(self, draw: Draw, numbers: Numbers, first: dt.date, today: dt.date) -> None:
        self.draw, self.numbers, self.first, self.today = draw, numbers, first, today
        self._boxes: set[str] = set()

    def consumers(self) -> list[Person]:
        return [self.consumer(market) for market, count in CONSUMERS.items() for _number in range(count)]

    def buyers(self, firms: list[Firm]) -> list[Person]:
        """One to nine people at every company, more at larger ones."""
        people = []
        for firm in firms:
            count = 1 + min(5, round(firm.people**0.35 * self.draw.uniform(0.2, 1.1))) + (self.draw.maybe(0.15) and 3)
            people += [self.buyer(firm, number) for number in range(count)]
        return people

    def consumer(self, market: str) -> Person:
        born = self.today.year - min(86, max(20, round(self.draw.gauss(44, 15))))
        if market == "europe":
            place, culture = places.european(self.draw)
            return self._private(market, names.european(self.draw, culture), born, place)
        if market == "korea":
            return self._private(market, names.korean(self.draw, born), born, places.korean(self.draw))
        name = names.japanese(self.draw, born)
        return self._private(market, name, born, places.japanese(self.draw, market))

    def relative(self, head: Person, born: int, gender: str, family: dict[str, str]) -> Person:
        """Somebody of the same home: the same address, the family's name."""
        culture = head.name.culture
        assert head.place
        if culture in ("ja", "ko"):
            named = names.japanese if culture == "ja" else names.korean
            name = named(self.draw, born, gender, family)
        else:
            name = names.european(self.draw, culture, gender, family["name"])
        return self._private(head.market, name, born, head.place)

    def _private(self, market: str, name: Name, born: int, place: Place) -> Person:
        draw = self.draw
        came_on, imported = self._arrival()
        person = Person({}, name, born, market, came_on, imported, place=place)
        person.values = {
            **name.values(),
            **self._reach(person, place),
            "stage": draw.one_of(STAGES),
            "source": draw.one_of(SOURCES["web" if market in ("web", "korea", "europe") else "store"]),
            "tags": [tag for tag, share in TAGS.items() if draw.maybe(share)],
        }
        if draw.maybe(0.45):
            person.values |= profiles.of(draw, person, self.today)
        return person

    def buyer(self, firm: Firm, number: int) -> Person:
        """Somebody who works at a company: first the one who leads it, then who buys, then who sits on it."""
        draw = self.draw
        born = self.today.year - draw.randint(26, 64)
        named = {"ja": names.japanese, "ko": names.korean}.get(firm.language)
        name = named(draw, born) if named else names.european(draw, firm.language)
        role = ("lead", "buyer", "user")[min(number, 2)]
        came_on = firm.made_on if number == 0 else draw.day(firm.made_on, self.today)
        person = Person({}, name, born, firm.market, came_on, came_on == self.first, firm=firm, role=role)
        words = profiles.words(firm.language)
        person.values = {
            **name.values(),
            "job_title": profiles.for_gender(draw.choice(words["jobs"][role]), name.gender),
            "department": "" if role == "lead" else draw.choice(words["departments"]),
            **self._business_reach(person, firm),
            "stage": draw.one_of({"lead": 0.14, "prospect": 0.3, "customer": 0.3, "regular": 0.16, "lapsed": 0.1}),
            "source": draw.one_of(SOURCES["business"]),
            "tags": [tag for tag, share in BUSINESS_TAGS.items() if draw.maybe(share)],
        }
        if name.gender and draw.maybe(0.5):
            person.values["gender"] = name.gender
        return person

    def _arrival(self) -> tuple[dt.date, bool]:
        """A third came with the old address list on the first day, the others since, more of them lately."""
        if self.draw.maybe(0.34):
            return self.first, True
        days = (self.today - self.first).days
        return self.first + dt.timedelta(days=1 + round((days - 1) * self.draw.random() ** 0.75)), False

    def _reach(self, person: Person, place: Place) -> dict[str, Any]:
        draw, language = self.draw, person.name.culture
        values: dict[str, Any] = {
            "language": self._language(place),
            "time_zone": ZONES.get(place.country, "Europe/Paris"),
        }
        if draw.maybe(0.88):
            values["emails"] = [
                {"value": self._box(person), "label": "home", "primary": True, "verified": draw.maybe(0.6)}
            ]
        if draw.maybe(0.82) or "emails" not in values:
            number = self.numbers.mobile(place.country)
            values["phones"] = [{"value": number, "label": "mobile", "primary": True, "verified": draw.maybe(0.3)}]
            if draw.maybe(0.15):
                fixed = self.numbers.fixed(place.country, place.area_code)
                values["phones"].append({"value": fixed, "label": "home", "primary": False})
        if language in CHAT and draw.maybe(0.4):
            handle = f"{''.join(person.name.latin[::-1])}{person.born % 100:02}"
            values["handles"] = [{"value": handle, "label": CHAT[language], "primary": True}]
        if draw.maybe(0.78):
            values["addresses"] = [place.point("home")]
        ways = {"emails": "email", "phones": "phone", "handles": "chat", "addresses": "post"}
        if draw.maybe(0.5):
            values["preferred_channel"] = draw.choice([way for name, way in ways.items() if name in values])
        return values

    def _business_reach(self, person: Person, firm: Firm) -> dict[str, Any]:
        draw, place = self.draw, firm.place
        box = self._unique(".".join(reversed(person.name.latin)), firm.domain)
        values: dict[str, Any] = {
            "emails": [{"value": box, "label": "work", "primary": True, "verified": draw.maybe(0.7)}],
            "language": self._language(place),
            "time_zone": ZONES.get(place.country, "Europe/Paris"),
            "addresses": [place.point("work")] if draw.maybe(0.6) else [],
        }
        phones = []
        if draw.maybe(0.7):
            phones.append(
                {"value": self.numbers.fixed(place.country, place.area_code), "label": "work", "primary": True}
            )
        if draw.maybe(0.5):
            phones.append({"value": self.numbers.mobile(place.country), "label": "mobile", "primary": not phones})
        values["phones"] = phones
        return values

    def _language(self, place: Place) -> str:
        spoken = {"JP": "ja", "KR": "ko", "DE": "de", "AT": "de", "CH": "de", "FR": "fr", "BE": "fr", "LU": "fr",
                  "IT": "it", "ES": "es", "NL": "nl", "SE": "sv", "PL": "pl", "DK": "da", "PT": "pt"}  # fmt: skip
        return spoken.get(place.country, "en")

    def _box(self, person: Person) -> str:
        family, given = person.name.latin
        homes = MAIL_HOMES.get(person.name.culture, MAIL_HOMES[""])
        style = self.draw.randint(0, 3)
        if style == 3 and given:
            family, given = given[:1] + family, ""
        local = (f"{family}.{given}", f"{given}.{family}", f"{given}{family}", family)[style]
        return self._unique(local.strip(".") or "hello", self.draw.choice(homes))

    def _unique(self, local: str, home: str) -> str:
        box, number = f"{local}@{home}", 1
        while box in self._boxes:
            number += 1
            box = f"{local}{number}@{home}"
        self._boxes.add(box)
        return box
