"""The deals of the sample company."""

import datetime as dt

from django.db.models import Count

from kizuna.base.identity import SYSTEM
from kizuna.domains.sales.demo.deals import Deals
from kizuna.domains.sales.models import Opportunity, Pipeline, StageVisit
from kizuna.domains.sales.tests.conftest import made

TODAY = dt.date(2026, 11, 21)


def test_a_year_of_deals_went_through_two_pipelines(sales, haruto, sora) -> None:
    made("product", name="Chair", price="120 EUR")
    for name, country in (("Aoba Hotel", "JP"), ("Hanbit", "KR"), ("Nordlicht", "DE")):
        address = {"line1": "1", "city": name, "country": country}
        firm = made("company", name=name, owner=haruto.pk, addresses=[{"value": address}])
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
