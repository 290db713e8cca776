"""What a chart asks for after the page: its figures; and its table as a file."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kizuna.base.resources.patience import TooLong
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.formulas import guarded
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.ui import chart_parts, list_charts
from kizuna.base.ui.list_charts import ListChart
from kizuna.base.ui.listing import Listing


def _chart(request: HttpRequest, resource: Resource) -> ListChart:
    """The chart of an address. Raises Missing where there is none."""
    found = list_charts.of(Listing(resource, request.user, request.GET))
    if found is None or not found.is_known:
        raise Missing()
    return found


@login_required
@require_GET
def figures(request: HttpRequest, resource: Resource) -> HttpResponse:
    chart = _chart(request, resource)
    context: dict[str, Any] = {"csv_url": chart_parts.knobs(chart)["csv_url"]}
    try:
        context["figures"] = chart_parts.figures(chart)
    except TooLong as problem:
        context["too_long"] = problem.message
    return render(request, "ui/parts/list_chart_figures.html", context)


@login_required
@require_GET
def table(request: HttpRequest, resource: Resource) -> HttpResponse:
    """The figures as a CSV file, for those who may export these records."""
    chart = _chart(request, resource)
    if not chart.listing.may("export"):
        raise Denied()
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{resource.plural}-chart.csv"'
    response.write("\ufeff")
    csv.writer(response).writerows([guarded(cell) for cell in line] for line in chart_parts.rows_of(chart))
    return response
