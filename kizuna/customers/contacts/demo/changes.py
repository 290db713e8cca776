"""How customers came further: stages reached, hands changed, numbers corrected, tags given; with who and when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kizuna.base.records import services as records
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.past import Past, moment
from kizuna.customers.contacts.demo.people import Person
from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.contacts.models import Contact

WAY = ("subscriber", "lead", "prospect", "customer", "regular")
CORRECTED = 30
HANDED_OVER = 20
EMPLOYED = {"ja": "会社員", "ko": "회사원", "de": "angestellt", "fr": "en poste"}


def first_stage(person: Person) -> str:
    """Where somebody began, if their way is told: some of the customers who did not come with the old list."""
    stage = person.values["stage"]
    told = not person.imported and stage in ("customer", "regular") and hash_of(person) % 7 == 0
    return "lead" if told else stage


def hash_of(person: Person) -> int:
    """A number that stays the same from run to run."""
    return sum(f"{person.name.family}{person.name.given}{person.born}".encode())


def tell(
    past: Past, crew: Crew, draw: Draw, people: list[Person], contacts: dict[int, Contact], today: dt.date
) -> None:
    """Write the changes, oldest first."""
    planned: list[tuple[dt.datetime, Person, dict[str, Any]]] = []
    for person in people:
        if first_stage(person) != person.values["stage"]:
            planned += _reached(past, draw, person, today)
    by_id = {person.id: person for person in people}
    settled = [one for one in by_id.values() if (today - one.came_on).days > 60 and not one.firm]
    for person in draw.sample(settled, CORRECTED):
        planned.append((_later(past, draw, person, today), person, _correction(draw, person)))
    for person in draw.sample([one for one in settled if one.market == "yokohama"], HANDED_OVER):
        other = next(user for _one, user in crew.in_market("yokohama") if user.pk != person.owner_id)
        planned.append((_later(past, draw, person, today), person, {"owner": other.pk}))
    planned.sort(key=lambda change: change[0])
    boss = crew.named("Mika Tanabe")
    for at, person, change in planned:
        by = crew.users[person.owner_id]
        if "owner" in change:
            by, person.owner_id = crew.named("Yui Morita"), change["owner"]
        past.change(contacts[person.id], change, by=by, at=at)
    _invite(past, boss, people, today)


def _reached(
    past: Past, draw: Draw, person: Person, today: dt.date
) -> list[tuple[dt.datetime, Person, dict[str, Any]]]:
    """The stages between lead and where the person is now."""
    found = []
    at = past.created_at("contact", person.id)
    limit = dt.datetime.combine(today, dt.time(0, 20), dt.UTC)
    for stage in WAY[WAY.index("lead") + 1 : WAY.index(person.values["stage"]) + 1]:
        at = min(at + dt.timedelta(days=draw.randint(4, 45), minutes=draw.randint(0, 300)), limit)
        found.append((at, person, {"stage": stage}))
    return found


def _later(past: Past, draw: Draw, person: Person, today: dt.date) -> dt.datetime:
    came = past.created_at("contact", person.id).date()
    return moment(draw, draw.day(came + dt.timedelta(days=7), today - dt.timedelta(days=1)), "Asia/Tokyo")


def _correction(draw: Draw, person: Person) -> dict[str, Any]:
    choices: list[dict[str, Any]] = [{"tags": [*person.values.get("tags", []), "VIP"]}]
    if not person.values.get("occupation"):
        choices.append({"occupation": EMPLOYED.get(person.name.culture, "employed")})
    if person.values.get("preferred_channel") != "email" and "emails" in person.values:
        choices.append({"preferred_channel": "email"})
    return draw.choice(choices)


def _invite(past: Past, boss: Any, people: list[Person], today: dt.date) -> None:
    """One change of many at once: everybody in the Interior club gets the tag of this autumn's evening."""
    members = [one.id for one in people if "Interior club" in one.values.get("tags", []) and one.market == "yokohama"]
    at = dt.datetime.combine(today - dt.timedelta(days=17), dt.time(6, 12), dt.UTC)
    before = [one for one in members if past.created_at("contact", one) < at]
    chosen = Contact.objects.filter(pk__in=before[:40])
    records.update_many(actor=boss, queryset=chosen, changes={"tags": {"add": ["Autumn evening"]}})
    for contact in chosen:
        past.happened(contact, at)
