"""The sample company's leads: who asked in the last six weeks, who answered in time and who did not, and by which rules
they are given to people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.assignment.services import assign
from kizuna.base.hours import queries as hours
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types import wall
from kizuna.customers.catalog.models import Product
from kizuna.customers.consent.models import Purpose, Source
from kizuna.customers.contacts.demo import names
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.models.channels import OUT
from kizuna.customers.leads import services
from kizuna.customers.leads.demo import words
from kizuna.customers.leads.models import Lead, LeadTouch, Status, UnfitReason
from kizuna.customers.leads.services import Said, capture_lead
from kizuna.customers.leads.services.telling import tell_timeline

MANY, DAYS, KNOWN = 68, 42, 6
HOLIDAYS = (
    "2026-11-03 文化の日",
    "2026-11-23 勤労感謝の日",
    "2027-01-01 元日",
    "2027-01-11 成人の日",
    "2027-02-11 建国記念の日",
)
WHY_NOT = (UnfitReason.NO_BUDGET, UnfitReason.NOT_NOW, UnfitReason.UNREACHABLE, UnfitReason.RIVAL)
OFFICE = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "9:30-12:00, 13:00-18:30")


@transaction.atomic
def load(actor: Any, today: dt.date | None = None) -> None:
    """Set the hours and the rules, take in six weeks of enquiries, and let people work on them."""
    Enquiries(actor, today or timezone.localdate()).come_in()


class Enquiries:
    def __init__(self, actor: Any, today: dt.date) -> None:
        self.actor, self.today = actor, today
        self.draw = Draw("hinata leads")
        self.crew = Crew.stored()
        self.marketing = Purpose.objects.get(code="marketing")
        self.products = list(Product.objects.live().order_by("code")[:12])

    def come_in(self) -> None:
        self._set_hours()
        self._set_rules()
        moments = sorted(self._moment() for _number in range(MANY + KNOWN))
        people = [self._somebody() for _number in range(MANY)] + list(self._known())
        self.draw.shuffle(people)
        for when, values in zip(moments, people, strict=False):
            self._ask(values, when)
        self._wait_in_queue()
        assign(
            resource="lead",
            ids=list(Lead.objects.filter(owner=None).order_by("captured_at").values_list("pk", flat=True)),
        )
        self._work()
        services.warn_of_due()
        services.note_overdue()

    def _wait_in_queue(self) -> None:
        """Homes in Europe fit no rule: somebody there takes them from the queue."""
        for number, language in enumerate(("de", "en", "fr", "de")):
            values = self._somebody(language) | {"company_name": "", "domain": ""}
            day = self.today - dt.timedelta(days=number // 2 + 1)
            self._ask(values, wall.instant(day, dt.time(19, 12 * number), "Asia/Tokyo"))

    def _made(self, key: str, **values: Any) -> Any:
        return records.create(actor=self.actor, resource=registry.get(key), values={"owner": None} | values)

    def _set_hours(self) -> None:
        self._made(
            "businesshours", name="Hinata Living", zone="Asia/Tokyo", is_default=True, saturday="10:00-18:00",
            holidays="\n".join(HOLIDAYS), **OFFICE,
        )  # fmt: skip

    def _set_rules(self) -> None:
        korea = self._made("assignmentrule", name="Korea", kind="lead", position=1, way="round_robin", keeps_owner=True,
                           condition={"field": "language", "op": "is", "value": "ko"})  # fmt: skip
        firms = self._made("assignmentrule", name="Hotels, offices and cafés", kind="lead", position=2,
                           way="least_loaded", keeps_owner=True,
                           condition={"field": "company_name", "op": "is_not_empty"})  # fmt: skip
        homes = self._made("assignmentrule", name="Homes in Japan", kind="lead", position=3, way="weighted",
                           keeps_owner=True, condition={"field": "language", "op": "is", "value": "ja"})  # fmt: skip
        self._member(korea, "Jiwoo Han", 1)
        self._member(korea, "Sora Yoon", 2)
        self._member(firms, "Kenta Ogawa", 1)
        self._member(firms, "Haruto Ishii", 2)
        self._member(homes, "Sho Kawabata", 1, weight=2)
        self._member(homes, "Aoi Sakamoto", 2)
        self._away("Sho Kawabata", 10, 16, "冬休み")
        self._away("Sora Yoon", -2, 1, "교육")
        self._away("Jonas Weber", 3, 12, "Urlaub")

    def _member(self, rule: Any, name: str, position: int, **more: Any) -> None:
        user = self.crew.named(name)
        self._made("assignmentmember", rule=rule.pk, user=user.pk, position=position, most=40, **more)

    def _away(self, name: str, since: int, until: int, note: str) -> None:
        first, last = (self.today + dt.timedelta(days=days) for days in (since, until))
        self._made("absence", owner=self.crew.named(name).pk, since_on=first, until_on=last, note=note)

    def _moment(self) -> dt.datetime:
        """More of them lately; people write in the evening, too."""
        day = self.today - dt.timedelta(days=int(DAYS * self.draw.random() ** 1.6) + 1)
        return wall.instant(day, dt.time(self.draw.randint(8, 22), self.draw.randint(0, 59)), "Asia/Tokyo")

    def _somebody(self, language: str = "") -> dict[str, Any]:
        language = language or self.draw.one_of({"ja": 0.6, "ko": 0.16, "de": 0.11, "fr": 0.07, "en": 0.06})
        born = self.draw.randint(1958, 2001)
        make = {"ja": names.japanese, "ko": names.korean}.get(language)
        name = make(self.draw, born) if make else names.european(self.draw, language)
        values: dict[str, Any] = name.values() | {"language": language}
        city, country = words.CITIES[language]
        values |= {"city": city, "country": country}
        if self.draw.maybe(0.35):
            firm, domain, message = self.draw.choice(words.FIRMS[language])
            values |= {"company_name": firm, "domain": domain, "message": message}
            values["emails"] = [f"{name.latin[0]}@{domain}"]
        else:
            values["message"] = self.draw.choice(words.ASKED[language]) if self.draw.maybe(0.8) else ""
            number = self.draw.randint(2, 99)
            values["emails"] = [f"{name.latin[1]}.{name.latin[0]}{number}@mail.example".replace(" ", "")]
        if self.draw.maybe(0.3) and self.products:
            values["product"] = self.draw.choice(self.products).pk
        return values

    def _known(self) -> list[dict[str, Any]]:
        """Customers who ask for more."""
        people = Contact.objects.live().exclude(email="").exclude(owner=None).order_by("pk")[20 : 20 + KNOWN * 9 : 9]
        return [
            {"family_name": one.family_name, "given_name": one.given_name, "culture": one.culture,
             "emails": [one.email], "language": one.language or "ja",
             "message": self.draw.choice(words.ASKED.get(one.language, words.ASKED["ja"]))}
            for one in people
        ]  # fmt: skip

    def _ask(self, values: dict[str, Any], when: dt.datetime) -> None:
        source = self.draw.one_of(words.SOURCES)
        values |= {"source": source, "channel": words.CHANNELS.get(source, "web")}
        if source == "campaign":
            values["campaign"] = self.draw.choice(words.CAMPAIGNS)
        if source in ("web", "campaign"):
            values |= {"landing": "https://hinata.example/contact", "referrer": "https://search.example/"}
        said = [Said(self.marketing, "email", source=Source.DOUBLE)] if self.draw.maybe(0.4) else []
        capture_lead(actor=self.actor, values=values, said=said, happened_at=when)

    def _work(self) -> None:
        """Most were answered within hours, some late; the last days' are still to be answered."""
        recent = self.today - dt.timedelta(days=3)
        europe = [self.crew.named(name).pk for name in ("Jonas Weber", "Élodie Marchand", "Alice Penrose")]
        for lead in Lead.objects.filter(owner=None, captured_at__lt=wall.start_of(recent, "Asia/Tokyo")).order_by("pk"):
            Lead.objects.filter(pk=lead.pk).update(owner=self.draw.choice(europe))  # taken from the queue long ago
        for lead in Lead.objects.filter(owner__isnull=False).order_by("captured_at", "pk"):
            if lead.captured_at.date() >= recent and self.draw.maybe(0.75):
                continue
            self._answer(lead, slow=self.draw.maybe(0.14))

    def _answer(self, lead: Lead, *, slow: bool) -> None:
        wait = dt.timedelta(minutes=self.draw.randint(400, 900) if slow else self.draw.randint(10, 200))
        answered = min(hours.usual().after(lead.captured_at, wait) or timezone.now(), timezone.now())
        touch = LeadTouch(
            lead=lead, body=words.ANSWERS.get(lead.language, words.ANSWERS["en"]), channel="email", direction=OUT,
            happened_at=answered, owner_id=lead.owner_id, created_by_id=lead.owner_id, updated_by_id=lead.owner_id,
        )  # fmt: skip
        touch.normalise()
        touch.save()
        lead.answered_at, lead.due_at = answered, None
        if lead.first_due_at and answered > lead.first_due_at:
            lead.breached_at = lead.first_due_at
        lead.status = self.draw.one_of({Status.WORKING: 0.62, Status.NURTURING: 0.18, Status.UNQUALIFIED: 0.2})
        if lead.status == Status.UNQUALIFIED:
            lead.unfit_reason = self.draw.choice(WHY_NOT)
        lead.save()
        tell_timeline(lead, [touch])
