"""An address on the list is left in peace, however it comes back."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.transfer import services as transfer
from kizuna.base.types.errors import Denied, Invalid, Refused
from kizuna.customers.consent import queries, services
from kizuna.customers.consent.events import AddressSuppressed
from kizuna.customers.consent.jobs import forget
from kizuna.customers.consent.models import Bounce, Mark, Suppression
from kizuna.customers.consent.queries import Why
from kizuna.customers.consent.tests.conftest import NOON, person
from kizuna.customers.contacts.models import Contact


def reasons(contact, purpose: str = "marketing") -> tuple[Why, ...]:
    answer = queries.decide(person=contact, channel="email", purpose=queries.purpose_named(purpose), now=NOON)
    return answer.reasons


def test_the_list_knows_no_address_and_every_spelling(alice, yoko, published) -> None:
    services.suppress_address(actor=alice, channel="email", address="  YOKO@Aoba.example ", reason="complaint")
    row = Suppression.objects.get()
    assert "aoba" not in str(vars(row))
    assert "aoba" not in str(published.one(AddressSuppressed))
    assert Why.SUPPRESSED in reasons(yoko)
    assert reasons(yoko, "service") == ()


def test_an_address_that_does_not_exist_gets_no_service_message_either(alice, yoko) -> None:
    services.suppress_address(actor=alice, channel="email", address=yoko.email, reason="bounced")
    assert reasons(yoko, "service") == (Why.SUPPRESSED,)


def test_who_comes_back_by_import_or_with_the_address_of_another_stays_suppressed(alice, yoko, haruto, say) -> None:
    services.suppress_address(actor=alice, channel="email", address=yoko.email, reason="unsubscribed")
    records.delete(actor=SYSTEM, record=yoko)
    again = person("山本", "Yoko@aoba.example")
    say(again, "granted")
    other = person("佐藤", "sato@aoba.example")
    records.update(actor=SYSTEM, record=other, changes={"emails": [{"value": "yoko@aoba.example"}]})
    other.refresh_from_db()
    for one in (again, other):
        assert Why.SUPPRESSED in reasons(one)
        assert Mark.objects.filter(contact_id=one.pk).exists()


def test_taking_off_the_list_needs_a_reason_and_is_kept(alice, yoko, say) -> None:
    say(yoko, "granted")
    row = services.suppress_address(actor=alice, channel="email", address=yoko.email, reason="by_hand", note="Asked.")
    with pytest.raises(Refused):
        services.lift_suppression(actor=alice, suppression=row, why=" ")
    services.lift_suppression(actor=alice, suppression=row, why="Typing error.")
    assert reasons(yoko) == ()
    assert not Mark.objects.exists()
    row.refresh_from_db()
    assert (row.lifted_by, row.lifted_why) == (alice, "Typing error.")
    services.suppress_address(actor=alice, channel="email", address=yoko.email, reason="complaint")
    assert Suppression.objects.count() == 2


def test_the_list_is_a_right_of_its_own(haruto, mika, yoko) -> None:
    with pytest.raises(Denied):
        services.suppress_address(actor=haruto, channel="email", address=yoko.email, reason="complaint")
    row = services.suppress_address(actor=mika, channel="email", address=yoko.email, reason="complaint")
    with pytest.raises((Denied, Exception)):
        services.lift_suppression(actor=haruto, suppression=row, why="I want to sell.")
    assert Suppression.objects.get().is_in_force


def test_by_hand_needs_words_and_an_address_has_to_be_one(mika) -> None:
    for given in ({"reason": "by_hand", "address": "a@b.example"}, {"reason": "complaint", "address": "nonsense"}):
        with pytest.raises(Invalid):
            services.suppress_address(actor=mika, channel="email", **given)
    with pytest.raises(Invalid):
        services.suppress_address(actor=mika, channel="post", address="1 High Street", reason="complaint")
    with pytest.raises(Invalid, match="complaint"):
        services.suppress_address(actor=mika, channel="email", address="a@b.example", reason="complained")


def test_five_bounces_over_more_than_a_week_are_enough(yoko) -> None:
    days = [0, 1, 2, 3]
    for day in days:
        at = NOON + dt.timedelta(days=day)
        assert not services.record_bounce(by=SYSTEM, channel="email", address=yoko.email, is_hard=False, at=at)
    assert not services.record_bounce(
        by=SYSTEM, channel="email", address=yoko.email, is_hard=False, at=NOON + dt.timedelta(days=4)
    )
    assert services.record_bounce(
        by=SYSTEM, channel="email", address=yoko.email, is_hard=False, at=NOON + dt.timedelta(days=8)
    )
    assert reasons(yoko, "service") == (Why.SUPPRESSED,)


def test_bounces_are_forgotten_once_they_count_for_nothing(yoko) -> None:
    for weeks in (1, 12, 27, 60):
        at = timezone.now() - dt.timedelta(weeks=weeks)
        services.record_bounce(by=SYSTEM, channel="email", address=yoko.email, is_hard=False, at=at)
    assert forget.call() == 2
    assert Bounce.objects.filter(at__gt=timezone.now() - dt.timedelta(weeks=13)).count() == Bounce.objects.count() == 2


def test_one_hard_bounce_is_enough(yoko) -> None:
    assert services.record_bounce(by=SYSTEM, channel="email", address=yoko.email, is_hard=True)
    assert Suppression.objects.get().reason == "bounced"


def test_an_import_brings_nobody_back_who_was_erased_until_the_list_lets_them(alice, yoko, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    services.suppress_address(actor=alice, channel="email", address=yoko.email, reason="complaint")
    services.erase_person(actor=alice, contact=yoko)
    run_waiting()
    assert brought_in(alice, "Yoko@AOBA.example", "ken@aoba.example") == (1, 1)
    assert [one.email for one in Contact.objects.live()] == ["ken@aoba.example"]
    row = Suppression.objects.get(channel="email", purpose=None)
    services.lift_suppression(actor=alice, suppression=row, why="She is a customer again.")
    for other in Suppression.objects.filter(lifted_at=None):
        services.lift_suppression(actor=alice, suppression=other, why="She is a customer again.")
    assert brought_in(alice, "yoko@aoba.example") == (1, 0)


def brought_in(actor, *addresses: str) -> tuple[int, int]:
    """How many of these people an import made, and how many it could not use."""
    rows = "".join(f"P{place},{address}\n" for place, address in enumerate(addresses))
    file = ContentFile(f"Family name,E-mail\n{rows}".encode(), "people.csv")
    draft = transfer.prepare_import(actor=actor, resource=registry.get("contact"), file=file, name="people.csv")
    transfer.start_import(actor=actor, imported=draft, mapping=draft.mapping, options=draft.options)
    run_waiting()
    draft.refresh_from_db()
    return draft.created_count, draft.rejected_count
