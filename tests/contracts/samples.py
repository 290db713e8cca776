"""A record of any resource, made from its fields alone; only nouns with rules of their own need a recipe here.

Among the nouns is a kind that an administrator made, with a field of each sort and relations in both directions: it is
walked like those of rooms.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count
from typing import Any

from django.utils import timezone

from kizuna.base.access.models import Grant
from kizuna.base.identity.models import User
from kizuna.base.identity.services import teams
from kizuna.base.identity.system import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Choice, Day, Relation
from kizuna.base.resources.resource import Resource
from kizuna.customers.contacts.models.choices import LANGUAGES

Recipe = Callable[[User | None, str], dict[str, Any]]


def _about_a_contact(owner: User | None, word: str) -> dict[str, Any]:
    return {"body": word, "contact": make(registry.get("contact"), owner, word).pk}


def _of_a_contact(owner: User | None, word: str) -> dict[str, Any]:
    return {"contact": make(registry.get("contact"), owner, word).pk}


def _between_two(owner: User | None, word: str) -> dict[str, Any]:
    first, second = (make(registry.get("contact"), owner, word).pk for _ in range(2))
    return {"from_contact": first, "to_contact": second, "kind": "friend"}


def _asked_to_a_meeting(owner: User | None, word: str) -> dict[str, Any]:
    meeting, guest = (make(registry.get(key), owner, word).pk for key in ("meeting", "contact"))
    return {"meeting": meeting, "contact": guest}


def _takes_part(owner: User | None, word: str) -> dict[str, Any]:
    rule = make(registry.get("assignmentrule"), owner, word).pk
    somebody = User.objects.create_user(f"member-{next(_NUMBERS)}@kizuna.example", name="Member")
    return {"rule": rule, "user": somebody.pk}


def _works_there(owner: User | None, word: str) -> dict[str, Any]:
    territory = make(registry.get("territory"), owner, word).pk
    somebody = User.objects.create_user(f"works-there-{next(_NUMBERS)}@kizuna.example", name="Member")
    return {"territory": territory, "user": somebody.pk}


def _numbered(owner: User | None, word: str) -> dict[str, Any]:
    """Another name each time: there is one of a name."""
    return {"name": f"{word} {next(_NUMBERS)}"}


def _staged(owner: User | None, word: str) -> dict[str, Any]:
    return _numbered(owner, word) | {"pipeline": make(registry.get("pipeline"), owner, word).pk}


def _shared(owner: User | None, word: str) -> dict[str, Any]:
    deal = make(registry.get("opportunity"), owner, word).pk
    somebody = User.objects.create_user(f"shares-{next(_NUMBERS)}@kizuna.example", name=word)
    return {"opportunity": deal, "person": somebody.pk, "percent": "30"}


MADE = "x_visit"
EACH_SORT: dict[str, tuple[dict[str, Any], Any]] = {
    "text": ({}, "Zimmer 12"),
    "long": ({}, "Zwei Sofas, ein Tisch."),
    "number": ({"places": 1}, "2.5"),
    "money": ({"currency": "EUR"}, {"amount": "1290", "currency": "EUR"}),
    "date": ({}, "2026-11-20"),
    "moment": ({}, "2026-11-20T06:30:00Z"),
    "choice": ({"choices": ["Planned", "Ordered"]}, "planned"),
    "choices": ({"choices": ["Garden", "Harbour"]}, ["garden"]),
    "boolean": ({}, True),
    "url": ({}, "https://aoba.example/"),
    "email": ({}, "yoko@aoba.example"),
    "phone": ({}, "+81 3-1234-5678"),
    "position": ({}, "Yokohama, Japan"),
    "formula": ({"expression": "number * 2"}, None),
}
"""kind of field -> its settings, and what a record has there."""


def make_kind() -> None:
    """Visits: made in the settings; they lead to contacts and to earlier visits, and tasks lead to them. Salespeople
    may do with them what they may with everything else."""
    records.add_custom_object(actor=SYSTEM, labels="Visit", plural_labels="Visits")
    for kind, (settings, _value) in EACH_SORT.items():
        _add_field(MADE, kind, kind, settings)
    _add_field(MADE, "relation", "contact", {"target": "contact"})
    _add_field(MADE, "relation", "earlier", {"target": MADE})
    _add_field("task", "relation", "visit", {"target": MADE})
    for given in Grant.objects.filter(role__code="salesperson", resource="*"):
        Grant.objects.create(role=given.role, resource=MADE, operation=given.operation, scope=given.scope)


def _add_field(to: str, kind: str, name: str, settings: dict[str, Any]) -> None:
    resource = registry.get(to)
    records.add_custom_field(actor=SYSTEM, resource=resource, kind=kind, labels=name, name=name, settings=settings)


def _visit(owner: User | None, word: str) -> dict[str, Any]:
    given = {kind: value for kind, (_settings, value) in EACH_SORT.items() if value is not None}
    return {"name": word, "contact": make(registry.get("contact"), owner, word).pk, **given}


def _priced(owner: User | None, word: str) -> dict[str, Any]:
    book, product = (make(registry.get(key), owner, word).pk for key in ("pricebook", "product"))
    return {"book": book, "product": product, "price": {"amount": "12", "currency": "EUR"}}


def _taxed(owner: User | None, word: str) -> dict[str, Any]:
    tax_class = make(registry.get("taxclass"), owner, word).pk
    return {"tax_class": tax_class, "country": "JP", "percent": "10", "since_on": _a_day(), "title": word}


def _quoted(owner: User | None, word: str) -> dict[str, Any]:
    return {"subject": word, "company": make(registry.get("company"), owner, word).pk, "currency": "JPY"}


def _quote_line(owner: User | None, word: str) -> dict[str, Any]:
    quote = make(registry.get("quote"), owner, word).pk
    return {"quote": quote, "words": word, "unit_price": {"amount": "12", "currency": "JPY"}}


def _deal_line(owner: User | None, word: str) -> dict[str, Any]:
    deal = make(registry.get("opportunity"), owner, word).pk
    return {"opportunity": deal, "words": word, "unit_price": EUROS}


def _said_of_a_quote(owner: User | None, word: str) -> dict[str, Any]:
    line = make(registry.get("quoteline"), owner, word)
    quote = line.quote
    type(quote).objects.filter(pk=quote.pk).update(sent_at=timezone.now(), status="sent")
    return {"quote": quote.pk, "text": word}


def _to_be_won(owner: User | None, word: str) -> dict[str, Any]:
    """Of a team: that of a person is owned by them. Of another year each time: there is one of a period."""
    team = teams.create_team(actor=SYSTEM, name=f"{word} {next(_NUMBERS)}")
    begins_on = f"{2000 + next(_NUMBERS) % 90}-10-01"
    return {"team": team.pk, "begins_on": begins_on, "amount": {"amount": "12", "currency": "JPY"}}


def _a_day() -> str:
    """Another one each time: there is one rate a day."""
    return (dt.date(2000, 1, 1) + dt.timedelta(days=next(_DAYS))).isoformat()


def _called_so(owner: User | None, word: str) -> dict[str, Any]:
    """In another language each time: a product has one name in each."""
    product = make(registry.get("product"), owner, word).pk
    return {"product": product, "language": LANGUAGES[next(_NUMBERS) % len(LANGUAGES)], "name": word}


_DAYS, _NUMBERS = count(), count()


def _ordered(owner: User | None, word: str) -> dict[str, Any]:
    """Where a line or a payment belongs."""
    return {"order": make(registry.get("order"), owner, word).pk}


EUROS = {"amount": "12", "currency": "EUR"}
RECIPES: dict[str, Recipe] = {
    "approvalrule": lambda owner, word: {"name": word, "above_percent": "10"},
    "assignmentmember": _takes_part,
    "attendee": _asked_to_a_meeting,
    "closereason": _numbered,
    "contact": lambda owner, word: {"family_name": word},
    "exchangerate": lambda owner, word: {"currency": "EUR", "into": "JPY", "rate": "163.2", "since_on": _a_day()},
    "interaction": _about_a_contact,
    "lead": lambda owner, word: {"family_name": word},
    "note": _about_a_contact,
    "opportunityline": _deal_line,
    "opportunitysplit": _shared,
    "order": lambda owner, word: {
        "channel": make(registry.get("saleschannel"), owner, word).pk,
        "external_id": f"{word} {next(_NUMBERS)}",
    },
    "orderline": lambda owner, word: _ordered(owner, word) | {"words": word, "unit_price": EUROS},
    "payment": lambda owner, word: _ordered(owner, word) | {"kind": "payment", "amount": EUROS},
    "pipeline": _numbered,
    "price": _priced,
    "productname": _called_so,
    "quota": _to_be_won,
    "quote": _quoted,
    "quoteline": _quote_line,
    "quotemessage": _said_of_a_quote,
    "preference": lambda owner, word: (
        _of_a_contact(owner, word) | {"kind": "brand", "words": f"{word} {next(_NUMBERS)}"}
    ),
    "relationship": _between_two,
    "sequence": lambda owner, word: _numbered(owner, word) | {"purpose": make(registry.get("purpose"), owner, word).pk},
    "stage": _staged,
    "saleschannel": lambda owner, word: {"name": word, "code": f"shop-{next(_NUMBERS)}", "currency": "EUR"},
    "taxrate": _taxed,
    "territorymember": _works_there,
    MADE: _visit,
}


def make(resource: Resource, owner: User | None, word: str) -> Record:
    """A stored record owned by `owner`, with `word` in its name."""
    recipe = RECIPES.get(resource.key)
    values = recipe(owner, word) if recipe else _plain(resource, owner, word)
    return records.create(actor=SYSTEM, resource=resource, values=values | {"owner": owner.pk if owner else None})


def _plain(resource: Resource, owner: User | None, word: str) -> dict[str, Any]:
    """A value for the title and for every field that is needed."""
    values: dict[str, Any] = {}
    for name, field in resource.writable_fields(SYSTEM).items():
        if isinstance(field, Relation) and field.required:
            values[name] = make(field.target, owner, word).pk
        elif isinstance(field, Choice) and field.required:
            values[name] = field.choices[0][0]
        elif isinstance(field, Day) and field.required:
            values[name] = "2026-11-20"
        elif name == resource.title or field.required:
            values[name] = word
    return values


def all_nouns() -> list[str]:
    """The keys of every kind of record that people create: those of rooms to come are walked without another line."""
    return sorted([MADE, *(one.key for one in registry.declared() if "create" in one.operations)])
