from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    name = "kizuna.domains.sales"
    label = "sales"
    verbose_name = _("Sales")

    def ready(self) -> None:
        from kizuna.base.territories import kinds
        from kizuna.base.ui import home, shell, shown
        from kizuna.domains.sales.views import asked, conversion, panels, people, playing, quotes, similar

        closed = {"field": "status", "op": "any_of", "value": ["won", "lost"]}
        kinds.place(kinds.Placeable("opportunity", follows=("company", "contact"), settled=closed, amount="amount"))
        for key in ("contact", "company"):
            shown.add_main(key, "opportunity", key, _("New opportunity"))
        shown.add_panel("opportunity", playing.panel, instead_of=("playbooktick",), at_once=True)
        shown.add_panel("opportunity", playing.sequences_panel)
        shown.add_panel("opportunity", similar.panel)
        shown.add_panel("lead", conversion.panel, at_once=True)
        shown.add_panel("quote", quotes.versions, at_once=True)
        shown.add_alert("quote", quotes.alert)
        shown.add_alert("opportunity", quotes.deal_alert)
        shell.add_page("/sales", _("Sales home"), "presentation", asked.may_forecast, after="opportunity")
        shell.add_page(
            "/sales/people", _("Activity and productivity"), "users-group", people.may_look, after="opportunity"
        )
        shell.add_page("/forecast", _("Forecast"), "chart-line", asked.may_forecast, after="opportunity")
        shell.add_page(
            "/pipeline-analysis", _("Pipeline analysis"), "chart-bar", asked.may_forecast, after="opportunity"
        )
        home.register(*panels.PANELS)
