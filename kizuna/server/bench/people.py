"""People for the search for duplicates: drawn one by one, and three in a hundred of them entered a second time.

Who is there twice is known, so that what a search finds can be judged. FEBRL's people, if their file is at hand, are
those of the literature: P. Christen, A. Pudjijono: Accurate Synthetic Generation of Realistic Personal Information,
PAKDD 2009.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from kizuna.customers.contacts.demo.draw import Draw, table
from kizuna.customers.contacts.demo.romaji import romanise
from kizuna.customers.contacts.models import Contact

Pair = tuple[int, int]
Values = dict[str, Any]
TWICE = 0.03
BORN = dt.date(1935, 1, 1), dt.date(2007, 12, 31)


def drawn(count: int, seed: str = "people") -> Iterator[tuple[int, Contact]]:
    """(number of the person, contact), as many contacts as were asked for; a twin comes right after the first."""
    draw, made, person = Draw(seed), 0, 0
    while made < count:
        person += 1
        values = _person(draw, person)
        yield person, _settled(values)
        made += 1
        if made < count and draw.maybe(TWICE):
            yield person, _settled(_again(draw, values, person))
            made += 1


def _settled(values: Values) -> Contact:
    contact = Contact(**values)
    contact.normalise()
    return contact


def _person(draw: Draw, number: int) -> Values:
    values = _japanese(draw) if draw.maybe(0.5) else _european(draw)
    if draw.maybe(0.7):
        values["emails"] = [f"person{number}@mail{number % 900}.example"]
    if draw.maybe(0.5):
        values["phones"] = [f"+8190{number % 100_000_000:08}"]
    if draw.maybe(0.6):
        values["birth_on"] = draw.day(*BORN)
    return values


def _japanese(draw: Draw) -> Values:
    family, given, place = (draw.row(table(name)) for name in ("ja_family", "ja_given", "ja_places"))
    line = f"{place['town']}{draw.randint(1, 9)}-{draw.randint(1, 40)}-{draw.randint(1, 30)}"
    address = {
        "line1": line, "city": place["city"], "region": place["region"],
        "postal_code": f"{place['postal_code'][:4]}{draw.randint(0, 9999):04}", "country": "JP",
    }  # fmt: skip
    return {
        "family_name": family["name"], "given_name": given["name"], "family_reading": family["reading"],
        "given_reading": given["reading"], "culture": "ja", "addresses": [address],
    }  # fmt: skip


def _european(draw: Draw) -> Values:
    names = table("european_names").rows
    given = draw.choice([row for row in names if row["kind"] in ("female", "male")])
    family = draw.choice([row for row in names if row["kind"] == "family" and row["culture"] == given["culture"]])
    street = draw.choice(draw.choice(table("streets").rows)["names"].split("|"))
    place = draw.row(table("european_places"))
    address = {
        "line1": f"{street} {draw.randint(1, 180)}", "city": place["city"], "country": place["country"],
        "postal_code": f"{place['postal_code'][:2]}{draw.randint(0, 999):03}",
    }  # fmt: skip
    return {
        "family_name": draw.choice(family["names"].split("|")), "given_name": draw.choice(given["names"].split("|")),
        "addresses": [address],
    }  # fmt: skip


def _again(draw: Draw, first: Values, number: int) -> Values:
    """The same person as somebody else enters them: written otherwise, and some of it not known."""
    values = dict(first)
    if "family_reading" in values and draw.maybe(0.4):
        family, given = (romanise(values.pop(name)).title() for name in ("family_reading", "given_reading"))
        values |= {"family_name": family, "given_name": given, "culture": ""}
    elif draw.maybe(0.3):
        values["family_name"], values["given_name"] = values["given_name"], values["family_name"]
    if values["given_name"].isascii() and len(values["given_name"]) > 4 and draw.maybe(0.3):
        at = draw.randrange(1, len(values["given_name"]) - 1)
        values["given_name"] = values["given_name"][:at] + values["given_name"][at + 1 :]
    known = [name for name in ("emails", "phones", "birth_on", "addresses") if name in values]
    if len(known) > 2:
        values.pop(draw.choice(known))
    if "emails" in values and draw.maybe(0.2):
        values["emails"] = [f"person{number}+shop@mail{number % 900}.example"]
    return values


def of_febrl(path: Path) -> Iterator[tuple[int, Contact]]:
    """The rows of a file of FEBRL, without the social security number; dates that do not exist are left out."""
    with path.open(newline="") as source:
        for row in csv.DictReader(source, skipinitialspace=True):
            told = {name: (value or "").strip() for name, value in row.items()}
            lines = " ".join(filter(None, (told["address_1"], told["street_number"])))
            address = {
                "line1": lines, "line2": told["address_2"], "city": told["suburb"], "region": told["state"],
                "postal_code": told["postcode"], "country": "AU",
            }  # fmt: skip
            contact = Contact(
                family_name=told["surname"],
                given_name=told["given_name"] or ("" if told["surname"] else "?"),
                birth_on=_day(told["date_of_birth"]),
                addresses=[address],
            )
            contact.normalise()
            yield int(told["rec_id"].split("-")[1]), contact


def _day(written: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(written, "%Y%m%d").date()
    except ValueError:
        return None


def truth(people: dict[int, int]) -> set[Pair]:
    """Every two contacts that are one person; `people` are the persons by the ids of contacts."""
    contacts: dict[int, list[int]] = defaultdict(list)
    for pk, person in people.items():
        contacts[person].append(pk)
    return {pair for ids in contacts.values() for pair in combinations(sorted(ids), 2)}
