"""What is measured: requests as people and programs send them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.utils import timezone

from kizuna.base.events.models import EventRow, Subject
from kizuna.base.identity.models import User
from kizuna.base.identity.services import tokens, users
from kizuna.base.identity.system import SYSTEM
from kizuna.base.records import bulk
from kizuna.base.records.events import RecordsUpdated
from kizuna.base.resources.table import Cursor
from kizuna.customers.contacts.models import Company, Contact
from kizuna.server.bench import custom, touches
from kizuna.server.bench.client import Make, Request

ADMINISTRATOR = "bench@bench.example"
SECRET = "k" * 32  # of the CSRF cookie, which a browser would have been given
CHANGES = 5000
"""Of the record whose history is looked at."""
YOKOHAMA = {"lat": 35.4437, "lon": 139.638, "km": 20}
WRITABLE = 5000
"""Contacts that the form is tried on, each in turn."""


@dataclass(frozen=True)
class Scenario:
    """`goal` names the aim it is held against: "page" (ratio to the floor), "search" (ms), "create" (per second)."""

    name: str
    make: Make
    goal: str = ""


def when_asked(prepare: Callable[..., Make]) -> Callable[..., Make]:
    """What a scenario needs in the database is made for its first request, and so only where it is measured."""

    @wraps(prepare)
    def later(*given: Any, **told: Any) -> Make:
        prepared = cache(lambda: prepare(*given, **told))
        return lambda number: prepared()(number)

    return later


def administrator() -> User:
    """Who measures; made when there is nobody of that name."""
    found = User.objects.filter(email=ADMINISTRATOR).first()
    return found or users.create_user(actor=SYSTEM, email=ADMINISTRATOR, name="Bench", is_admin=True)


class World:
    """People who ask, and the records that they ask about, of the database that this process is connected to."""

    def __init__(self) -> None:
        self.administrator = administrator()
        self.salesperson = User.objects.filter(roles__code="salesperson", team__isnull=False).order_by("pk")[0]
        self.token = tokens.issue_token(actor=SYSTEM, user=self.administrator, name="Bench")[1]
        live = Contact.objects.live().order_by("sort_key", "pk")
        self.count = live.count()
        self.middle = live.only("sort_key")[self.count // 2]
        self.big_company = Company.objects.order_by("pk")[0]
        self.contact = Contact.objects.filter(company=self.big_company).order_by("pk")[0]
        last = Contact.objects.order_by("-pk")[0].pk
        chosen = Contact.objects.filter(pk__gte=max(1, last // 2)).order_by("pk")
        self.editable = list(chosen.values_list("pk", "version")[:WRITABLE])
        self.run = self.token[-6:]

    def page(self, path: str, user: User | None = None) -> Make:
        headers = self._signed_in(user or self.administrator)
        return lambda number: Request(path, headers=headers)

    def list(self, user: User | None = None, **asked: str) -> Make:
        return self.page(f"/contacts?{urlencode(asked)}" if asked else "/contacts", user)

    def filtered(self, field: str, op: str, value: Any) -> Make:
        return self.list(filter=json.dumps({"all": [{"field": field, "op": op, "value": value}]}))

    @when_asked
    def by_custom_field(self) -> Make:
        """Half of all contacts, by the values of a field that an administrator added."""
        name = custom.scored()
        half = {"all": [{"field": name, "op": "gte", "value": custom.VALUES // 2}]}
        return self.list(filter=json.dumps(half), sort=f"-{name}")

    @when_asked
    def queues(self, path: str = "/contacts") -> Make:
        """A board of the one contact in twenty that stands in one of ten queues."""
        name = custom.queued()
        filled = json.dumps({"all": [{"field": name, "op": "is_not_empty"}]})
        return self.page(f"{path}?{urlencode({'mode': 'board', 'by': name, 'filter': filled})}")

    def places(self, box: str, zoom: int, user: User | None = None) -> Make:
        """What lies in a part of the map: one in ten of all contacts is on it."""
        return self.page(f"/contacts/map/places?{urlencode({'mode': 'map', 'box': box, 'zoom': zoom})}", user)

    def palette(self, typed: str, user: User | None = None) -> Make:
        return self.page(f"/palette?{urlencode({'q': typed})}", user)

    def deep(self) -> Make:
        """The page that one arrives at after half of all pages."""
        cursor = Cursor(self.middle.sort_key, self.middle.pk, False, self.count // 2)
        return self.list(cursor=cursor.encode())

    def saving(self) -> Make:
        """A field edited in place and saved, on another contact every time."""
        headers = self._signed_in(self.administrator) | {"Content-Type": "application/x-www-form-urlencoded"}
        headers |= {"X-CSRFToken": SECRET, "HX-Request": "true"}
        rows = iter(self.editable)

        def make(number: int) -> Request:
            pk, version = next(rows)
            body = urlencode({"job_title": f"Tried {self.run} {number}", "version": version})
            return Request(f"/contacts/{pk}/fields/job_title", "POST", headers, body)

        return make

    @when_asked
    def much_changed(self) -> Make:
        """The history of a contact that was changed five thousand times."""
        contact = self.contact
        told = Subject.objects.filter(resource="contact", record_id=contact.pk)
        missing = CHANGES - told.count()
        if missing > 0:
            who = self.administrator.pk
            data = {"resource": "contact", "ids": [contact.pk], "fields": ["job_title"]}
            events = [
                EventRow(name=RecordsUpdated.event_name, data=data, actor_id=who, via="web") for _n in range(missing)
            ]
            bulk.insert(EventRow, events)
            columns: list[list[Any]] = [[event.pk for event in events], ["contact"] * missing, [contact.pk] * missing]
            steps = [f'{{"job_title": ["Step {number}", "Step {number + 1}"]}}' for number in range(missing)]
            bulk.insert_columns(Subject, ("event_id", "resource", "record_id", "changes"), [*columns, steps])
        return self.page(f"/contacts/{contact.pk}/history")

    @when_asked
    def much_touched(self, *, of_company: bool = False, user: User | None = None, **asked: str) -> Make:
        """The page of a customer with a hundred thousand interactions, or what was asked of their timeline."""
        staff = list(User.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)[:11])
        contact = touches.much_touched(staff)
        path = f"/companies/{contact.company_id}" if of_company else f"/contacts/{contact.pk}"
        return self.page(f"{path}/timeline?{urlencode(asked)}" if asked else path, user)

    def create(self) -> Make:
        headers = self.bearer() | {"Content-Type": "application/json"}

        def make(number: int) -> Request:
            email = {"value": f"bench{number}.{self.run}@bench.example", "label": "work"}
            body = {"family_name": "Bench", "given_name": f"Number {number}", "emails": [email], "tags": ["bench"]}
            return Request("/api/v1/contacts", "POST", headers, json.dumps(body), expected=(201,))

        return make

    def read(self) -> Make:
        headers = self.bearer()
        return lambda number: Request("/api/v1/contacts?limit=50", headers=headers)

    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _signed_in(self, user: User) -> dict[str, str]:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: SECRET}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


def two_years_ago() -> str:
    return (timezone.localdate() - dt.timedelta(days=730)).isoformat()


def floor(number: int) -> Request:
    return Request("/bench/floor")


def scenarios(world: World) -> list[Scenario]:
    """Everything that is measured, in the order of the report."""
    sales = world.salesperson
    listed: dict[str, Make] = {
        "List, first page": world.list(),
        "List, a page in the middle": world.deep(),
        "List, newest first": world.list(sort="-updated_at"),
        "List, stage is customer": world.filtered("stage", "is", "customer"),
        "List, my own": world.list(sales, view="mine"),
        "List, one tag": world.filtered("tags", "has_any", ["VIP"]),
        "List, team scope": world.list(sales),
        "List, team scope, newest first": world.list(sales, sort="-updated_at"),
        "Record page, contact": world.page(f"/contacts/{world.contact.pk}"),
        "Record page, company with 1 % of all contacts": world.page(f"/companies/{world.big_company.pk}"),
        "Record page, contact with 100,000 interactions": world.much_touched(),
        "Record page, company with 100,000 interactions": world.much_touched(of_company=True),
    }
    searches = {f"Search while typing “{typed}”": world.palette(typed) for typed in ("ya", "yam", "田中")}
    searches["Search while typing “yam”, team scope"] = world.palette("yam", sales)
    return [
        *(Scenario(name, make, "page") for name, make in listed.items()),
        *(Scenario(name, make) for name, make in _others(world).items()),
        *(Scenario(name, make, "search") for name, make in searches.items()),
        Scenario("Form save, one field", world.saving()),
        Scenario("API list of 50", world.read()),
        Scenario("API create", world.create(), "create"),
    ]


def _others(world: World) -> dict[str, Make]:
    """What is looked at without an aim of its own."""
    sales = world.salesperson
    return {
        "Home page": world.page("/", sales),
        "List, name contains “ann”": world.filtered("name", "contains", "ann"),
        "List, name contains “田中”": world.filtered("name", "contains", "田中"),
        "List, name contains “qqzzx” (nobody)": world.filtered("name", "contains", "qqzzx"),
        "Count of the list, after the page": world.page("/contacts/count"),
        "Map, the page": world.list(mode="map"),
        "Map of 100,000 points, the world": world.places("-85.06,-180,85.06,180", 2),
        "Map of 100,000 points, Yokohama": world.places("35.3,139.35,35.6,139.95", 11),
        "Map of 100,000 points, the world, team scope": world.places("-85.06,-180,85.06,180", 2, sales),
        "List, within 20 km of Yokohama": world.filtered("position", "within", YOKOHAMA),
        "List, filtered and sorted by a custom field": world.by_custom_field(),
        "Board of all contacts by stage": world.list(mode="board", by="stage"),
        "Board of 50,000 contacts in ten columns": world.queues(),
        "Heads of that board, after the page": world.queues("/contacts/board/heads"),
        f"History of a contact with {CHANGES:,} changes": world.much_changed(),
        "Timeline of 100,000 interactions, calls from us": world.much_touched(channel="phone", direction="out"),
        "Timeline of 100,000 interactions, of two years ago": world.much_touched(until=two_years_ago()),
        "Heads of the board, after the page": world.page("/contacts/board/heads?mode=board&by=stage"),
    }
