"""Consent while two records are one, and afterwards."""

from typing import Any

import pytest
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.merging import queries as merges
from kizuna.base.merging.models import Merge
from kizuna.base.merging.services import merge_records, unmerge_records
from kizuna.base.resources import registry
from kizuna.customers.consent import queries, services
from kizuna.customers.consent.models import Consent, Source, Standing
from kizuna.customers.consent.tests.conftest import person
from kizuna.customers.contacts.models import Contact


@pytest.fixture
def other(haruto: Any) -> Contact:
    return person("山本", "yoko.y@aoba.example", country="JP", owner=haruto)


def one_of(alice: Any, yoko: Contact, other: Contact) -> Merge:
    made = merge_records(actor=alice, resource=registry.get("contact"), survivor=yoko, others=[other])
    assert isinstance(made, Merge)
    return made


def hears(contact: Contact, state: str) -> Consent | None:
    return services.keep(
        by=SYSTEM, contact_id=contact.pk, purpose=queries.purpose_named("marketing"), channel="email", state=state,
        source=Source.PREFERENCES, happened_at=timezone.now(),
    )  # fmt: skip


def stands(contact: Contact) -> str:
    return Standing.objects.filter(contact=contact, channel="email").values_list("state", flat=True).first() or ""


@pytest.mark.parametrize(
    ("mine", "theirs"), [("granted", "granted"), ("granted", "requested"), ("requested", "granted")]
)
def test_a_no_said_while_two_were_one_holds_for_both_when_they_are_two(alice, yoko, other, say, mine, theirs) -> None:
    say(yoko, mine)
    say(other, theirs)
    merge = one_of(alice, yoko, other)
    hears(yoko, "withdrawn")
    unmerge_records(actor=alice, merge=merge)
    assert (stands(yoko), stands(other)) == ("withdrawn", "withdrawn")
    assert Consent.objects.get(contact=other, state="withdrawn").source == Source.MERGE
    for contact in (yoko, other):
        answer = queries.decide(person=contact, channel="email", purpose=queries.purpose_named("marketing"))
        assert not answer.allowed


def test_a_yes_said_while_two_were_one_is_not_the_other_ones(alice, yoko, other, say) -> None:
    say(yoko, "granted")
    say(other, "withdrawn")
    merge = one_of(alice, yoko, other)
    hears(yoko, "granted")
    unmerge_records(actor=alice, merge=merge)
    assert (stands(yoko), stands(other)) == ("granted", "withdrawn")


def test_what_somebody_is_given_when_they_are_two_again_holds_for_them(alice, yoko, other, say) -> None:
    say(other, "withdrawn")
    merge = one_of(alice, yoko, other)
    said = hears(yoko, "granted")
    assert said is not None
    unmerge_records(actor=alice, merge=merge, assignments={f"consent:{said.pk}:contact": other.pk})
    assert (stands(yoko), stands(other)) == ("", "granted")


def test_the_preview_says_which_consent_will_hold_and_shows_nobody_what_they_may_not_see(
    alice, yoko, other, say, make_user
) -> None:
    say(yoko, "granted")
    say(other, "withdrawn")
    say(yoko, "granted", purpose="newsletter")
    say(other, "granted", purpose="newsletter")
    contacts = registry.get("contact")
    (told,) = merges.preview(actor=alice, resource=contacts, survivor=yoko, others=[other]).told
    assert "mail" in str(told.label)
    assert [str(value) for value in told.values.values()] == ["Granted", "Withdrawn"]
    assert str(told.result) == "Withdrawn"
    stranger = make_user("Stranger")
    assert merges.preview(actor=stranger, resource=contacts, survivor=yoko, others=[other]).told == ()
