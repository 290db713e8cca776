"""Pages of selling beside those that its resources have."""

from django.urls import path

from kizuna.domains.sales.views import (
    analysis,
    behind,
    changes,
    conversion,
    forecast,
    home,
    people,
    playing,
    products,
    projection,
    quotes,
    stood,
    territories,
)

urlpatterns = [
    path("forecast", forecast.forecast_page, name="forecast"),
    path("forecast/adjust", forecast.adjust, name="forecast_adjust"),
    path("forecast/changes", changes.changes, name="forecast_changes"),
    path("forecast/changes/<str:reason>", changes.deals_behind, name="forecast_moved"),
    path("forecast/products", products.products_page, name="forecast_products"),
    path("forecast/projection", projection.projection_part, name="forecast_projection"),
    path("forecast/stood", stood.deals_behind, name="forecast_stood"),
    path("forecast/territories", territories.territories_page, name="forecast_territories"),
    path("forecast/year", forecast.set_year, name="forecast_year"),
    path("pipeline-analysis", analysis.analysis_page, name="pipeline_analysis"),
    path("pipeline-analysis/interactions", behind.interactions_behind, name="pipeline_analysis_interactions"),
    path("pipeline-analysis/panels/<str:key>", analysis.analysis_part, name="pipeline_analysis_part"),
    path("sales", home.home_page, name="sales_home"),
    path("sales/panels/<str:key>", home.home_part, name="sales_home_part"),
    path("sales/people", people.people_page, name="sales_people"),
    path("pipeline-analysis/deals", behind.deals_behind, name="pipeline_analysis_deals"),
    path("opportunities/<int:opportunity_id>/playbook", playing.part, name="opportunity_playbook"),
    path("opportunities/<int:opportunity_id>/playbook/<int:step_id>", playing.answer, name="playbook_answer"),
    path("opportunities/<int:opportunity_id>/playbook/<int:step_id>/tick", playing.tick, name="playbook_tick"),
    path("opportunities/<int:opportunity_id>/playbook/<int:step_id>/untick", playing.untick, name="playbook_untick"),
    path("quotes/<int:quote_id>/paper", quotes.paper, name="quote_paper"),
    path("leads/<int:lead_id>/convert", conversion.convert, name="lead_convert"),
    path("leads/<int:lead_id>/revert", conversion.revert, name="lead_revert"),
]
