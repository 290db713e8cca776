"""Two at the same moment: each person is enrolled once, each step is made once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.customers.sequences import services
from kizuna.customers.sequences.models import Enrolment, MailDraft, StepTaken

pytestmark = pytest.mark.django_db(transaction=True)


def together(work: Callable[[], Any]) -> list[Any]:
    """What two who do it at once are told."""
    start, told = threading.Barrier(2), []

    def run() -> None:
        try:
            start.wait()
            told.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_two_who_enrol_one_person_at_once_enrol_them_once(sequence, person, haruto) -> None:
    after, yoko = sequence(), person("Yoko", owner=haruto)
    told = together(lambda: services.enrol(actor=SYSTEM, sequence=after, people=[yoko]))
    assert sorted(len(one.done) for one in told) == [0, 1]
    assert Enrolment.objects.count() == 1


def test_two_workers_make_each_step_once(sequence, person, haruto) -> None:
    people = [person(f"P{number}", owner=haruto) for number in range(5)]
    services.enrol(actor=SYSTEM, sequence=sequence(), people=people)
    later = timezone.now() + dt.timedelta(days=30)
    told = together(lambda: services.take_due_steps(now=later))
    assert sum(told) == 5
    assert (StepTaken.objects.count(), MailDraft.objects.count()) == (5, 5)
