"""Eighteen months of Hinata Living's customers: the plan drawn by chance, then entered day by day by its people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from kizuna.base.types.positions import Position
from kizuna.customers.contacts.demo import changes, companies, faces, families, places
from kizuna.customers.contacts.demo.companies import Firm
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.names import Name
from kizuna.customers.contacts.demo.numbers import Numbers
from kizuna.customers.contacts.demo.past import Entry, Past, moment
from kizuna.customers.contacts.demo.people import Person, Plan
from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.contacts.models import Company, Contact, Household, Relationship

MONTHS = 18
SEED = "hinata"


class Story:
    """Draws everything first (which needs no database), then writes it."""

    def __init__(self, crew: Crew, today: dt.date) -> None:
        self.crew, self.today = crew, today
        self.first = today - dt.timedelta(days=round(MONTHS * 30.44))
        self.past = Past()
        self.draw = Draw(f"{SEED} owners")
        self.spots = Draw(f"{SEED} spots")
        numbers = Numbers()
        self.firms = companies.plan(Draw(f"{SEED} companies"), numbers, self.first, today)
        plan = Plan(Draw(f"{SEED} people"), numbers, self.first, today)
        self.people = [*plan.buyers(self.firms), *plan.consumers(), *self._faces()]
        self.homes = families.households(plan, self.people)

    def tell(self) -> None:
        self._enter_companies()
        self._enter_households()
        contacts = self._enter_people()
        self._enter_relationships()
        changes.tell(self.past, self.crew, Draw(f"{SEED} changes"), self.people, contacts, self.today)
        self.past.tell()

    def _faces(self) -> list[Person]:
        """The people written by hand."""
        by_domain = {firm.domain: firm for firm in self.firms}
        found = []
        for face in faces.regulars():
            came_on = self.today - dt.timedelta(days=face["days_ago"])
            firm = by_domain.get(face["company"])
            if firm:
                firm.made_on = min(firm.made_on, came_on)
            person = self._by_hand(face["values"], face.get("market", ""), came_on, firm)
            person.owner_id = self.crew.named(face["owner"]).pk
            found.append(person)
        for number, values in enumerate(faces.awkward()):
            came_on = self.today - dt.timedelta(days=500 - number * 19)
            found.append(self._by_hand(values, "web" if values.get("culture") == "ja" else "europe", came_on, None))
        return found

    def _by_hand(self, values: dict[str, Any], market: str, came_on: dt.date, firm: Firm | None) -> Person:
        name = Name(
            values.get("family_name", ""), values.get("given_name", ""), "", "", values.get("culture", ""), "", ("", "")
        )
        return Person(dict(values), name, 1980, market, came_on, imported=False, firm=firm, role="lead" if firm else "")

    # ── whose customer ──

    def _owner_of(self, *markets: str) -> int:
        colleagues = self.crew.in_market(*markets)
        return self.draw.choice(colleagues)[1].pk

    def _author(self, owner_id: int, *, imported: bool = False) -> tuple[Any, str]:
        """Who entered the record, and how: the old lists were imported by Mika, the rest is entered by its owner."""
        return (self.crew.named("Mika Tanabe"), "import") if imported else (self.crew.users[owner_id], "web")

    def _entry(self, record: Any, day: dt.date, *, imported: bool = False) -> Entry:
        by, via = self._author(record.owner_id, imported=imported)
        at = moment(self.draw, day, by.time_zone)
        return Entry(record, by, min(at, self._now()), via)

    def _now(self) -> dt.datetime:
        """Nothing happens after the morning of today."""
        return dt.datetime.combine(self.today, dt.time(0, 30), dt.UTC)

    def _spot(self, values: dict[str, Any], share: float) -> Position | None:
        """Where a customer was put on the map: a share of those with an address; the others are known by their city."""
        return places.spot(self.spots, values.get("addresses", ())) if self.spots.maybe(share) else None

    # ── entering ──

    def _enter_companies(self) -> None:
        for firm in self.firms:
            firm.owner_id = firm.parent.owner_id if firm.parent else self._owner_of(firm.place.country, firm.market)
        for wave in (False, True):
            self._enter_firms([firm for firm in self.firms if bool(firm.parent) == wave])

    def _enter_firms(self, firms: list[Firm]) -> None:
        rows = [
            (
                firm,
                Company(
                    owner_id=firm.owner_id,
                    parent_id=firm.parent.id if firm.parent else None,
                    position=self._spot(firm.values, 0.8),
                    **firm.values,
                ),
            )
            for firm in firms
        ]
        self.past.enter(
            "company", [self._entry(row, firm.made_on, imported=firm.made_on == self.first) for firm, row in rows]
        )
        _take_ids(rows)

    def _enter_households(self) -> None:
        rows = []
        for home in self.homes:
            head = home.members[0]
            owner_id = head.owner_id = self._owner_of(*_markets(head))
            for member in home.members:
                member.owner_id = owner_id
            rows.append((home, Household(name=home.name, addresses=head.values["addresses"], owner_id=owner_id)))
        days = {id(row): max(member.came_on for member in home.members) for home, row in rows}
        self.past.enter("household", [self._entry(row, days[id(row)]) for _home, row in rows])
        _take_ids(rows)

    def _enter_people(self) -> dict[int, Contact]:
        """All contacts; returns them by id."""
        home_of = {id(member): home.id for home in self.homes for member in home.members}
        rows = []
        for person in self.people:
            if not person.owner_id:
                person.owner_id = person.firm.owner_id if person.firm else self._owner_of(*_markets(person))
            start = changes.first_stage(person)
            contact = Contact(
                owner_id=person.owner_id,
                company_id=person.firm.id if person.firm else None,
                household_id=home_of.get(id(person)),
                position=self._spot(person.values, 0.5),
                **{**person.values, "stage": start},
            )
            rows.append((person, contact))
        self.past.enter("contact", [self._entry(row, person.came_on, imported=person.imported) for person, row in rows])
        _take_ids(rows)
        return {contact.pk: contact for _person, contact in rows}

    def _enter_relationships(self) -> None:
        entries = []
        for person, kind, other, more in families.ties(
            Draw(f"{SEED} ties"), self.homes, self.people, self.firms, self.today
        ):
            end = {"to_company_id": other.id} if isinstance(other, Firm) else {"to_contact_id": other.id}
            row = Relationship(from_contact_id=person.id, kind=kind, owner_id=person.owner_id, **end, **more)
            known_on = other.made_on if isinstance(other, Firm) else other.came_on
            entries.append(self._entry(row, max(person.came_on, known_on)))
        self.past.enter("relationship", entries)


def _markets(person: Person) -> tuple[str, ...]:
    country = person.place.country if person.place else ""
    return (country, person.market) if person.market == "europe" else (person.market,)


def _take_ids(rows: Iterable[tuple[Any, Any]]) -> None:
    for planned, row in rows:
        planned.id = row.pk
