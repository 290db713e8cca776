"""What the sample company's customers said."""

import datetime as dt

from kizuna.base.identity import SYSTEM
from kizuna.customers.consent import demo
from kizuna.customers.consent.models import Consent, OptIn, Standing, Suppression, Wording
from kizuna.customers.consent.tests.conftest import person
from kizuna.customers.contacts.models import Contact


def test_people_in_three_countries_agreed_some_left_and_some_are_suppressed(db, monkeypatch) -> None:
    for number in range(44):
        person(f"P{number}", f"p{number}@crowd.example", country=("JP", "KR", "DE")[number % 3])
    Contact.objects.update(created_at=dt.datetime(2025, 5, 1, tzinfo=dt.UTC))
    monkeypatch.setattr(demo, "MOST", 40)
    demo.load(SYSTEM, dt.date(2026, 11, 21))
    assert set(Standing.objects.values_list("state", flat=True)) == {"granted", "requested", "withdrawn"}
    assert not OptIn.objects.exists()  # nobody in the sample company gets a letter
    assert set(Standing.objects.values_list("contact__country", flat=True)) == {"JP", "KR", "DE"}
    assert Suppression.objects.filter(purpose=None).count() == 4
    assert Wording.objects.count() == 6
    assert not Consent.objects.filter(happened_at__gt=dt.datetime(2026, 11, 21, 1, tzinfo=dt.UTC)).exists()
