"""The sequences of the sample company."""

from __future__ import annotations

import datetime as dt

from kizuna.base.identity import SYSTEM
from kizuna.customers.sequences import demo
from kizuna.customers.sequences.models import Enrolment, MailDraft, Sequence, StepTaken
from kizuna.customers.sequences.tests.conftest import purpose

TODAY = dt.date(2026, 11, 20)


def test_two_sequences_have_been_gone_through_and_mails_wait(person, haruto, mika) -> None:
    for code in ("service", "marketing"):
        purpose(code)
    for number in range((demo.EARLY + demo.LATELY) * demo.APART * 2):
        person(f"P{number}", owner=(haruto, mika)[number % 2], language=("ja", "en")[number % 2])
    demo.load(SYSTEM, TODAY)
    assert Sequence.objects.count() == 2
    assert {"running", "stopped"} <= set(Enrolment.objects.values_list("status", flat=True))
    assert {"answered", "by_hand"} <= set(Enrolment.objects.values_list("reason", flat=True))
    assert MailDraft.objects.filter(status="waiting").exists()
    assert not StepTaken.objects.filter(enrolment__status="finished", done_at=None).exists()
