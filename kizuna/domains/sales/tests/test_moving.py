import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kizuna.base.access.models import Grant, Scope
from kizuna.base.events.models import EventRow
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import Role
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.days import server_day
from kizuna.base.types.errors import Denied, Invalid, Refused
from kizuna.base.types.money import Money
from kizuna.domains.sales import services
from kizuna.domains.sales.models import CloseReason, Opportunity, Stage, StageVisit
from kizuna.domains.sales.queries.worth import exchange_for
from kizuna.domains.sales.services.stages import rots_on
from kizuna.domains.sales.tests.conftest import made

pytestmark = pytest.mark.django_db


def path(deal: Opportunity) -> list[tuple[str, bool]]:
    """The stages it was in, and whether it left them."""
    visits = StageVisit.objects.filter(opportunity=deal).order_by("entered_at", "pk")
    return [(visit.stage.name, visit.left_at is not None) for visit in visits]


def state(deal: Opportunity) -> tuple[str, str, int, str, bool]:
    deal.refresh_from_db()
    return deal.stage.name, deal.status, deal.probability, deal.forecast_category, deal.closed_at is not None


def long_ago(deal: Opportunity) -> None:
    """Let what happened so far have happened last week."""
    week = dt.timedelta(days=7)
    for visit in StageVisit.objects.filter(opportunity=deal):
        StageVisit.objects.filter(pk=visit.pk).update(
            entered_at=visit.entered_at - week, left_at=visit.left_at and visit.left_at - week
        )


def test_a_new_deal_stands_in_the_first_stage_of_the_first_pipeline(deal, sales, haruto) -> None:
    roof = deal("Roof garden", owner=haruto)
    assert state(roof) == ("Enquiry", "open", 10, "pipeline", False)
    assert (roof.pipeline, path(roof)) == (sales, [("Enquiry", False)])


def test_a_stage_of_another_pipeline_is_refused_and_the_pipeline_follows_the_stage(deal, stage, sales) -> None:
    other = made("pipeline", name="Renovation", position=20)
    survey = made("stage", pipeline=other.pk, name="Site survey", probability=20)
    with pytest.raises(Invalid, match="another pipeline"):
        deal("Flat roof", pipeline=other.pk, stage=stage("Enquiry"))
    assert deal("Flat roof", pipeline=other.pk).stage == survey
    roof = deal("Roof garden")
    services.move_opportunity(actor=SYSTEM, opportunity=roof, stage=survey)
    roof.refresh_from_db()
    assert roof.pipeline == other
    with pytest.raises(Invalid, match="other pipeline"):
        records.update(actor=SYSTEM, record=roof, changes={"pipeline": sales.pk})


def test_haruto_moves_a_deal_on_and_its_chances_follow(deal, stage, haruto) -> None:
    roof = deal("Roof garden", "3960000 JPY", owner=haruto)
    long_ago(roof)
    services.move_opportunity(actor=haruto, opportunity=roof, stage=stage("Negotiation"))
    assert state(roof) == ("Negotiation", "open", 75, "commit", False)
    assert path(roof) == [("Enquiry", True), ("Negotiation", False)]
    assert str(roof.weighted) == "2970000 JPY"
    assert EventRow.objects.filter(name="sales.OpportunityMoved").count() == 1


def test_what_haruto_thinks_himself_counts_until_it_is_won_and_is_forgotten_when_reopened(deal, stage, haruto) -> None:
    roof = deal("Roof garden", "100 JPY", owner=haruto, own_probability=60)
    assert roof.probability == 60
    long_ago(roof)
    services.move_opportunity(actor=haruto, opportunity=roof, stage=stage("Qualified"))
    assert state(roof)[2] == 60
    long_ago(roof)
    services.win_opportunity(actor=haruto, opportunity=roof)
    assert state(roof) == ("Won", "won", 100, "closed", True)
    assert roof.closes_on == timezone.localdate(timezone=haruto.zone)
    long_ago(roof)
    services.reopen_opportunity(actor=haruto, opportunity=roof)
    assert state(roof) == ("Qualified", "open", 25, "pipeline", False)


