"""What is found about records, what people decide, and how it is mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from kizuna.base import conditions
from kizuna.base.jobs import run_waiting
from kizuna.base.jobs.models import Job
from kizuna.base.merging.services.merging import merge_records
from kizuna.base.records import services as records
from kizuna.base.records.history import history
from kizuna.base.resources import registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.testing.people import MakeUser
from kizuna.base.types.errors import Denied, Invalid
from kizuna.customers.consent import services as consent
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.quality import services
from kizuna.customers.quality.models import EVERYBODY, Figure, Finding, Round, Verdict
from kizuna.customers.quality.queries import figures

pytestmark = pytest.mark.django_db

Enter = Callable[..., Any]
YEARS = dt.timedelta(days=800)


def verb(key: str, name: str) -> Any:
    found = registry.get(key).action(name)
    assert found is not None
    return found


def grown_old(record: Any) -> None:
    type(record).objects.filter(pk=record.pk).update(updated_at=timezone.now() - YEARS)


# ── finding ──


def test_what_is_wrong_with_a_contact_is_found(enter: Enter, look: Any, found: Any, haruto: Any) -> None:
    good = enter(
        "contact", haruto, family_name="山本", given_name="陽子", emails=["yoko@aoba.example"],
        phones=["090-1234-5678"], addresses=[{"country": "JP", "city": "横浜市"}], language="ja", source="web",
    )  # fmt: skip
    slip = enter("contact", haruto, family_name="Weber", emails=["j.weber@gmail.con"])
    away = enter("contact", haruto, family_name="Kim", emails=["kim@mailinator.com"])
    bare = enter("contact", family_name="Nemo")
    back = enter("contact", haruto, family_name="Back", given_name="Ada", emails=["back@aoba.example"])
    quiet = enter("contact", haruto, family_name="Still", given_name="Ada", emails=["still@aoba.example"])
    consent.record_bounce(by=haruto, channel="email", address="back@aoba.example", is_hard=True)
    grown_old(quiet)
    look()
    assert found(good) == set()
    assert found(slip) >= {"invalid"}
    assert found(away) >= {"disposable"}
    assert found(bare) == {"unreachable", "poor"}
    assert "bounced" in found(back)
    assert "stale" in found(quiet)


def test_a_company_with_which_nothing_ever_was_is_an_orphan(enter: Enter, look: Any, found: Any, haruto: Any) -> None:
    alone, employer, parent, met = (
        enter("company", haruto, name=name) for name in ("Alone", "Employer", "Parent", "Met once")
    )
    enter("company", haruto, name="Child", parent=parent.pk)
    person = enter("contact", haruto, family_name="Weber", company=employer.pk)
    enter("note", haruto, body="Met at the fair", company=met.pk)
    look()
    assert [("orphaned" in found(one)) for one in (alone, employer, parent, met)] == [True, False, False, False]
    enter("contact", haruto, family_name="Kim", company=alone.pk)
    records.delete(actor=haruto, record=person)
    services.catch_up()
    assert "orphaned" not in found(alone)
    look()
    assert "orphaned" in found(employer)


def test_what_was_written_under_older_rules_is_found_and_written_anew(
    enter: Enter, look: Any, found: Any, haruto: Any
) -> None:
    yoko = enter("contact", haruto, family_name="山本", emails=["yoko@aoba.example"], phones=["090-1234-5678"])
    points = [yoko.emails[0] | {"value": "Yoko@Aoba.example", "key": "Yoko@Aoba.example"}]
    Contact.objects.filter(pk=yoko.pk).update(family_name=" 山本", emails=points, sort_key="?")
    look()
    assert "unnormalised" in found(yoko)
    verb("contact", "write_anew")(actor=haruto, record=Contact.objects.get(pk=yoko.pk))
    mended = Contact.objects.get(pk=yoko.pk)
    assert (mended.family_name, mended.email, mended.emails[0]["key"]) == ("山本", *["yoko@aoba.example"] * 2)
    assert mended.phones == yoko.phones
    assert mended.sort_key == yoko.sort_key
    assert "unnormalised" not in found(yoko)
    assert set(history(actor=haruto, record=mended)[0].changes) >= {"family_name", "emails"}


def test_bad_addresses_are_taken_off_and_the_others_stay(enter: Enter, look: Any, found: Any, haruto: Any) -> None:
    emails = ["kim@mailinator.com", "kim@hanbit.example", "kim@gmail.con"]
    kim = enter("contact", haruto, family_name="Kim", emails=emails, phones=["+82 10-1234-5678"])
    look()
    verb("contact", "drop_bad_addresses")(actor=haruto, record=Contact.objects.get(pk=kim.pk))
    mended = Contact.objects.get(pk=kim.pk)
    assert [point["key"] for point in mended.emails] == ["kim@hanbit.example"]
    assert mended.email == "kim@hanbit.example"
    assert mended.phone == kim.phone
    assert not {"invalid", "disposable"} & found(kim)
    records.undo(actor=haruto, record=mended, version=mended.version)
    assert len(Contact.objects.get(pk=kim.pk).emails) == 3


def test_an_address_from_which_everything_came_back_is_a_bad_one(enter: Enter, look: Any, haruto: Any) -> None:
    kim = enter("contact", haruto, family_name="Kim", emails=["kim@hanbit.example"], phones=["+82 10-1234-5678"])
    consent.record_bounce(by=haruto, channel="email", address="kim@hanbit.example", is_hard=True)
    verb("contact", "drop_bad_addresses")(actor=haruto, record=kim)
    assert Contact.objects.get(pk=kim.pk).emails == []


def test_who_may_not_change_a_record_does_not_mend_it(enter: Enter, haruto: Any, victor: Any) -> None:
    kim = enter("contact", haruto, family_name="Kim", emails=["kim@mailinator.com"])
    for name in ("drop_bad_addresses", "write_anew", "confirm_right"):
        with pytest.raises(Denied):
            verb("contact", name)(actor=victor, record=kim)


# ── deciding ──


def test_what_somebody_found_right_is_not_asked_about_for_a_year(
    enter: Enter, look: Any, found: Any, haruto: Any
) -> None:
    quiet = enter("contact", haruto, family_name="Still", emails=["still@aoba.example"], phones=["+44 20 7946 0018"])
    grown_old(quiet)
    look()
    verdict = verb("contact", "confirm_right")(actor=haruto, record=quiet, note="Lives abroad")
    assert found(quiet) == set()
    assert (verdict.codes, verdict.note, verdict.created_by_id) == (["stale"], "Lives abroad", haruto.pk)
    look()
    assert found(quiet) == set()
    Finding.objects.update(settled_until=timezone.now().date())
    assert "stale" in found(quiet)
    assert history(actor=haruto, record=quiet)[0].name == "quality.RecordConfirmed"


def test_a_decision_can_be_taken_back(enter: Enter, look: Any, found: Any, haruto: Any) -> None:
    alone = enter("company", haruto, name="Alone")
    look()
    before = found(alone)
    verdict = verb("company", "confirm_right")(actor=haruto, record=alone)
    services.take_back(actor=haruto, record=alone, verdict=verdict)
    services.take_back(actor=haruto, record=alone, verdict=verdict)
    assert found(alone) == before
    later = verb("company", "look_again")(actor=haruto, record=alone, on=timezone.now().date() + dt.timedelta(days=9))
    assert found(alone) == set()
    services.take_back(actor=haruto, record=alone, verdict=later)
    assert found(alone) == before


def test_a_record_comes_back_on_the_day_that_somebody_named(enter: Enter, found: Any, haruto: Any) -> None:
    yoko = enter("contact", haruto, family_name="山本")
    day = timezone.now().date() + dt.timedelta(days=30)
    verb("contact", "look_again")(actor=haruto, record=yoko, on=day, note="Has she moved?")
    assert found(yoko) == set()
    assert list(Finding.objects.open(day).values_list("code", flat=True)) == ["recheck"]
    with pytest.raises(Invalid):
        verb("contact", "look_again")(actor=haruto, record=yoko, on=day - dt.timedelta(days=60))


def test_the_day_to_look_again_is_one_where_they_are_who_name_it(
    enter: Enter, found: Any, haruto: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    haruto.time_zone = "Asia/Tokyo"
    yoko = enter("contact", haruto, family_name="山本")
    seven = dt.datetime(2026, 11, 23, 22, 0, tzinfo=dt.UTC)  # in the morning of the 24th, there
    monkeypatch.setattr(timezone, "now", lambda: seven)
    with pytest.raises(Invalid):
        verb("contact", "look_again")(actor=haruto, record=yoko, on=dt.date(2026, 11, 23))
    verb("contact", "look_again")(actor=haruto, record=yoko, on=dt.date(2026, 11, 24))
    with timezone.override(haruto.zone):
        assert found(yoko) == {"recheck"}


def test_decisions_go_with_the_record_into_a_merge(enter: Enter, haruto: Any, alice: Any) -> None:
    one, other = (enter("contact", haruto, family_name="山本", emails=[f"y{n}@aoba.example"]) for n in (1, 2))
    verb("contact", "confirm_right")(actor=haruto, record=other)
    merge_records(actor=alice, resource=registry.get("contact"), survivor=one, others=[other])
    assert Verdict.objects.get().record_id == one.pk


# ── rounds ──


def test_a_round_is_a_job_and_there_is_one_at_a_time(enter: Enter, mika: Any) -> None:
    enter("contact", mika, family_name="Nemo")
    first = services.start_round(actor=mika)
    assert services.start_round(actor=mika).pk == first.pk
    run_waiting()
    first.refresh_from_db()
    assert (first.state, first.record_count) == ("done", 1)
    assert services.start_round(actor=mika).pk != first.pk


def test_a_round_that_was_given_up_makes_room(mika: Any) -> None:
    first = services.start_round(actor=mika)
    Job.objects.filter(name__contains="reckon").update(state="dead", error="Killed")
    second = services.start_round(actor=mika)
    first.refresh_from_db()
    assert (first.state, first.error, second.pk != first.pk) == ("failed", "Killed", True)


def test_a_second_round_looks_only_at_what_changed(
    enter: Enter, look: Any, found: Any, haruto: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (enter("contact", haruto, family_name=name) for name in ("Old", "New"))
    grown_old(old)
    assert look().record_count == 2
    records.update(actor=haruto, record=new, changes={"emails": ["new@mailinator.com"]})
    assert look().record_count == 1
    assert "disposable" in found(new)
    monkeypatch.setattr("kizuna.customers.quality.services.walking.RULES", 99)
    assert look().record_count == 2


def test_what_changes_between_rounds_is_looked_at_and_counted(
    enter: Enter, look: Any, found: Any, haruto: Any, mika: Any
) -> None:
    assert services.catch_up() == 0
    look()
    kim = enter("contact", haruto, family_name="Kim", emails=["kim@mailinator.com"])
    services.catch_up()
    assert "disposable" in found(kim)
    assert counts(mika, "contact")["disposable"] == 1
    records.update(actor=haruto, record=kim, changes={"emails": ["kim@hanbit.example"]})
    services.catch_up()
    assert counts(mika, "contact")["disposable"] == 0


def test_what_went_to_the_trash_is_counted_no_more_and_what_came_back_is(
    enter: Enter, look: Any, haruto: Any, mika: Any
) -> None:
    kim = enter("contact", haruto, family_name="Kim", emails=["kim@mailinator.com"])
    look()
    for change, left in ((records.delete, 0), (records.restore, 1)):
        change(actor=haruto, record=Contact.objects.get(pk=kim.pk))
        services.catch_up()
        sheet = figures.sheet(mika, registry.get("contact"))
        assert (counts(mika, "contact")["disposable"], sheet.count) == (left, left)


# ── figures ──


def counts(actor: Any, key: str) -> dict[str, int]:
    sheet = figures.sheet(actor, registry.get(key))
    return {line.check.code: line.count for line in sheet.lines} | {"all": sheet.count, "waiting": sheet.waiting}


def test_figures_count_what_their_reader_sees(
    enter: Enter, look: Any, haruto: Any, sora: Any, carol: Any, mika: Any, grant: Any, make_user: MakeUser, tokyo: Any
) -> None:
    for owner, number in ((haruto, 1), (sora, 2), (carol, 4), (None, 8)):
        for place in range(number):
            enter("contact", owner, family_name="K", emails=[f"{owner}.{place}@mailinator.com".replace(" ", "")])
    look()
    for person, scope in ((haruto, "own"), (sora, "team"), (carol, "all")):
        grant(person, contact={"read": scope})
    own, team, every = (counts(person, "contact") for person in (haruto, sora, carol))
    assert (own["disposable"], team["disposable"], every["disposable"]) == (1, 3, 15)
    assert (own["all"], own["waiting"]) == (1, 1)
    assert figures.looked_after(make_user("Stranger")) == []


def test_who_may_not_read_addresses_is_not_told_about_them(look: Any, haruto: Any, hide: Any) -> None:
    look()
    hide(haruto, "contact", "emails")
    assert [one.key for one in figures.looked_after(haruto)] == ["company"]


def test_completeness_is_the_mean_of_all_records(enter: Enter, look: Any, haruto: Any, mika: Any) -> None:
    enter("contact", haruto, family_name="A", given_name="B")
    enter("contact", None, family_name="A")
    look()
    sheet = figures.sheet(mika, registry.get("contact"))
    assert sheet.completeness == 100 * (3 + 1) / 2 / 8
    assert {part.field: part.count for part in sheet.parts}["owner"] == 1


def test_a_condition_lists_exactly_what_its_figure_counts(enter: Enter, look: Any, haruto: Any, mika: Any) -> None:
    enter("contact", haruto, family_name="Kim", emails=["kim@mailinator.com"])
    enter("contact", haruto, family_name="Weber", addresses=[{"country": "DE", "city": "Bonn"}])
    enter("company", haruto, name="Alone", emails=["a@gmail.con"])
    look()
    for key in ("contact", "company"):
        resource = registry.get(key)
        sheet = figures.sheet(mika, resource)
        asked = [(line.condition, line.count) for line in sheet.lines]
        asked += [(part.condition, sheet.count - part.count) for part in sheet.parts]
        for tree, number in asked:
            rule = conditions.compile(tree, schema=ResourceSchema(resource, mika), viewer=mika)
            assert resource.visible_to(mika).filter(rule).count() == number, tree


def test_no_figure_is_kept_of_nothing(enter: Enter, look: Any) -> None:
    enter("company", name="Alone")
    look()
    assert not Figure.objects.filter(count=0).exists()
    assert Figure.objects.get(resource="company", code="orphaned", owner_id=EVERYBODY).count == 1
    assert Round.objects.count() == 1
    assert Company.objects.count() == 1


def test_a_round_whose_job_is_long_gone_makes_way_for_the_next(alice: Any) -> None:
    gone = services.start_round(actor=alice)
    assert services.start_round(actor=alice) == gone
    Job.objects.filter(name__contains="reckon").delete()
    following = services.start_round(actor=alice)
    gone.refresh_from_db()
    assert (gone.state, following.state) == ("failed", "running")
    assert gone.error
