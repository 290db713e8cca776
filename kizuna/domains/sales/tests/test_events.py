"""What histories say of deals and their quotes."""

from typing import Any

import pytest

from kizuna.base.events import publish
from kizuna.base.identity.models import User
from kizuna.base.records.history import history
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.ui.changes import Differences
from kizuna.domains.sales import services
from kizuna.domains.sales.events import QuoteSent
from kizuna.domains.sales.services.quote_steps import touched

pytestmark = pytest.mark.django_db


def told(reader: User, record: Any) -> list[str]:
    entries = history(actor=reader, record=record)
    differences = Differences(Reader.of(reader), registry.of(record), entries)
    return ["".join(differences.sentence(entry, "Haruto Ishii").values()) for entry in entries]


def test_the_history_of_a_deal_says_that_it_moved_was_lost_and_is_open_again(
    deal, stage, too_expensive, haruto
) -> None:
    roof = deal("Roof garden", "3960000 JPY", owner=haruto)
    roof = services.move_opportunity(actor=haruto, opportunity=roof, stage=stage("Negotiation"))
    roof = services.lose_opportunity(actor=haruto, opportunity=roof, reason=too_expensive)
    roof = services.reopen_opportunity(actor=haruto, opportunity=roof)
    services.win_opportunity(actor=haruto, opportunity=roof)
    said = told(haruto, roof)
    for words in ("moved this to another stage", "lost this", "reopened this", "won this"):
        assert f"Haruto Ishii {words}" in said


def test_the_history_of_a_customer_says_which_quote_was_sent(quote, yoko, haruto) -> None:
    sent = services.send_quote(actor=haruto, quote=quote(), by_hand=True)
    assert f"Haruto Ishii sent {sent.name} to the customer" in told(haruto, yoko)


def test_what_was_written_before_events_kept_the_number_is_told_without(quote, haruto) -> None:
    old = quote()
    publish(QuoteSent(quote_id=old.pk, is_mailed=False), subjects=touched(old), by=haruto)
    assert "Haruto Ishii sent this to the customer" in told(haruto, old)
