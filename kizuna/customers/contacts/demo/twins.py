"""People who are there twice: a pair that was merged a while ago, and pairs that nobody has noticed yet; and two who
live together, of whom nobody has said so."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kizuna.base.events import acting
from kizuna.base.merging import services as merging
from kizuna.base.merging.models import Merge
from kizuna.base.resources import registry
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.past import Entry, Past, moment
from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.contacts.models import Contact

MERGED = (
    {
        "family_name": "Lindqvist", "given_name": "Astrid", "culture": "sv", "emails": ["astrid@lindqvist.example"],
        "tags": ["Newsletter"], "stage": "customer",
    },
    {
        "family_name": "Lindqvist", "given_name": "Astrid M.", "culture": "sv",
        "emails": ["a.lindqvist@fjordhus.example"], "job_title": "Inredare", "tags": ["Trade"], "stage": "lead",
    },
)  # fmt: skip
UNNOTICED = (
    {"family_name": "小林", "given_name": "美咲", "family_reading": "こばやし", "given_reading": "みさき",
     "culture": "ja", "emails": ["misaki.kobayashi@mizuumi.example"], "tags": ["Curtains"], "stage": "customer"},
    {"family_name": "Kobayashi", "given_name": "Misaki", "culture": "ja",
     "emails": ["misaki.kobayashi@mizuumi.example"], "about": "Asked about blinds at the Yokohama shop."},
)  # fmt: skip
AT_HOME: list[dict[str, str]] = [
    {"label": "home", "country": "DE", "postal_code": "53111", "city": "Bonn", "line1": "Gartenweg 14"}
]
TOGETHER: tuple[dict[str, Any], ...] = (
    {"family_name": "Brandis", "given_name": "Katrin", "culture": "de", "emails": ["katrin@brandis.example"],
     "addresses": AT_HOME, "stage": "customer"},
    {"family_name": "Brandis", "given_name": "Holger", "culture": "de", "emails": ["holger@brandis.example"],
     "addresses": AT_HOME, "stage": "lead"},
)  # fmt: skip
DAYS = (240, 60)
MERGED_DAYS = 9


def bring(crew: Crew, today: dt.date) -> None:
    """Enter them by the people who did not find them; Mika merged one pair."""
    past, draw = Past(), Draw("hinata twins")
    owner, boss = crew.in_market("europe")[0][1], crew.named("Mika Tanabe")
    entries = []
    for pair in (MERGED, UNNOTICED, TOGETHER):
        for values, days in zip(pair, DAYS, strict=True):
            at = moment(draw, today - dt.timedelta(days=days), owner.time_zone)
            entries.append(Entry(Contact(owner_id=owner.pk, **values), owner, at))
    past.enter("contact", entries)
    _merge(
        past, boss, entries[0].record, entries[1].record, moment(draw, today - dt.timedelta(days=MERGED_DAYS), "UTC")
    )
    past.tell()


def _merge(past: Past, actor: Any, survivor: Any, other: Any, at: dt.datetime) -> None:
    with acting(actor, via="web"):
        made = merging.merge_records(actor=actor, resource=registry.get("contact"), survivor=survivor, others=[other])
    assert isinstance(made, Merge)
    past.happened(survivor, at)
    Merge.objects.filter(pk=made.pk).update(merged_at=at)
