"""Households and relationships: who lives with whom, who decides, who sent us whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from kizuna.customers.contacts.demo.companies import Firm
from kizuna.customers.contacts.demo.draw import Draw, rows_where
from kizuna.customers.contacts.demo.people import Person, Plan

FAMILIES = {"yokohama": 46, "fukuoka": 30, "sapporo": 20, "web": 24, "korea": 18, "europe": 20}


@dataclass
class Home:
    """A household of the plan: the people in it, grown-ups first."""

    name: str
    market: str
    members: list[Person]
    grown_ups: int
    id: int = 0


def households(plan: Plan, people: list[Person]) -> list[Home]:
    """Families around customers we have already; the others of the family become customers too."""
    found = []
    for market, count in FAMILIES.items():
        heads = [
            one
            for one in people
            if one.market == market and one.place and "addresses" in one.values and one.born < 1992
        ]
        for head in plan.draw.sample(heads, count):
            home = _family(plan, head)
            people += home.members[1:]
            found.append(home)
    return found


def _family(plan: Plan, head: Person) -> Home:
    draw = plan.draw
    members, grown_ups = [head], 1
    if draw.maybe(0.9):
        members.append(
            _relative(plan, head, head.born + draw.randint(-4, 4), "male" if head.name.gender == "female" else "female")
        )
        grown_ups = 2
    for _child in range(draw.choice((0, 0, 1, 1, 2))):
        born = head.born + draw.randint(22, 34)
        if born <= plan.today.year - 18:
            members.append(_relative(plan, head, born, ""))
    language = head.name.culture
    title = {"ja": f"{head.name.family}家", "ko": f"{head.name.family}{head.name.given}님 댁"}.get(
        language, f"Family {head.name.family}"
    )
    return Home(title, head.market, members, grown_ups)


def _relative(plan: Plan, head: Person, born: int, gender: str) -> Person:
    family = {"name": head.name.family, "reading": head.name.family_reading}
    if head.name.culture == "ko" and gender:
        family = plan.draw.row(rows_where("ko_family", "weight", "2"))
    person = plan.relative(head, born, gender, family)
    person.came_on = max(head.came_on, plan.draw.day(head.came_on, plan.today))
    person.imported = head.imported and person.came_on == head.came_on
    return person


Tie = tuple[Person, str, Person | Firm, dict[str, Any]]


def ties(draw: Draw, homes: list[Home], people: list[Person], firms: list[Firm], today: dt.date) -> list[Tie]:
    """(person, kind, other end, further values) of every relationship; no pair twice."""
    found = [*_at_home(homes), *_at_work(draw, people, firms, today), *_recommended(draw, people)]
    seen: set[tuple[int, str, int]] = set()
    unique = []
    for tie in found:
        key = (id(tie[0]), tie[1], id(tie[2]))
        if key not in seen and tie[0] is not tie[2]:
            seen.add(key)
            unique.append(tie)
    return unique


def _at_home(homes: list[Home]) -> list[Tie]:
    found: list[Tie] = []
    for home in homes:
        grown_ups, children = home.members[: home.grown_ups], home.members[home.grown_ups :]
        if len(grown_ups) == 2:
            found.append((grown_ups[0], "spouse", grown_ups[1], {}))
        for child in children:
            found += [(parent, "parent", child, {"roles": ["buyer"]}) for parent in grown_ups]
        if len(children) == 2:
            found.append((children[0], "sibling", children[1], {}))
    return found


def _at_work(draw: Draw, people: list[Person], firms: list[Firm], today: dt.date) -> list[Tie]:
    found: list[Tie] = []
    by_firm: dict[int, list[Person]] = {}
    for person in people:
        if person.firm:
            by_firm.setdefault(id(person.firm), []).append(person)
    designers = [one for one in people if one.firm and one.firm.values["industry"] == "design" and one.role == "lead"]
    for firm in firms:
        staff = by_firm.get(id(firm), [])
        leads = [one for one in staff if one.role == "lead"]
        others = [one for one in staff if one.role != "lead"]
        if leads and draw.maybe(0.5):
            found.append((leads[0], "decision_maker", firm, {"roles": ["purchaser"], "since_on": firm.made_on}))
        if leads and others:
            found += [(leads[0], "manager", one, {}) for one in others if draw.maybe(0.3)]
        near = [one for one in designers if one.firm and one.firm.language == firm.language]
        if firm.values["industry"] == "hospitality" and near and draw.maybe(0.3):
            found.append((draw.choice(near), "adviser", firm, {"roles": [draw.choice(("client", "beneficiary"))]}))
        if others and draw.maybe(0.12):
            last = today - dt.timedelta(days=draw.randint(20, 200))
            began = last - dt.timedelta(days=draw.randint(300, 2500))
            former = draw.choice([other for other in firms if other.language == firm.language])
            found.append((others[-1], "employee", former, {"since_on": began, "until_on": last}))
    return found


def _recommended(draw: Draw, people: list[Person]) -> list[Tie]:
    private = [one for one in people if not one.firm and one.values.get("stage") in ("customer", "regular")]
    referred = [one for one in people if not one.firm and one.values.get("source") == "referral"]
    found: list[Tie] = []
    for one in draw.sample(referred, min(90, len(referred))):
        near = [other for other in private if other.market == one.market and other.came_on <= one.came_on]
        if near:
            kind = draw.one_of({"referrer": 0.6, "friend": 0.3, "neighbour": 0.1})
            found.append((draw.choice(near), kind, one, {}))
    return found
