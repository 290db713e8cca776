"""What people said, and what holds."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from kizuna.base.merging.models import Merge
from kizuna.base.merging.services import merge_records, unmerge_records
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types import countries
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused
from kizuna.customers.consent import services
from kizuna.customers.consent.events import ConsentRecorded
from kizuna.customers.consent.models import Consent, Source, Standing, State, strictest
from kizuna.customers.consent.models.packs import PolicyPack
from kizuna.customers.consent.tests.conftest import NOON, person


def test_what_was_said_last_holds_whenever_it_is_written_down(yoko, say) -> None:
    say(yoko, "withdrawn", days=3)
    say(yoko, "granted", days=9, source=Source.PAPER)
    assert Standing.objects.get(contact=yoko).state == State.WITHDRAWN
    say(yoko, "granted", days=1)
    assert Standing.objects.get(contact=yoko).state == State.GRANTED
    assert Consent.objects.filter(contact=yoko).count() == 3


def test_a_withdrawal_at_the_same_moment_wins(yoko, say) -> None:
    say(yoko, "withdrawn", days=3)
    say(yoko, "granted", days=3)
    assert Standing.objects.get(contact=yoko).state == State.WITHDRAWN


@pytest.mark.parametrize("source", [Source.IMPORT, Source.API])
def test_an_import_or_another_program_never_beats_a_withdrawal(yoko, say, haruto, marketing, source) -> None:
    say(yoko, "withdrawn", days=400)
    assert say(yoko, "granted", days=1, source=source) is None
    with pytest.raises(Refused, match="said no"):
        services.record_consent(actor=haruto, contact=yoko, purpose=marketing, channel="email", source=source)
    assert Standing.objects.get(contact=yoko).state == State.WITHDRAWN


def test_of_two_records_of_one_person_the_strictest_holds() -> None:
    assert strictest(["granted", "withdrawn"]) == "withdrawn"
    assert strictest(["granted", "requested", ""]) == "requested"
    assert strictest(["", "granted"]) == "granted"
    assert strictest([]) == ""


def test_nobody_agrees_in_the_future_or_to_service_messages(yoko, say) -> None:
    with pytest.raises(Refused):
        say(yoko, "granted", days=-3000)
    with pytest.raises(Refused):
        say(yoko, "granted", purpose="service")
    with pytest.raises(Invalid):
        say(yoko, "granted", channel="pigeon")


def test_recording_is_a_right_and_stands_in_the_history(haruto, carol, victor, yoko, marketing, published) -> None:
    for stranger in (carol, victor):
        with pytest.raises((Denied, Missing)):
            services.record_consent(
                actor=stranger, contact=yoko, purpose=marketing, channel="email", source=Source.PHONE
            )
    services.record_consent(actor=haruto, contact=yoko, purpose=marketing, channel="email", source=Source.PHONE)
    told = published.one(ConsentRecorded)
    assert (told.contact_id, told.state, told.standing) == (yoko.pk, "granted", "granted")


def test_no_to_everything_is_no_once_to_each(haruto, yoko, say) -> None:
    say(yoko, "granted")
    services.withdraw_consent(actor=haruto, contact=yoko)
    states = set(Standing.objects.filter(contact=yoko).values_list("state", flat=True))
    count = Consent.objects.count()
    services.withdraw_consent(actor=haruto, contact=yoko)
    assert states == {State.WITHDRAWN}
    assert Consent.objects.count() == count


def test_a_wording_is_never_changed_but_followed_by_another(alice, marketing) -> None:
    for text in ("We write once a month.", "We write twice a month."):
        made = services.publish_wording(actor=alice, purpose=marketing, language="en", title="Offers", text=text)
    assert made.number == 2
    assert type(made).objects.get(number=1).text == "We write once a month."


@pytest.mark.parametrize("half", [{"most": 3}, {"within_days": 30}])
def test_half_a_cap_is_none_and_is_refused(alice, marketing, half) -> None:
    with pytest.raises(Invalid, match="Say both"):
        records.update(actor=alice, record=marketing, changes={"most": None, "within_days": None} | half)


@pytest.mark.parametrize("half", [{"quiet_from": 21}, {"quiet_until": 8}])
def test_quiet_hours_have_a_beginning_and_an_end(alice, half) -> None:
    pack = PolicyPack.objects.get(code="everywhere")
    with pytest.raises(Invalid, match="until which"):
        records.update(actor=alice, record=pack, changes={"quiet_from": None, "quiet_until": None} | half)


def test_quiet_hours_end_when_the_clock_there_says_so() -> None:
    night = PolicyPack(quiet_from=21, quiet_until=8)

    seoul, evening = ZoneInfo("Asia/Seoul"), dt.datetime(2026, 11, 20, 13, 30, tzinfo=dt.UTC)
    assert night.is_quiet([seoul], evening)
    assert not night.is_quiet([seoul], NOON)
    assert night.loud_again([seoul], evening) == dt.datetime(2026, 11, 20, 23, 0, tzinfo=dt.UTC)
    paris = ZoneInfo("Europe/Paris")
    before_change = dt.datetime(2026, 10, 24, 21, 0, tzinfo=dt.UTC)
    assert night.loud_again([paris], before_change) == dt.datetime(2026, 10, 25, 7, 0, tzinfo=dt.UTC)


def test_in_a_wide_country_it_is_night_while_it_is_night_anywhere() -> None:
    night = PolicyPack(quiet_from=21, quiet_until=8)
    zones = [ZoneInfo(name) for name in countries.clocks()["US"]]
    morning_in_the_east = dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC)
    assert night.is_quiet(zones, morning_in_the_east)
    assert night.loud_again(zones, morning_in_the_east) == dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)
    always = PolicyPack(quiet_from=18, quiet_until=17)
    assert always.loud_again(zones, morning_in_the_east) == morning_in_the_east + dt.timedelta(days=1)


def test_a_merge_keeps_the_stricter_and_taking_it_apart_brings_both_back(alice, yoko, haruto, say) -> None:
    other = person("山本", "yoko.y@aoba.example", owner=haruto)
    say(yoko, "granted", days=1)
    say(other, "withdrawn", days=300)
    contacts = registry.get("contact")
    merge = merge_records(actor=alice, resource=contacts, survivor=yoko, others=[other])
    assert Standing.objects.get(contact=yoko, channel="email").state == State.WITHDRAWN
    assert Consent.objects.filter(contact=yoko).count() == 2
    assert isinstance(merge, Merge)
    unmerge_records(actor=alice, merge=merge)
    assert Standing.objects.get(contact=yoko).state == State.GRANTED
    assert Standing.objects.get(contact=other).state == State.WITHDRAWN
