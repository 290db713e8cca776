"""The sample company, as far as consent goes: what its customers in Japan, Korea and Europe agreed to, and who left."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.events.models import EventRow
from kizuna.base.identity import SYSTEM
from kizuna.customers.consent import queries, services
from kizuna.customers.consent.demo.wordings import WORDINGS
from kizuna.customers.consent.models import Consent, Purpose, Source, State
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.models import Contact

COUNTRIES = ("JP", "KR", "DE", "FR", "AT", "NL", "CH", "BE")
MOST = 260
SOURCES = (Source.DOUBLE, Source.FORM, Source.PERSON, Source.PAPER, Source.DOUBLE, Source.PHONE)
LEFT = (
    ("complaint", "Wrote to us: no more, please."),
    ("bounced", ""),
    ("bounced", ""),
    ("by_hand", "Asked in the shop."),
)


@transaction.atomic
def load(actor: Any, today: dt.date | None = None) -> None:
    """Write down what people said in the last eighteen months; contacts must be there."""
    day = today or timezone.localdate()
    for code, words in WORDINGS.items():
        for language, (title, text) in words.items():
            services.publish_wording(
                actor=actor, purpose=queries.purpose_named(code), language=language, title=title, text=text
            )
    told = Talk(day)
    people = Contact.objects.live().filter(country__in=COUNTRIES, email__gt="").order_by("pk")
    for person in people[:MOST]:
        told.by(person)
    for person, (reason, note) in zip(people[MOST : MOST + len(LEFT)], LEFT, strict=False):
        services.suppress_address(actor=actor, channel="email", address=person.email, reason=reason, note=note)
    told.date_back()


class Talk:
    """Draws what each said: two of three agree to something, one of eight of them thinks better of it. Some filled in a
    form and never confirmed it."""

    def __init__(self, today: dt.date) -> None:
        self.draw = Draw("hinata consents")
        self.now = dt.datetime.combine(today, dt.time(0, 10), dt.UTC)
        self.purposes = {one.code: one for one in queries.offered()}
        self.wordings = {
            code: queries.current_wording(list(self.purposes.values()), code) for code in ("en", "ja", "ko")
        }
        self.kept: list[Consent] = []

    def by(self, person: Contact) -> None:
        if not self.draw.maybe(0.66):
            return
        wanted = [("marketing", "email")]
        wanted += [("newsletter", "email")] if self.draw.maybe(0.4) else []
        wanted += [("marketing", "sms")] if person.phone and self.draw.maybe(0.25) else []
        days = 20 + round(self.draw.random() * 480)
        source = self.draw.choice(SOURCES)
        for code, channel in wanted:
            is_open = source == Source.FORM and channel == "email"
            said = State.REQUESTED if is_open else State.GRANTED  # not asked anew: no mail leaves the sample company
            self._say(person, self.purposes[code], channel, said, source, days)
            if self.draw.maybe(0.12):
                self._say(person, self.purposes[code], channel, State.WITHDRAWN, Source.ONE_CLICK, days // 3)

    def _say(self, person: Contact, purpose: Purpose, channel: str, state: str, source: str, days: int) -> None:
        language = services.language_of(person)
        said = services.keep(
            by=SYSTEM, contact_id=person.pk, purpose=purpose, channel=channel, state=state, source=source,
            happened_at=max(self.now - dt.timedelta(days=days), person.created_at), language=language,
            wording=self.wordings[language].get(purpose.pk) if state != State.WITHDRAWN else None,
        )  # fmt: skip
        if said is not None:
            self.kept.append(said)

    def date_back(self) -> None:
        """What was said then was also written down then."""
        for said in self.kept:
            Consent.objects.filter(pk=said.pk).update(created_at=said.happened_at, updated_at=said.happened_at)
            rows = EventRow.objects.filter(subjects__resource="consent", subjects__record_id=said.pk)
            rows.update(occurred_at=said.happened_at)
