"""Every touch is written once, seen by those who see the customer, and known to the lists of customers at once."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.merging import services as merging
from kizuna.base.merging.models import Merge
from kizuna.base.records import services as records
from kizuna.base.records.events import RecordsCreated
from kizuna.base.resources import registry
from kizuna.base.types.errors import Denied, Invalid, Refused
from kizuna.customers.timeline import services
from kizuna.customers.timeline.models import Interaction, kinds

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


@pytest.fixture
def aoba(make):
    return make("company", name="青葉建設")


@pytest.fixture
def yoko(make, haruto, aoba):
    return make("contact", family_name="山本", owner=haruto, company=aoba)


def touch(contact=None, number="", at=NOON, **values):
    return Interaction(contact=contact, external_id=number, happened_at=at, **values)


def last_touch(record):
    record.refresh_from_db()
    return record.last_touch_at


def test_a_call_knows_its_channel_its_direction_and_who_handled_it(haruto, yoko) -> None:
    values = {"contact": yoko.pk, "body": "Asked for the oak table.\nWill come on Friday.", "minutes": 12}
    call = records.create(actor=haruto, resource=registry.get("interaction"), values=values)
    call.refresh_from_db()
    assert (call.kind, call.channel, call.direction) == ("call", "phone", "out")
    assert (call.subject, call.handled_by, call.company_then_id) == (
        "Asked for the oak table.",
        haruto,
        yoko.company_id,
    )


def test_a_touch_tells_what_it_was_worth_to_who_may_read_that(haruto, yoko, visit, hide) -> None:
    values = {"contact": yoko.pk, "body": "Wants the oak table.", "minutes": 12, "value": "48000 JPY"}
    records.create(actor=haruto, resource=registry.get("interaction"), values=values)
    page = f"/contacts/{yoko.pk}"
    assert "12 min, ¥48,000" in visit(haruto).get(page).content.decode()
    hide(haruto, "interaction", "value")
    assert "48" not in re.findall("12 min[^<]*", visit(haruto).get(page).content.decode())[0]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"channel": "fax"}, "fax"),
        ({"channel": "post"}, "letter"),
        ({"channel": "web"}, "other"),
        ({"channel": "chat", "kind": "call"}, "call"),
        ({"channel": ""}, "call"),
    ],
)
def test_a_channel_tells_the_kind_where_nobody_does(haruto, yoko, given, kind) -> None:
    made = records.create(actor=haruto, resource=registry.get("interaction"), values={"contact": yoko.pk} | given)
    assert (made.kind, made.channel) == (kind, given["channel"] or "phone")


def test_a_subject_that_nobody_gave_follows_the_text(haruto, yoko, make) -> None:
    call = make("interaction", contact=yoko, owner=haruto, body="Wants the oak table.")
    given = {"subject": "Wants the oak table.", "body": "Wants the ash table.\nOn Friday."}  # as a form sends both
    assert records.update(actor=haruto, record=call, changes=given).subject == "Wants the ash table."
    assert records.undo(actor=haruto, record=call, version=call.version + 1).subject == "Wants the oak table."
    assert records.update(actor=haruto, record=call, changes={"body": ""}).subject == "Call"
    assert records.update(actor=haruto, record=call, changes={"kind": "letter"}).subject == "Letter"


def test_a_subject_that_somebody_gave_stays(haruto, yoko, make) -> None:
    call = make("interaction", contact=yoko, owner=haruto, subject="Table", body="Wants the oak table.")
    assert records.update(actor=haruto, record=call, changes={"body": "Wants the ash table."}).subject == "Table"
    both = {"subject": "A chair", "body": "Wants a chair."}
    assert records.update(actor=haruto, record=call, changes=both).subject == "A chair"


def test_who_handled_it_stays_said_when_it_gets_another_owner(haruto, sora, make, yoko) -> None:
    call = make("interaction", contact=yoko, owner=haruto)
    records.update(actor=SYSTEM, record=call, changes={"owner": sora.pk})
    call.refresh_from_db()
    assert (call.owner, call.handled_by) == (sora, haruto)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, ""),
        ({"happened_at": "2099-01-01T10:00:00Z"}, "happened_at"),
        ({"channel": "card", "direction": "out"}, "direction"),
        ({"kind": "telepathy"}, "kind"),
    ],
)
def test_what_cannot_have_happened_is_refused(haruto, yoko, values, field) -> None:
    given = values | ({"contact": yoko.pk} if values else {})
    with pytest.raises(Invalid) as refused:
        records.create(actor=haruto, resource=registry.get("interaction"), values=given)
    assert field in refused.value.errors


def test_interactions_with_a_hidden_contact_are_hidden(haruto, carol, grant, make, yoko) -> None:
    grant(haruto, contact={"read": "own"}, company={"read": "all"}, interaction={"read": "all"})
    hers = make("contact", family_name="김", owner=carol)
    seen = make("interaction", contact=yoko)
    make("interaction", contact=hers)
    assert list(Interaction.objects.visible_to(haruto)) == [seen]


# ── the last touch ──


def test_lists_know_the_last_touch_whatever_happens_to_interactions(make, yoko, aoba) -> None:
    assert last_touch(yoko) is None
    first = make("interaction", contact=yoko, happened_at=NOON)
    later = make("interaction", contact=yoko, happened_at=NOON + dt.timedelta(days=3))
    assert last_touch(yoko) == last_touch(aoba) == later.happened_at
    records.delete(actor=SYSTEM, record=later)
    assert last_touch(yoko) == last_touch(aoba) == first.happened_at
    records.restore(actor=SYSTEM, record=later)
    assert last_touch(yoko) == later.happened_at
    records.update(actor=SYSTEM, record=later, changes={"happened_at": NOON - dt.timedelta(days=9)})
    assert last_touch(yoko) == first.happened_at
    assert yoko.version == 1


def test_a_touch_that_moves_to_somebody_else_leaves_nobody_behind(make, yoko, aoba) -> None:
    kim = make("contact", family_name="김", company=make("company", name="한빛호텔"))
    call = make("interaction", contact=yoko, happened_at=NOON)
    records.update(actor=SYSTEM, record=call, changes={"contact": kim.pk})
    assert (last_touch(yoko), last_touch(aoba)) == (None, None)
    assert last_touch(kim) == last_touch(kim.company) == NOON


def test_a_company_keeps_the_touches_of_those_who_left_it(make, yoko, aoba) -> None:
    make("interaction", contact=yoko, happened_at=NOON)
    records.update(actor=SYSTEM, record=yoko, changes={"company": None})
    make("interaction", contact=yoko, happened_at=NOON + dt.timedelta(days=1))
    assert last_touch(aoba) == NOON


# ── many at once ──


def test_a_channel_tells_everything_twice_and_it_is_written_once(yoko, published) -> None:
    told = [touch(yoko, "m-1", kind="mail"), touch(yoko, "m-1", kind="mail"), touch(yoko, "m-2", kind="mail")]
    assert len(services.log_interactions(actor=SYSTEM, interactions=told)) == 2
    again = [touch(yoko, "m-2", kind="mail"), touch(yoko, "m-3", kind="mail", at=NOON + dt.timedelta(hours=1))]
    assert [one.external_id for one in services.log_interactions(actor=SYSTEM, interactions=again)] == ["m-3"]
    assert Interaction.objects.count() == 3
    assert last_touch(yoko) == NOON + dt.timedelta(hours=1)
    assert len(published.of(RecordsCreated)[-1].ids) == 1


def test_the_same_number_in_another_channel_is_another_touch(yoko) -> None:
    told = [touch(yoko, "1", kind="mail"), touch(yoko, "1", kind="sms")]
    assert len(services.log_interactions(actor=SYSTEM, interactions=told)) == 2


def test_what_people_log_by_hand_needs_no_number(yoko) -> None:
    assert len(services.log_interactions(actor=SYSTEM, interactions=[touch(yoko), touch(yoko)])) == 2


def test_what_lies_in_the_trash_does_not_come_back(yoko) -> None:
    [mail] = services.log_interactions(actor=SYSTEM, interactions=[touch(yoko, "m-1", kind="mail")])
    records.delete(actor=SYSTEM, record=mail)
    assert services.log_interactions(actor=SYSTEM, interactions=[touch(yoko, "m-1", kind="mail")]) == []


def test_many_cost_as_many_queries_as_few(yoko, django_assert_max_num_queries) -> None:
    told = [touch(yoko, f"m-{number}", kind="mail") for number in range(300)]
    with django_assert_max_num_queries(40):
        services.log_interactions(actor=SYSTEM, interactions=told)


def test_readers_log_nothing(victor, yoko) -> None:
    with pytest.raises(Denied):
        services.log_interactions(actor=victor, interactions=[touch(yoko)])


def test_a_room_brings_a_kind_of_its_own(make, yoko) -> None:
    kinds.register(kinds.Kind("order", "Order", "truck", "marketplace", "in", 8, {"in": "%(who)s took an order"}))
    try:
        order = make("interaction", contact=yoko, kind="order")
        assert (order.channel, order.direction) == ("marketplace", "in")
    finally:
        kinds.forget("order")
    with pytest.raises(ValueError, match="which there is not"):
        kinds.register(kinds.Kind("order", "Order", "truck", "pigeon"))


# ── meetings ──


def test_a_meeting_that_took_place_is_a_touch_of_everybody_who_was_asked(make, haruto, yoko) -> None:
    kim = make("contact", family_name="김", owner=haruto)
    values = {"title": "Measure the lobby", "day": "2026-11-02", "start_time": "10:00", "end_time": "11:30"}
    meeting = make("meeting", **values, owner=haruto, contact=yoko)
    make("attendee", meeting=meeting, contact=kim, owner=haruto)
    for _time in range(2):
        services.log_meeting(actor=haruto, meeting=meeting, words="All measured.")
    logged = Interaction.objects.order_by("pk")
    assert [(one.contact, one.minutes, str(one.source)) for one in logged] == [
        (yoko, 90, f"meeting:{meeting.pk}"),
        (kim, 90, f"meeting:{meeting.pk}"),
    ]
    assert last_touch(kim) == meeting.starts_at


def test_a_meeting_to_come_has_not_taken_place(make, haruto, yoko) -> None:
    day = (timezone.localdate() + dt.timedelta(days=2)).isoformat()
    meeting = make("meeting", title="Lobby", day=day, owner=haruto, contact=yoko)
    assert not services.log_meeting.fits(meeting)
    with pytest.raises(Refused):
        services.log_meeting(actor=haruto, meeting=meeting)


# ── two people who are one ──


def test_a_touch_whose_moment_is_left_empty_was_now(make, yoko) -> None:
    before = timezone.now()
    touch = make("interaction", contact=yoko, body="Prefers oak", happened_at=None)
    assert before <= touch.happened_at <= timezone.now()


def test_touches_move_when_two_contacts_turn_out_to_be_one(alice, make, yoko) -> None:
    twin = make("contact", family_name="山本")
    make("interaction", contact=yoko, happened_at=NOON)
    make("interaction", contact=twin, happened_at=NOON + dt.timedelta(days=2))
    contacts = registry.get("contact")
    merge = merging.merge_records(actor=alice, resource=contacts, survivor=yoko, others=[twin])
    assert isinstance(merge, Merge)
    assert last_touch(yoko) == NOON + dt.timedelta(days=2)
    merging.unmerge_records(actor=alice, merge=merge)
    assert (last_touch(yoko), last_touch(twin)) == (NOON, NOON + dt.timedelta(days=2))
