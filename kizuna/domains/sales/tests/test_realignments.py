"""Realignments: the tree drawn anew, looked at, applied now or on a day, interrupted, and taken back."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.territories import queries, services
from kizuna.base.territories.models import Realignment, Territory
from kizuna.base.types.errors import Refused
from kizuna.domains.sales.tests.conftest import Make, made
from kizuna.domains.sales.tests.market import LATER, at, change, company, of, territory, where


def realignment(**values: Any) -> Realignment:
    return made("realignment", name="Spring", **values)


def drafts(found: Realignment) -> dict[str, Any]:
    return {one.name: one for one in found.drafts.all()}


def test_a_realignment_is_looked_at_applied_and_taken_back(kanto: Territory, japan: Territory, deal: Make) -> None:
    hotel, inn = company("Aoba Hotel"), company("Nara Inn", "奈良市")
    lounge = deal("Lounge", "500000 JPY", company=inn.pk)
    spring = realignment()
    made("territorydraft", realignment=spring.pk, name="Kansai", parent=drafts(spring)["Japan"].pk,
         takes_company=at("奈良市"))  # fmt: skip
    change(drafts(spring)["Kanto"], is_active=False)
    assert where(inn) == "Japan", "a drawing moves nothing"
    seen = queries.flows(queries.drafted(spring))
    new = -drafts(spring)["Kansai"].pk
    assert {(one.key, one.before, one.after, one.count) for one in seen} == {
        ("company", kanto.pk, japan.pk, 1), ("company", japan.pk, new, 1), ("opportunity", japan.pk, new, 1),
    }  # fmt: skip
    assert [str(money.amount) for one in seen for money in one.amounts] == ["500000"]
    services.apply_realignment(actor=SYSTEM, realignment=spring)
    with pytest.raises(Refused, match="not what it was"):
        services.apply_realignment(actor=SYSTEM, realignment=spring)
    run_waiting()
    spring.refresh_from_db()
    assert (spring.state, spring.moved) == ("applied", 3)
    assert [where(one) for one in (hotel, inn, lounge)] == ["Japan", "Kansai", "Kansai"]
    services.undo_realignment(actor=SYSTEM, realignment=spring)
    run_waiting()
    spring.refresh_from_db()
    assert spring.state == "undone"
    assert [where(one) for one in (hotel, inn, lounge)] == ["Kanto", "Japan", "Japan"]


def test_what_others_changed_in_the_meantime_stays(kanto: Territory, japan: Territory) -> None:
    spring = realignment()
    change(drafts(spring)["Kanto"], priority=7)
    change(kanto, name="Kantō")
    services.apply_realignment(actor=SYSTEM, realignment=spring)
    kanto.refresh_from_db()
    assert (kanto.name, kanto.priority) == ("Kantō", 7)


def test_a_drawing_with_a_circle_is_refused_and_changes_nothing(kanto: Territory, japan: Territory) -> None:
    spring = realignment()
    change(drafts(spring)["Japan"], parent=drafts(spring)["Kanto"].pk)
    with pytest.raises(Refused, match="beneath it"):
        services.apply_realignment(actor=SYSTEM, realignment=spring)
    spring.refresh_from_db()
    assert spring.state == "draft"


def test_a_realignment_waits_for_its_day(japan: Territory) -> None:
    inn = company("Nara Inn", "奈良市")
    spring = realignment(applies_on=LATER)
    change(drafts(spring)["Japan"], is_active=False)
    services.apply_realignment(actor=SYSTEM, realignment=spring)
    assert services.apply_planned(today=timezone.localdate()) == 0
    assert where(inn) == "Japan"
    assert services.apply_planned(today=timezone.localdate() + dt.timedelta(days=9)) == 1
    run_waiting()
    assert where(inn) == ""


def test_a_realignment_that_was_interrupted_goes_on_where_it_was(
    japan: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    hotels = [company(f"Hotel {number}") for number in range(5)]
    monkeypatch.setattr("kizuna.base.territories.services.placing.BATCH", 2)
    spring = realignment()
    change(drafts(spring)["Japan"], is_active=False)
    services.apply_realignment(actor=SYSTEM, realignment=spring)
    with pytest.raises(ConnectionError):
        services.carry_on(realignment_id=spring.pk, tell=_dies)
    assert [where(one) for one in hotels].count("") == 2
    run_waiting()
    spring.refresh_from_db()
    assert (spring.state, spring.moved, spring.moves.count()) == ("applied", 5, 5)


def _dies(held: Realignment) -> None:
    raise ConnectionError


def test_what_moves_gets_new_owners_where_that_was_asked_for_and_its_old_ones_back(
    kanto: Territory, japan: Territory, haruto: Any, mika: Any, make_user: Any
) -> None:
    made("assignmentrule", name="By territory", kind="lead", way="territory")
    made("territorymember", territory=japan.pk, user=haruto.pk)
    hotel = company("Aoba Hotel")
    lead = made("lead", family_name="Sato", company=hotel.pk, owner=mika.pk)
    spring = realignment(gives_out=True)
    change(drafts(spring)["Kanto"], is_active=False)
    services.apply_realignment(actor=SYSTEM, realignment=spring)
    run_waiting()
    assert (where(lead), lead.owner_id) == ("Japan", haruto.pk)
    spring.refresh_from_db()
    services.undo_realignment(actor=SYSTEM, realignment=spring)
    run_waiting()
    assert (where(lead), lead.owner_id) == ("Kanto", mika.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_apply_a_realignment_at_once_one_does() -> None:
    japan = territory("Japan", takes_company=of("JP"))
    spring = realignment()
    change(drafts(spring)["Japan"], is_active=False)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def apply() -> None:
        start.wait()
        try:
            services.apply_realignment(actor=SYSTEM, realignment=spring)
            outcomes.append("applied")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=apply) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["applied", "refused"]
    japan.refresh_from_db()
    assert not japan.is_active


def test_a_planned_realignment_that_is_withdrawn_says_so_in_its_history(
    kanto: Territory, alice: Any, published: Any
) -> None:
    spring = realignment(applies_on=LATER)
    planned = services.apply_realignment(actor=alice, realignment=spring)
    drafted = services.withdraw_realignment(actor=alice, realignment=planned)
    assert (drafted.state, drafted.version) == ("draft", planned.version + 1)
    assert published.names[-1] == "territories.RealignmentWithdrawn"


def test_a_batch_that_was_placed_is_kept_before_it_is_told(kanto: Territory, japan: Territory) -> None:
    hotel = company("Aoba Hotel")
    type(hotel).objects.update(territory=japan)
    before = len(connection.savepoint_ids)
    told = [(count, len(connection.savepoint_ids)) for count in services.place_all()]
    assert (1, before) in told
    assert {depth for _count, depth in told} == {before}, "nobody holds the rows while somebody else is told"
