"""The sample company's sequences: after a visit to the showroom, in Tokyo and in Seoul, and for the new catalogue;
some people answered, some were stopped, and mails wait for whoever looks after the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence as Seq
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.lines import GAP
from kizuna.base.types import wall
from kizuna.customers.consent.models import Purpose
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.models.channels import IN, OUT
from kizuna.customers.leads.models import Lead
from kizuna.customers.leads.models.leads import OPEN
from kizuna.customers.sequences import services
from kizuna.customers.sequences.demo.words import ANSWERS, SEQUENCES
from kizuna.customers.sequences.models import Enrolment, MailDraft, Sequence, SequenceStep, StepTaken
from kizuna.customers.timeline.models import Interaction, Task, kinds

DAY = dt.timedelta(days=1)
EARLY, LATELY = 10, 6
"""How many of each sequence began long ago, and in the last days."""
APART = 3


@transaction.atomic
def load(actor: Any, today: dt.date | None = None) -> None:
    """Write the sequences and let people go through them; contacts and leads must be there."""
    Story(actor, today or timezone.localdate()).tell()


class Story:
    def __init__(self, actor: Any, today: dt.date) -> None:
        self.actor, self.today, self.draw = actor, today, Draw("hinata sequences")

    def tell(self) -> None:
        made = {code: self._written(*told) for code, told in SEQUENCES.items()}
        people = Contact.objects.live().filter(owner__is_active=True).exclude(email="").order_by("pk")
        for code, language in (("showroom", "ja"), ("catalogue", "en"), ("visit", "ko")):
            found = list(people.filter(language=language)[: (EARLY + LATELY) * APART : APART])
            self._go(made[code], found[:EARLY], language)
            self._lately(made[code], found[EARLY:])
        leads = Lead.objects.live().filter(owner__is_active=True, status__in=OPEN).exclude(email="").order_by("-pk")
        self._lately(made["showroom"], list(leads.filter(language="ja")[:3]))

    def _written(self, name: str, about: str, purpose: str, steps: Seq[dict[str, Any]]) -> Sequence:
        sequence = Sequence(name=name, about=about, purpose=Purpose.objects.get(code=purpose))
        records.create_many(actor=self.actor, resource=registry.get("sequence"), records=[sequence])
        lines = [
            SequenceStep(sequence=sequence, position=number * GAP, **step) for number, step in enumerate(steps, start=1)
        ]
        records.create_many(actor=self.actor, resource=registry.get("sequencestep"), records=lines)
        return sequence

    def _at(self, days_ago: int, hour: int = 10) -> dt.datetime:
        return wall.instant(self.today - days_ago * DAY, dt.time(hour), "Asia/Tokyo")

    def _lately(self, sequence: Sequence, people: Seq[Any]) -> None:
        """Their first mail waits to be sent."""
        if people:
            services.enrol(actor=self.actor, sequence=sequence, people=people, now=self._at(3))
            services.take_due_steps()

    def _go(self, sequence: Sequence, people: Seq[Contact], language: str) -> None:
        """Step by step through the last three weeks; about a third answer on the way, one is stopped by hand."""
        if not people:
            return
        services.enrol(actor=self.actor, sequence=sequence, people=people, now=self._at(22))
        for days_ago in (21, 15, 9):
            services.take_due_steps(now=self._at(days_ago, 16))
            self._work(sequence, self._at(days_ago - 1, 11))
            self._answer(sequence, days_ago - 2, language)
        last = Enrolment.objects.filter(sequence=sequence, status=Enrolment.Status.RUNNING).order_by("pk").last()
        if last is not None:
            services.stop(
                actor=self.actor, enrolments=Enrolment.objects.filter(pk=last.pk), reason=Enrolment.Reason.BY_HAND
            )

    def _work(self, sequence: Sequence, at: dt.datetime) -> None:
        """What was made for somebody was done: the mail was sent, the call made."""
        waiting = StepTaken.objects.filter(enrolment__sequence=sequence, done_at=None).select_related("draft", "task")
        drafts = [one.draft for one in waiting if one.draft]
        tasks = [one.task for one in waiting if one.task]
        for draft in drafts:
            draft.status, draft.sent_at, draft.sent_by_id = MailDraft.Status.SENT, at, draft.owner_id
            draft.sent_to = draft.contact.email if draft.contact else ""
        MailDraft.objects.bulk_update(drafts, ["status", "sent_at", "sent_by", "sent_to"])
        for task in tasks:
            task.done_at = at
            task.normalise()
        Task.objects.bulk_update(tasks, ["done_at", "to_do_on", "next_alarm_at"])
        said = [self._touch(draft, at) for draft in drafts if draft.contact_id]
        records.create_many(actor=self.actor, resource=registry.get("interaction"), records=said)
        services.go_on_after(tasks=[one.pk for one in tasks], drafts=[one.pk for one in drafts], now=at)

    def _touch(self, draft: MailDraft, at: dt.datetime) -> Interaction:
        return Interaction(
            kind=kinds.MAIL.code, direction=OUT, subject=draft.subject, body=draft.body, contact_id=draft.contact_id,
            happened_at=at, owner_id=draft.owner_id, handled_by_id=draft.owner_id, source_resource="maildraft",
            source_id=draft.pk, external_id=f"maildraft:{draft.pk}",
        )  # fmt: skip

    def _answer(self, sequence: Sequence, days_ago: int, language: str) -> None:
        running = Enrolment.objects.filter(sequence=sequence, status=Enrolment.Status.RUNNING, contact__isnull=False)
        answered = [one for one in running.order_by("pk") if self.draw.maybe(0.2)]
        said = [
            Interaction(
                kind=kinds.MAIL.code, direction=IN, body=self.draw.choice(ANSWERS[language]), contact_id=one.contact_id,
                happened_at=self._at(days_ago, 14), owner_id=one.owner_id, handled_by_id=one.owner_id,
            )
            for one in answered
        ]  # fmt: skip
        records.create_many(actor=self.actor, resource=registry.get("interaction"), records=said)
