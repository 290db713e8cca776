"""Who saves something wakes the live processes once, when it is committed."""

import pytest
from django.db import transaction

from kizuna.base.identity.models import User
from kizuna.base.live import handlers
from kizuna.base.records import services as records
from kizuna.base.resources import registry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(handlers, "wake", lambda: found.append("woken"))
    return found


def test_all_that_one_transaction_does_wakes_once(haruto: User, woken: list[str]) -> None:
    books = registry.get("book")
    with transaction.atomic():
        for title in ("Kokoro", "Mon"):
            records.create(actor=haruto, resource=books, values={"title": title})
        assert woken == []
    assert woken == ["woken"]
    records.create(actor=haruto, resource=books, values={"title": "Sanshiro"})
    assert woken == ["woken", "woken"]


def test_what_was_rolled_back_wakes_nobody_and_keeps_nobody_asleep(haruto: User, woken: list[str]) -> None:
    books = registry.get("book")
    with transaction.atomic():
        records.create(actor=haruto, resource=books, values={"title": "Kokoro"})
        transaction.set_rollback(True)
    assert woken == []
    records.create(actor=haruto, resource=books, values={"title": "Mon"})
    assert woken == ["woken"]