@pytest.mark.parametrize("own", [0, 100, 101])
def test_an_open_deal_is_neither_sure_nor_hopeless(deal, own: int) -> None:
    with pytest.raises(Invalid, match="1 to 99"):
        deal("Roof garden", own_probability=own)


def test_a_deal_without_an_amount_is_not_won(deal, stage, haruto) -> None:
    roof = deal("Roof garden", owner=haruto)
    with pytest.raises(Refused) as problem:
        services.win_opportunity(actor=haruto, opportunity=roof)
    assert list(problem.value.errors) == ["amount"]
    assert state(roof)[1] == "open"
    services.win_opportunity(actor=haruto, opportunity=roof, amount=Money(500_000, "JPY"))
    assert (state(roof)[1], str(roof.amount)) == ("won", "500000 JPY")


def test_a_loss_has_a_reason_that_is_one_for_losses(deal, stage, too_expensive, haruto) -> None:
    roof = deal("Roof garden", owner=haruto)
    with pytest.raises(Refused) as problem:
        services.move_opportunity(actor=haruto, opportunity=roof, stage=stage("Lost"))
    assert list(problem.value.errors) == ["reason"]
    with pytest.raises(Refused, match="no reason"):
        services.lose_opportunity(actor=haruto, opportunity=roof, reason=CloseReason.objects.get(name="Best offer"))
    services.lose_opportunity(actor=haruto, opportunity=roof, reason=too_expensive)
    assert state(roof) == ("Lost", "lost", 0, "omitted", True)


def test_no_other_door_lets_a_deal_be_won_without_what_it_needs(deal, stage, haruto) -> None:
    roof = deal("Roof garden", owner=haruto)
    with pytest.raises(Refused):
        records.update(actor=haruto, record=roof, changes={"stage": stage("Won").pk})
    rows = Opportunity.objects.filter(pk=roof.pk)
    with pytest.raises(Refused):
        records.update_many(actor=haruto, queryset=rows, changes={"stage": stage("Lost").pk})
    Grant.objects.create(
        role=Role.objects.get(code="salesperson"), resource="opportunity", operation="win_opportunity", scope=Scope.NONE
    )
    haruto = type(haruto).objects.get(pk=haruto.pk)
    with pytest.raises(Denied):
        records.update(actor=haruto, record=roof, changes={"stage": stage("Won").pk, "amount": "1 JPY"})


def test_a_deal_is_not_closed_on_a_day_that_is_still_to_come(deal, stage, haruto) -> None:
    roof = deal("Roof garden", "100 JPY", owner=haruto, closes_on="2091-01-15")
    with pytest.raises(Refused, match="still to come"), transaction.atomic():
        records.update(actor=haruto, record=roof, changes={"stage": stage("Won").pk})
    records.update(actor=haruto, record=roof, changes={"stage": stage("Won").pk, "closes_on": "2026-01-15"})
    assert state(roof)[1] == "won"


def test_a_deal_that_was_won_stays_won_on_its_day(deal, sales, haruto) -> None:
    delivered = made("stage", pipeline=sales.pk, name="Delivered", kind="won", position=90)
    roof = deal("Roof garden", "100 JPY", owner=haruto)
    services.win_opportunity(actor=haruto, opportunity=roof, on=dt.date(2026, 1, 15))
    roof.refresh_from_db()
    services.move_opportunity(actor=haruto, opportunity=roof, stage=delivered)
    roof.refresh_from_db()
    assert (roof.stage, roof.closes_on) == (delivered, dt.date(2026, 1, 15))


def test_a_stage_asks_for_its_fields(deal, stage, haruto) -> None:
    quoted = stage("Quote sent")
    Stage.objects.filter(pk=quoted.pk).update(required_fields=["closes_on", "amount", "gone_since"])
    roof = deal("Roof garden", owner=haruto)
    with pytest.raises(Refused) as problem:
        services.move_opportunity(actor=haruto, opportunity=roof, stage=quoted)
    assert sorted(problem.value.errors) == ["amount", "closes_on"]


