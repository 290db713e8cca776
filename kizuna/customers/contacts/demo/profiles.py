"""What the shop knows about a customer beyond the address: family, work, taste and the size of the front door."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from kizuna.customers.contacts.demo.draw import Draw

if TYPE_CHECKING:
    from kizuna.customers.contacts.demo.people import Person

INTERESTS = (
    "Sofas",
    "Dining",
    "Bedroom",
    "Home office",
    "Lighting",
    "Rugs",
    "Curtains",
    "Storage",
    "Children",
    "Garden",
)
INCOMES = {"low": 0.1, "lower_middle": 0.22, "middle": 0.36, "upper_middle": 0.22, "high": 0.1}
HOUSEHOLDS = {
    "single": (1, 1),
    "couple": (2, 2),
    "couple_children": (3, 5),
    "single_parent": (2, 3),
    "extended": (4, 7),
    "shared": (2, 4),
}
FREQUENCIES = {"monthly": 0.06, "quarterly": 0.26, "yearly": 0.4, "rarely": 0.28}


@cache
def _all() -> dict[str, Any]:
    return json.loads(resources.files(__package__).joinpath("data", "profiles.json").read_text(encoding="utf-8"))


def words(language: str) -> dict[str, Any]:
    """Jobs, hobbies and remarks in a language, in English where there are none."""
    return _all().get(language) or _all()["en"]


def for_gender(word: str, gender: str) -> str:
    """The half of "Directrice|Directeur" that fits; most words have only one form."""
    female, _bar, male = word.partition("|")
    return male if male and gender == "male" else female


def of(draw: Draw, person: Person, today: dt.date) -> dict[str, Any]:
    """A profile as it grows in a shop: something is always missing."""
    said = words(person.values["language"])
    family = draw.one_of({"single": 0.26, "couple": 0.28, "couple_children": 0.3, "single_parent": 0.05,
                          "extended": 0.08, "shared": 0.03})  # fmt: skip
    profile: dict[str, Any] = {
        "gender": draw.one_of({person.name.gender: 0.9, "not_stated": 0.06, "other": 0.04}),
        "family_structure": family,
        "household_size": draw.randint(*HOUSEHOLDS[family]),
        "interests": sorted(draw.sample(INTERESTS, draw.randint(1, 3))),
        "hobbies": draw.some_of(said["hobbies"], 3),
    }
    if draw.maybe(0.7):
        profile["birth_on"] = draw.day(dt.date(person.born, 1, 1), dt.date(person.born, 12, 31))
    for name, share in (("occupation", 0.6), ("lifestyle", 0.35), ("personality", 0.35), ("likes", 0.5),
                        ("dislikes", 0.3), ("sizes", 0.4), ("about", 0.25)):  # fmt: skip
        if draw.maybe(share):
            profile[name] = for_gender(draw.choice(said[name]), person.name.gender)
    if draw.maybe(0.35):
        profile["income_band"] = draw.one_of(INCOMES)
    if draw.maybe(0.4):
        profile["share_of_wallet"] = draw.randint(1, 18) * 5
        profile["purchase_frequency"] = draw.one_of(FREQUENCIES)
    return profile
