"""The deals of the sample company."""

import datetime as dt

from django.db.models import Count, F
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.customers.leads.models import Lead
from kizuna.customers.leads.services import capture_lead
from kizuna.domains.sales.demo import cases, conversions
from kizuna.domains.sales.demo.deals import Deals
from kizuna.domains.sales.demo.story import BUSINESS
from kizuna.domains.sales.models import Lesson, Opportunity, Pipeline, StageVisit
from kizuna.domains.sales.tests.conftest import made

TODAY = dt.date(2026, 11, 21)


def test_a_year_of_deals_went_through_two_pipelines(sales, haruto, sora) -> None:
    made("product", name="Chair", price="120 EUR")
    for name, country in (("Aoba Hotel", "JP"), ("Hanbit", "KR"), ("Nordlicht", "DE")):
        address = {"line1": "1", "city": name, "country": country}
        firm = made("company", name=name, owner=haruto.pk, addresses=[address])
        made("contact", given_name=f"Ada of {name}", company=firm.pk, owner=haruto.pk)
    Deals(SYSTEM, TODAY).tell()
    assert Pipeline.objects.count() == 2
    found = dict(Opportunity.objects.values_list("status").annotate(Count("pk")))
    assert sum(found.values()) == 120
    assert min(found["open"], found["won"], found["lost"]) > 8
    assert not Opportunity.objects.filter(status="lost", reason=None).exists()
    assert StageVisit.objects.filter(left_at=None).count() == 120
    itemised = Opportunity.objects.filter(has_lines=True)
    assert itemised.count() > 8
    assert set(itemised.values_list("version", flat=True)) == {1}
    stays = StageVisit.objects.exclude(left_at=None).values_list("entered_at", "left_at")
    assert all(entered < left for entered, left in stays)
    assert not Opportunity.objects.filter(entered_stage_at__date__gt=TODAY).exists()


def test_leads_that_were_answered_became_customers_with_deals(sales, haruto) -> None:
    records.update(actor=SYSTEM, record=sales, changes={"name": BUSINESS})
    asked = timezone.now() - dt.timedelta(days=40)
    for number in range(9 * conversions.EVERY):
        values = {"given_name": f"Ada {number}", "emails": [f"ada{number}@firm{number}.example"], "owner": haruto.pk}
        firm = {"company_name": f"Firm {number}", "source": "referral", "language": "en"}
        lead = capture_lead(actor=SYSTEM, values=values | firm, happened_at=asked).lead
        answered = asked + dt.timedelta(hours=number)
        Lead.objects.filter(pk=lead.pk).update(answered_at=answered, due_at=None, status="working")
    conversions.load(timezone.localdate())
    became = Lead.objects.filter(status="converted")
    assert became.count() == 9
    assert not became.filter(converted_at__lt=F("answered_at")).exists()
    deals = Opportunity.objects.filter(source="referral")
    assert deals.count() == 9
    assert set(deals.values_list("contact__company__name", flat=True)) == {lead.company_name for lead in became}
    assert StageVisit.objects.filter(opportunity__in=deals, left_at=None).count() == 9
    stays = StageVisit.objects.exclude(left_at=None).values_list("entered_at", "left_at")
    assert all(entered < left for entered, left in stays)
    assert deals.filter(created_at__gt=asked + dt.timedelta(days=20)).count() == 0


def test_cases_are_told_of_deals_that_ended_for_their_reason(deal, stage, haruto, sora, too_expensive) -> None:
    for name, owner in (("客室家具", haruto), ("로비 소파 교체", sora)):
        deal(name, owner=owner, stage=stage("Lost"), reason=too_expensive.pk)
    deal("Lobby", owner=sora)
    cases.load(SYSTEM)
    told = set(Lesson.objects.values_list("title", "opportunity__name", "owner"))
    assert told == {
        ("予算を聞く前に見積りを出した", "客室家具", haruto.pk),
        ("예산 확인이 늦었다", "로비 소파 교체", sora.pk),
    }