def test_an_import_brings_what_was_won_years_ago(deal, stage) -> None:
    old = deal("Old roof", stage=stage("Won"), closes_on="2020-04-01")
    assert state(old) == ("Won", "won", 100, "closed", True)
    assert old.closed_at.date() == dt.date(2020, 4, 1)
    assert not EventRow.objects.filter(name="sales.OpportunityWon").exists()


def test_undo_puts_a_deal_back_as_if_the_hand_had_never_slipped(deal, stage, haruto) -> None:
    roof = deal("Roof garden", "100 JPY", owner=haruto, own_probability=60, closes_on="2031-01-15")
    before, begun = state(roof), roof.entered_stage_at
    won = services.win_opportunity(actor=haruto, opportunity=roof)
    records.undo(actor=haruto, record=won, version=won.version)
    assert state(roof) == before
    assert (roof.entered_stage_at, roof.closes_on, path(roof)) == (begun, dt.date(2031, 1, 15), [("Enquiry", False)])


def test_a_deal_rots_after_its_longest_stay(deal, stage) -> None:
    records.update(actor=SYSTEM, record=stage("Enquiry"), changes={"max_age_days": 14})
    roof = deal("Roof garden")
    assert roof.rots_on == server_day(roof.entered_stage_at) + dt.timedelta(days=15)
    long_ago(roof)
    services.move_opportunity(actor=SYSTEM, opportunity=roof, stage=stage("Negotiation"))
    roof.refresh_from_db()
    assert roof.rots_on is None


def test_the_currency_of_a_deal_stays(deal) -> None:
    roof = deal("Roof garden", "100 EUR")
    with pytest.raises(Invalid, match="EUR"):
        records.update(actor=SYSTEM, record=roof, changes={"amount": "100 JPY"})
    with pytest.raises(Invalid, match="decimals"):
        deal("Roof garden", "100.50 JPY")


@pytest.mark.parametrize(
    "wrong",
    [{"probability": 50, "status": "won"}, {"probability": 100}, {"status": "lost"}, {"closed_at": timezone.now()}],
)
def test_the_database_keeps_what_closed_means(deal, wrong) -> None:
    roof = deal("Roof garden")
    with pytest.raises(IntegrityError), transaction.atomic():
        Opportunity.objects.filter(pk=roof.pk).update(**wrong)


def test_shares_never_come_to_more_than_the_whole(deal, haruto, sora, mika) -> None:
    roof = deal("Roof garden", owner=haruto)
    made("opportunitysplit", opportunity=roof.pk, person=sora.pk, percent="60")
    with pytest.raises(Refused, match="100"), transaction.atomic():
        made("opportunitysplit", opportunity=roof.pk, person=mika.pk, percent="40.001")
    last = made("opportunitysplit", opportunity=roof.pk, person=mika.pk, percent="40")
    assert last.percent == Decimal(40)


def test_only_those_who_see_a_deal_see_who_decides_in_it(deal, haruto, carol) -> None:
    ada = made("contact", given_name="Ada", owner=haruto.pk)
    roof = deal("Roof garden", owner=haruto)
    made("opportunitycontact", opportunity=roof.pk, contact=ada.pk, role="decides", owner=haruto.pk)
    parts = registry.get("opportunitycontact")
    assert [rows.visible_to(who).count() for who in (haruto, carol) for rows in [parts]] == [1, 0]


def test_what_is_kept_and_summed_is_of_one_day_wherever_people_are(deal, sales) -> None:
    roof = deal("Roof garden")
    roof.pipeline.quiet_days = 14
    days = set()
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # never on one day
        with timezone.override(zone):
            days.add((rots_on(roof), exchange_for("JPY", []).today))
    assert len(days) == 1
