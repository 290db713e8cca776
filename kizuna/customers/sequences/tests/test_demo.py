"""The sequences of the sample company."""

from __future__ import annotations

import datetime as dt

from kizuna.base.identity import SYSTEM
from kizuna.customers.sequences import demo
from kizuna.customers.sequences.models import Enrolment, MailDraft, StepTaken
from kizuna.customers.sequences.tests.conftest import purpose

TODAY = dt.date(2026, 11, 20)


def test_sequences_in_three_languages_have_been_gone_through_and_mails_wait(person, haruto, mika) -> None:
    for code in ("service", "marketing"):
        purpose(code)
    for number in range((demo.EARLY + demo.LATELY) * demo.APART * 3):
        person(f"P{number}", owner=(haruto, mika)[number % 2], language=("ja", "en", "ko")[number % 3])
    demo.load(SYSTEM, TODAY)
    languages = Enrolment.objects.values_list("sequence__name", "contact__language")
    assert set(languages) == {("ショールームご来店後", "ja"), ("New contract catalogue", "en"), ("쇼룸 방문 후", "ko")}
    assert {"running", "stopped"} <= set(Enrolment.objects.values_list("status", flat=True))
    assert {"answered", "by_hand"} <= set(Enrolment.objects.values_list("reason", flat=True))
    assert MailDraft.objects.filter(status="waiting").exists()
    assert not StepTaken.objects.filter(enrolment__status="finished", done_at=None).exists()
