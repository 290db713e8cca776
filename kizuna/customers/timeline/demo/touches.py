"""Touches of the sample company: calls, talks in the shop, letters and messages, and what everybody must know."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from importlib import resources
from typing import Any

from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.past import Entry, Past, moment
from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.contacts.models import Contact
from kizuna.customers.timeline.demo.stories import faces, workday
from kizuna.customers.timeline.models import Interaction, Note

TOUCHED = {
    "subscriber": 0.02,
    "lead": 0.15,
    "prospect": 0.3,
    "customer": 0.3,
    "regular": 0.6,
    "lapsed": 0.2,
    "former": 0.1,
}
"""How often somebody of a stage was met at all."""
MOST = {"subscriber": 1, "lead": 2, "prospect": 3, "customer": 4, "regular": 8, "lapsed": 2, "former": 2}
KINDS = {"call": 0.5, "talk": 0.2, "mail": 0.15, "letter": 0.08, "sms": 0.07}
OFTEN = 140
"""Touches with the first of the faces, of whom everybody in the shop tells something."""
REACHES_BACK = 500
KNOWN = 0.03
AWAY = 0.15


@cache
def book() -> dict[str, Any]:
    """What is said in each kind of touch, by language: [direction, outcome, minutes, words]."""
    text = resources.files(__package__).joinpath("data", "touches.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


class Touches:
    """Collects touches in memory, then has them made in one go for each colleague."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.crew = Crew.stored()
        self.past = Past()
        self.draw = Draw("hinata touches")
        self.made: list[Entry] = []
        self.facts: list[Entry] = []

    def write(self) -> None:
        by_hand = [face["email"] for face in faces()]
        for contact in self.crew.customers():
            is_first = contact.email == by_hand[0]
            if is_first or self.draw.maybe(TOUCHED[contact.stage]):
                self._meet(contact, OFTEN if is_first else self.draw.randint(1, MOST[contact.stage]))
            if contact.email in by_hand[:5] or self.draw.maybe(KNOWN):
                self._know(contact)
        for entries in (self.made, self.facts):
            entries.sort(key=lambda entry: entry.at)
        self.past.enter("interaction", self.made)
        self.past.enter("note", self.facts)
        self.past.tell()

    def _meet(self, contact: Contact, times: int) -> None:
        age = min(REACHES_BACK, (self.today - contact.created_at.date()).days)
        for _number in range(times):
            if age < 2:
                return
            day = workday(self.today - dt.timedelta(days=max(1, round(age * self.draw.random() ** 1.5))))
            if day < self.today:
                self._touch(contact, day)

    def _touch(self, contact: Contact, day: dt.date) -> None:
        kind = self.draw.one_of(KINDS)
        direction, outcome, minutes, words = self.draw.choice(self._book(contact)[kind])
        by = self.crew.users[self._colleague(contact)]
        at = moment(self.draw, day, by.time_zone)
        touch = Interaction(
            kind=kind,
            direction=direction,
            outcome=outcome,
            minutes=minutes and max(1, minutes + self.draw.randint(-2, 9)),
            body=words,
            contact_id=contact.pk,
            owner_id=contact.owner_id,
            handled_by_id=by.pk,
            happened_at=at,
        )
        self.made.append(Entry(touch, by, at))

    def _know(self, contact: Contact) -> None:
        by = self.crew.users[self._colleague(contact)]
        words = self.draw.choice(self._book(contact)["facts"])
        day = workday(self.today - dt.timedelta(days=self.draw.randint(9, 60)))
        note = Note(body=words, is_pinned=True, contact_id=contact.pk, owner_id=contact.owner_id)
        self.facts.append(Entry(note, by, moment(self.draw, day, by.time_zone)))

    def _colleague(self, contact: Contact) -> int:
        assert contact.owner_id
        if self.draw.maybe(AWAY):
            return self.draw.choice(self.crew.mates(contact.owner_id))
        return contact.owner_id

    def _book(self, contact: Contact) -> Any:
        assert contact.owner_id
        return book().get(self.crew.colleague(contact.owner_id).writes or "en", book()["en"])
