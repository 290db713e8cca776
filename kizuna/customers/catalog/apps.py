from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "kizuna.customers.catalog"
    label = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from kizuna.base.resources import exchange
        from kizuna.customers.catalog.queries import rates

        exchange.comes_from(rates.worth_today)
