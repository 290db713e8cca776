"""The leads of the sample company."""

from __future__ import annotations

import datetime as dt

from kizuna.base.assignment import queries as assignment
from kizuna.base.identity import SYSTEM
from kizuna.customers.contacts.demo import staff
from kizuna.customers.leads import demo
from kizuna.customers.leads.models import Lead

TODAY = dt.date(2026, 11, 21)


def test_six_weeks_of_enquiries_are_given_out_and_worked_on(db, monkeypatch) -> None:
    monkeypatch.setattr(demo, "MANY", 30)  # as many as it takes to see each sort
    staff.hire(SYSTEM)
    demo.load(SYSTEM, TODAY)
    leads = Lead.objects.all()
    assert 25 <= leads.count() <= 34
    assert leads.filter(owner=None).exists()
    assert {"new", "working"} <= set(leads.values_list("status", flat=True))
    assert len(assignment.rules_of("lead")) == 3
    given = leads.filter(owner__isnull=False).first()
    assert given is not None
    assert assignment.why("lead", given.pk) is not None
