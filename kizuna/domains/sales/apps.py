from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    name = "kizuna.domains.sales"
    label = "sales"
    verbose_name = _("Sales")

    def ready(self) -> None:
        from kizuna.base.ui import shown
        from kizuna.domains.sales.views import conversion

        shown.add_panel("lead", conversion.panel)
