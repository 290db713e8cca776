from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "kizuna.customers.catalog"
    label = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from kizuna.base.resources import exchange
        from kizuna.base.search import further
        from kizuna.customers.catalog.queries import names, rates

        exchange.comes_from(rates.worth_today)
        further.register("product", further.Further(by="productname", field="name", read=names.names_of))
